import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ImeAccountType } from '../account/account-type.terms';
import { Organization, organizationStub } from '../organization/organization.stub';
import { ImeOrganizationType, type AudienceFilter } from './announcement.terms';

registerEnumType(ImeAccountType, { name: 'ImeAccountType', description: '超级管理员、学籍系统管理员、普通用户 [HLP-ACCT-01]' });
registerEnumType(ImeOrganizationType, { name: 'ImeOrganizationType', description: '教育行政部门、学校、幼儿园' });

@Access.scopes('announcement.draft', 'announcement.audit')
@ObjectType({ description: '接收人筛选条件；空列表表示不限' })
export class AnnouncementFilter implements AudienceFilter {
  @Field(() => [String], { description: '行政区划代码或其前缀' }) divisions: string[];
  @Field(() => [String], { description: '层级' }) levels: string[];
  @Field(() => [ImeOrganizationType]) organizationTypes: ImeOrganizationType[];
  @Field(() => [String], { description: '学段' }) stages: string[];
  @Field(() => [String], { description: '岗位' }) duties: string[];
  @Field(() => [ImeAccountType]) accountTypes: ImeAccountType[];
  @Field(() => [String], { description: '办学类型代码' }) schoolTypes: string[];
}

/** 公告, from draft to archive (ST-HLP-2). `submittedBy` is its author once it is up for audit. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '公告 / announcement' })
@Entity('announcement')
@Index('announcement_holder_path', ['holderPath'])
@Index('announcement_due', ['dueAt'], { where: 'due_at is not null' })
export class Announcement extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => String, { description: '状态: DRAFT, PENDING_AUDIT, PUBLISHED, ARCHIVED' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date, { nullable: true, description: '发布后在此刻自动归档' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => String, { description: '标题' }) @Column('text') title: string;
  @Field(() => String, { description: '正文' }) @Column('text') body: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  /** area path of the announcing organisation: nobody outside it receives the announcement */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Column('text', { name: 'author_id' }) authorId: string;
  @Access.scopes('announcement.draft', 'announcement.audit')
  @Field(() => String, { description: '起草人' })
  @Column('text', { name: 'author_name' })
  authorName: string;
  @Access.scopes('announcement.draft', 'announcement.audit') @Field(() => AnnouncementFilter) @Column('jsonb') filter: AnnouncementFilter;
  @Field(() => Date, { nullable: true, description: '有效期至' }) @Column('timestamptz', { name: 'valid_until', nullable: true }) validUntil: Date | null;
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'published_at', nullable: true }) publishedAt: Date | null;
  @Column('timestamptz', { name: 'archived_at', nullable: true }) archivedAt: Date | null;
  @Access.scopes('announcement.draft', 'announcement.audit')
  @Field(() => Int, { nullable: true, description: '发布时确定的接收人数' })
  @Column('int', { name: 'recipient_count', nullable: true })
  recipientCount: number | null;

  @Field(() => Organization, { description: '发布单位' })
  organization(): Organization {
    return organizationStub(this.organizationId);
  }
}

/** One account that an announcement went to; added at publishing, never changed (HLP-ANN-02). */
@Entity('announcement_recipient')
@Index('announcement_recipient_account', ['accountId'])
export class AnnouncementRecipient {
  @PrimaryColumn('text', { name: 'announcement_id' }) announcementId: string;
  @PrimaryColumn('text', { name: 'account_id' }) accountId: string;
}

/** When a recipient first read it. */
@Entity('announcement_reading')
export class AnnouncementReading {
  @PrimaryColumn('text', { name: 'announcement_id' }) announcementId: string;
  @PrimaryColumn('text', { name: 'account_id' }) accountId: string;
  @Column('timestamptz') at: Date;
}

export const AnnouncementConnection = connectionOf('Announcement', () => Announcement);
