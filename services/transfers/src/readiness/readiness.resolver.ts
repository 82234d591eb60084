import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import type { FilingSettings } from '../filing/file-case';
import { fileInputOf } from '../filing/filing.inputs';
import { TransferCase } from '../transfer/transfer.entity';
import { loadTransferCase } from '../transfer/transfer.loaders';
import { Organization, stubOf } from '../transfer/transfer.stubs';
import { READERS, ReviewStep } from '../transfer/transfer.terms';
import { wantedOf } from '../workflows/within-province/within-province.resolver';
import { Clearer, readinessOf, type Blocker } from './readiness';

registerEnumType(Clearer, { name: 'TransferClearer', description: '由谁解决：APPLICANT 申请学校，REVIEWER 在办转学的办理单位，PROVINCE 省级（业务开放时间）' });

@ArgsType()
class TransferReadinessArgs {
  @Field(() => ID, { nullable: true, description: '本校学生，监护人为本人的孩子；或由学校给出学籍号和姓名' }) studentId?: string | null;
  @Field(() => String, { nullable: true, description: '完整学籍号' }) studentNumber?: string | null;
  @Field(() => String, { nullable: true, description: '姓名' }) name?: string | null;
  @Field(() => ID) toSchool: string;
  @Field(() => ID, { nullable: true, description: '转入班级' }) classId?: string | null;
  @Field(() => String, { nullable: true, description: '转学理由代码' }) reasonCode?: string | null;
  @Field(() => [String], { defaultValue: [], description: '已备材料的种类代码' }) documentKinds: string[];
}

@Access.scopes('pupil.enter', 'child.read')
@ObjectType({ description: '转学理由及其所需材料' })
export class TransferReasonOffer {
  @Field(() => String) code: string;
  @Field(() => String) name: string;
  @Field(() => [String], { description: '所需材料种类' }) documents: readonly string[];
}

@Access.scopes('pupil.enter', 'child.read')
@ObjectType({ description: '申请前须解决的一项' })
export class TransferBlocker {
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String, { nullable: true }) field: string | null;
  @Field(() => String) message: string;
  @Field(() => Clearer, { description: '由谁解决' }) clearedBy: Clearer;
  @Field(() => Organization, { nullable: true, description: '解决该项的单位' }) organization: Organization | null;
  @Field(() => [String], { description: '所缺材料种类' }) missing: string[];
  @Field(() => [String], { description: '未处理的问题学籍类型' }) problemKinds: string[];
  @Field(() => Date, { nullable: true, description: '开放时间的起' }) opensAt: Date | null;
  @Field(() => Date, { nullable: true, description: '开放时间的止' }) closesAt: Date | null;
  @Field(() => ID, { nullable: true, description: '正在办理的转学' }) openCaseId: string | null;
}

@Access.scopes('pupil.enter', 'child.read')
@ObjectType({ description: '申请转学的条件是否齐备：一次列出全部障碍，与申请时所用规则相同' })
export class TransferReadiness {
  /** the pupil asked about, null when there is none; not shown */
  studentId: string | null;
  @Field(() => Boolean) ready: boolean;
  @Field(() => String, { nullable: true, description: '办理程序' }) procedure: string | null;
  @Field(() => String, { nullable: true, description: '决定一方适用的政策方案' }) profileId: string | null;
  @Field(() => Organization, { nullable: true, description: '应由哪所学校申请' }) appliesBy: Organization | null;
  @Field(() => [ReviewStep], { description: '审核环节的次序' }) steps: readonly ReviewStep[];
  @Field(() => [TransferReasonOffer], { description: '可用的理由' }) reasons: TransferReasonOffer[];
  @Field(() => [TransferBlocker]) blockers: TransferBlocker[];
  @Field(() => [TransferBlocker], { description: '不妨碍申请、但应知晓的情况，如班额超限 [REG-CLASS-02]' }) warnings: TransferBlocker[];
}

const instant = (value: unknown): Date | null => (typeof value === 'string' ? new Date(value) : null);

const shown = ({ refusal: { code, rule, field, messages, details }, clearedBy, organizationId }: Blocker, locale: ServiceContext['locale']): TransferBlocker => ({
  code, rule, field, message: messages[locale], clearedBy, organization: organizationId === null ? null : stubOf(Organization, organizationId),
  missing: (details.missing as string[] | undefined) ?? [], problemKinds: (details.problemKinds as string[] | undefined) ?? [], opensAt: instant(details.opensAt), closesAt: instant(details.closesAt),
  openCaseId: (details.openCaseId as string | undefined) ?? null,
});

export function readinessResolver({ lookup }: FilingSettings) {
  @Resolver(() => TransferBlocker)
  class ReadinessResolver {
    @Access.scopes('pupil.enter', 'child.read')
    @Query(() => TransferReadiness, { description: '申请转学前的检查，一次列出全部障碍 [TRF-GEN-09]' })
    async transferReadiness(@Args(() => TransferReadinessArgs) args: TransferReadinessArgs, @Ctx() context: ServiceContext): Promise<TransferReadiness> {
      const { toSchool, classId, reasonCode, documentKinds } = args;
      // Which papers there are is asked here, not what stands in them.
      const documents = documentKinds.map((kind, nth) => ({ kind, evidenceId: `${nth}` }));
      const { filing, procedure, chain, blockers, warnings } = await readinessOf(context.manager, {
        wanted: wantedOf(args, lookup), inSchoolId: toSchool, actor: actorOfContext(context), now: context.clock.now(),
        input: fileInputOf({ classId: classId ?? null, documents }, reasonCode ?? ''),
      });
      const policy = filing?.profile.transfer;
      return {
        studentId: filing?.student.studentId ?? null,
        ready: blockers.length === 0,
        procedure,
        profileId: filing?.profile.id ?? null,
        appliesBy: filing && chain && stubOf(Organization, chain.initiator === 'OUT_SCHOOL' ? filing.outSchool.id : filing.inSchool.id),
        steps: chain?.steps ?? [],
        reasons: (policy?.reasons ?? []).map((reason) => ({ code: reason.code, name: reason[context.locale], documents: [...policy!.requiredDocuments, ...reason.documents] })),
        blockers: blockers.map((blocker) => shown(blocker, context.locale)),
        warnings: warnings.map((blocker) => shown(blocker, context.locale)),
      };
    }

    @Access.scopes(...READERS)
    @FieldResolver(() => TransferCase, { nullable: true, description: '正在办理的转学；不在辖区内为空' })
    openCase(@Root() { openCaseId }: TransferBlocker, @Ctx() context: ServiceContext): Promise<TransferCase | null> | null {
      return openCaseId === null ? null : loadTransferCase(context, openCaseId);
    }
  }
  return ReadinessResolver;
}
