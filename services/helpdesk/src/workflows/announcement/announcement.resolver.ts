import { Access, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { ImeAccountType } from '../../account/account-type.terms';
import { Announcement } from '../../announcement/announcement.entity';
import { ImeOrganizationType, type AudienceFilter } from '../../announcement/announcement.terms';
import { announcements } from '.';
import type { AnnouncementInput } from './announcement.inputs';

@InputType({ description: '地域与人员属性同时满足者接收；空列表表示不限 [HLP-ANN-02]' })
export class AnnouncementFilterInput implements AudienceFilter {
  @Field(() => [String], { defaultValue: [], description: '行政区划代码或其前缀（2、4 或 6 位）' }) divisions: string[];
  @Field(() => [String], { defaultValue: [] }) levels: string[];
  @Field(() => [ImeOrganizationType], { defaultValue: [] }) organizationTypes: ImeOrganizationType[];
  @Field(() => [String], { defaultValue: [] }) stages: string[];
  @Field(() => [String], { defaultValue: [] }) duties: string[];
  @Field(() => [ImeAccountType], { defaultValue: [] }) accountTypes: ImeAccountType[];
  @Field(() => [String], { defaultValue: [], description: '两位办学类型代码' }) schoolTypes: string[];
}

@InputType()
export class DraftAnnouncementInput {
  @Field(() => ID) requestId: string;
  @Field(() => String) title: string;
  @Field(() => String) body: string;
  @Field(() => AnnouncementFilterInput) filter: AnnouncementFilterInput;
  @Field(() => Date, { nullable: true, description: '有效期至；到期自动归档' }) validUntil?: Date | null;
}

@InputType()
export class ReviseAnnouncementInput extends DraftAnnouncementInput {
  @Field(() => ID) announcementId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class AnnouncementCommandInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) announcementId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RefuseAnnouncementInput extends AnnouncementCommandInput {
  @Field(() => String, { description: '理由 [GEN-FLOW-03]' }) reason: string;
}

@Access.authenticated()
@ObjectType()
export class AnnouncementPayload {
  @Field(() => Announcement) announcement: Announcement;
}

const textOf = ({ title, body, filter, validUntil }: DraftAnnouncementInput): AnnouncementInput => ({ title, body, filter: { ...filter }, validUntil: validUntil ?? null });

const give = async (context: ServiceContext, command: string, { requestId, announcementId, expectedVersion }: AnnouncementCommandInput, input: AnnouncementInput = {}): Promise<AnnouncementPayload> => ({
  announcement: await context.run(announcements, requestId, { command, id: announcementId, input, expectedVersion: expectedVersion ?? null }),
});

@Resolver()
export class AnnouncementCommandResolver {
  @Access.scopes('announcement.draft')
  @Mutation(() => AnnouncementPayload, { description: '起草公告，只能面向本辖区 [HLP-ANN-01, 02, 04]' })
  async draftAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => DraftAnnouncementInput) input: DraftAnnouncementInput): Promise<AnnouncementPayload> {
    return { announcement: await context.run(announcements, input.requestId, { command: 'draftAnnouncement', input: textOf(input) }) };
  }

  @Access.scopes('announcement.draft')
  @Mutation(() => AnnouncementPayload, { description: '修改草稿' })
  reviseAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => ReviseAnnouncementInput) input: ReviseAnnouncementInput): Promise<AnnouncementPayload> {
    return give(context, 'reviseAnnouncement', input, textOf(input));
  }

  @Access.scopes('announcement.draft')
  @Mutation(() => AnnouncementPayload, { description: '提交审核' })
  submitAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => AnnouncementCommandInput) input: AnnouncementCommandInput): Promise<AnnouncementPayload> {
    return give(context, 'submitAnnouncement', input);
  }

  @Access.scopes('announcement.audit')
  @Mutation(() => AnnouncementPayload, { description: '审核通过并发布，接收人随即确定；起草人本人不能审核 [HLP-ANN-03]' })
  approveAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => AnnouncementCommandInput) input: AnnouncementCommandInput): Promise<AnnouncementPayload> {
    return give(context, 'approveAnnouncement', input);
  }

  @Access.scopes('announcement.audit')
  @Mutation(() => AnnouncementPayload, { description: '审核不通过，附理由退回草稿 [HLP-ANN-03]' })
  refuseAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => RefuseAnnouncementInput) input: RefuseAnnouncementInput): Promise<AnnouncementPayload> {
    return give(context, 'refuseAnnouncement', input, { reason: input.reason });
  }

  @Access.scopes('announcement.audit')
  @Mutation(() => AnnouncementPayload, { description: '撤下并归档' })
  archiveAnnouncement(@Ctx() context: ServiceContext, @Arg('input', () => AnnouncementCommandInput) input: AnnouncementCommandInput): Promise<AnnouncementPayload> {
    return give(context, 'archiveAnnouncement', input);
  }
}
