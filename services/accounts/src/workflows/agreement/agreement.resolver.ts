import { Access, agreementSession, type EndedSessions, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Agreement } from '../../agreement/agreement.entity';
import { agreements } from '.';
import type { AgreementInput } from './agreement.inputs';

@InputType()
export class RequestAgreementInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '使用部门' }) agencyName: string;
  @Field(() => String, { description: '用途 [AGY-IF-07]' }) purpose: string;
  @Field(() => String, { description: '法律依据' }) legalBasis: string;
  @Field(() => [String], { description: '字段，形如 Student.name 或 Query.students(name:)' }) fields: string[];
  @Field(() => ID, { description: '数据区域：其机构编号' }) areaId: string;
  @Field(() => Date) validFrom: Date;
  @Field(() => Date) validUntil: Date;
  @Field(() => Int, { description: '每日调用上限' }) dailyQuota: number;
  @Field(() => Boolean, { description: '使用部门已承诺保密' }) confidentialityAccepted: boolean;
}

@InputType()
export class AgreementCommandInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) agreementId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class AgreementReasonInput extends AgreementCommandInput {
  @Field(() => String, { description: '理由 [GEN-FLOW-03]' }) reason: string;
}

@Access.authenticated()
@ObjectType()
export class AgreementPayload {
  @Field(() => Agreement) agreement: Agreement;
}

const give = async (context: ServiceContext, command: string, { requestId, agreementId, expectedVersion }: AgreementCommandInput, input: AgreementInput = {}): Promise<AgreementPayload> => ({
  agreement: await context.run(agreements, requestId, { command, id: agreementId, input, expectedVersion: expectedVersion ?? null }),
});

/** Commands on agreements; `endedSessions` ends an agency's tokens together with its agreement. */
export function agreementCommandResolver(endedSessions: EndedSessions): Function {
  @Resolver()
  class AgreementCommandResolver {
    @Access.scopes('bureau.approve', 'account.issue')
    @Mutation(() => AgreementPayload, { description: '代使用部门申请数据共享协议 [AGY-IF-02] [AGY-IF-07]' })
    async requestAgreement(@Ctx() context: ServiceContext, @Arg('input', () => RequestAgreementInput) { requestId, ...input }: RequestAgreementInput): Promise<AgreementPayload> {
      return { agreement: await context.run(agreements, requestId, { command: 'requestAgreement', input }) };
    }

    @Access.scopes('bureau.approve')
    @Mutation(() => AgreementPayload, { description: '批准；申请人本人不能批准' })
    approveAgreement(@Ctx() context: ServiceContext, @Arg('input', () => AgreementCommandInput) input: AgreementCommandInput): Promise<AgreementPayload> {
      return give(context, 'approveAgreement', input);
    }

    @Access.scopes('bureau.approve')
    @Mutation(() => AgreementPayload, { description: '不予批准' })
    refuseAgreement(@Ctx() context: ServiceContext, @Arg('input', () => AgreementReasonInput) input: AgreementReasonInput): Promise<AgreementPayload> {
      return give(context, 'refuseAgreement', input, { reason: input.reason });
    }

    @Access.scopes('bureau.approve', 'account.issue')
    @Mutation(() => AgreementPayload, { description: '立即停止；其令牌随即失效 [AGY-IF-12]' })
    async suspendAgreement(@Ctx() context: ServiceContext, @Arg('input', () => AgreementReasonInput) input: AgreementReasonInput): Promise<AgreementPayload> {
      const payload = await give(context, 'suspendAgreement', input, { reason: input.reason });
      await endedSessions.end([agreementSession(payload.agreement.id)]);
      return payload;
    }
  }
  return AgreementCommandResolver;
}
