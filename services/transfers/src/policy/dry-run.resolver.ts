import { Access, actorOfContext, CaseStep, connectionOf, keysetPage, LARGEST_PAGE, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { cstDate, type PolicyProfile } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { periodOf } from '../clocks/bulletin.resolver';
import { TransferCase } from '../transfer/transfer.entity';
import { loadTransferCase, TRANSFER } from '../transfer/transfer.loaders';
import { visibleCases } from '../transfer/transfer.rows';
import { ReviewStep, reviewOf } from '../transfer/transfer.terms';
import { differences, DryRunAspect, runAsFiled, runUnder, type TakenStep } from './dry-run';
import { faultsOfDocument } from './policy-profile.document';
import { PolicyDocumentScalar } from './policy-profile.entity';
import { approvedProfiles, profileOf, visibleProfiles } from './policy-profile.rows';
import type { PolicyDocument } from './policy-profile.terms';

const Side = { OUT_SCHOOL: 'OUT_SCHOOL', IN_SCHOOL: 'IN_SCHOOL' } as const;
registerEnumType(Side, { name: 'TransferSide', description: '转出学校或转入学校' });
registerEnumType(DryRunAspect, { name: 'TransferDryRunAspect', description: '与实际不同之处' });

@Access.scopes('statistics.read')
@ObjectType({ description: '一个审核环节' })
export class TransferRunStep {
  @Field(() => ReviewStep) step: ReviewStep;
  @Field(() => Int) workingDays: number;
  @Field(() => Date, { nullable: true, description: '到达该环节的时刻；未到达为空' }) receivedAt: Date | null;
  @Field(() => Boolean, { description: '到达时刻为推算：假定上一环节用满期限' }) assumed: boolean;
  @Field(() => Date, { nullable: true }) dueAt: Date | null;
  @Field(() => Boolean, { description: '期限所在年度的节假日安排尚未公布' }) dueFlagged: boolean;
  @Field(() => Boolean, { nullable: true, description: '逾期；取决于推算时为空' }) overdue: boolean | null;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '一件转学在某一政策方案下的走法' })
export class TransferRun {
  @Field(() => String) profileId: string;
  @Field(() => String) profileEffectiveFrom: string;
  @Field(() => Side) initiator: keyof typeof Side;
  @Field(() => [TransferRunStep]) steps: TransferRunStep[];
  @Field(() => Boolean, { description: '理由在规定之内' }) reasonKnown: boolean;
  @Field(() => [String], { description: '所缺材料种类' }) missingDocuments: string[];
  @Field(() => Boolean, { description: '申请时在开放时间内' }) windowOpen: boolean;
  @Field(() => Boolean, { nullable: true, description: '不同意的理由在规定之内；未经审核人不同意的为空' }) refusalKnown: boolean | null;
}

@Access.scopes('statistics.read')
@ObjectType()
export class TransferRunDifference {
  @Field(() => DryRunAspect) aspect: DryRunAspect;
  @Field(() => String) was: string;
  @Field(() => String) would: string;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '试算：一件转学在另一政策方案下的走法，不改变任何数据 [GEN-SCOPE-07]' })
export class TransferDryRun {
  @Field(() => ID) id: string;
  @Field(() => TransferRun) was: TransferRun;
  @Field(() => TransferRun) would: TransferRun;
  @Field(() => [TransferRunDifference]) differences: TransferRunDifference[];
}

export const TransferDryRunConnection = connectionOf('TransferDryRun', () => TransferDryRun);

@ArgsType()
class TransferDryRunArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: '已批准方案的名称；或给出 policyProfileId，或 document' }) profileId?: string | null;
  @Field(() => String, { nullable: true, description: '方案版本的生效日期；缺省为最新版本' }) effectiveFrom?: string | null;
  @Field(() => ID, { nullable: true, description: '方案的一个版本，草拟的也可' }) policyProfileId?: string | null;
  @Field(() => PolicyDocumentScalar, { nullable: true, description: '尚未起草的方案全文' }) document?: PolicyDocument | null;
  @Field(() => [ID], { nullable: true, description: '1–100；或给出 from 和 to' }) caseIds?: string[] | null;
  @Field(() => String, { nullable: true, description: '申请日期 YYYY-MM-DD，含当日' }) from?: string | null;
  @Field(() => String, { nullable: true, description: '申请日期 YYYY-MM-DD，含当日' }) to?: string | null;
}

const wrong = (field: string, zh: string, en: string) => new DomainError({ code: 'DRY_RUN_INVALID', rule: 'GEN-SCOPE-07', field, zh, en });

const newestFirst = (profiles: readonly PolicyProfile[], id: string) => profiles.filter((profile) => profile.id === id).sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1));

/** The profile to try: an approved one by name, any version by its id, or one that nobody has drafted yet. */
async function wantedProfile(context: ServiceContext, approved: readonly PolicyProfile[], { profileId, effectiveFrom, policyProfileId, document }: TransferDryRunArgs): Promise<PolicyProfile> {
  if ([profileId, policyProfileId, document].filter((given) => given != null).length !== 1) {
    throw wrong('profileId', '须给出方案名、方案版本或方案全文之一', 'Give one of profileId, policyProfileId and document');
  }
  if (document != null) {
    const { province } = actorOfContext(context);
    const period = { effectiveFrom: cstDate(context.clock.now()), effectiveTo: null };
    const faults = faultsOfDocument(document, province, period);
    if (faults.length > 0) {
      throw new DomainError({ code: 'POLICY_PROFILE_INVALID', rule: 'GEN-SCOPE-07', field: 'document', zh: `政策方案有${faults.length}处错误`, en: `The policy profile has ${faults.length} faults`, details: { faults } });
    }
    return { id: 'DOCUMENT', province, zh: '未起草的方案', en: 'A profile not yet drafted', ...period, ...document };
  }
  if (policyProfileId != null) {
    const row = await visibleProfiles(context).andWhere('p.id = :policyProfileId', { policyProfileId }).getOne();
    if (!row) throw wrong('policyProfileId', '没有该政策方案', 'There is no such policy profile');
    return profileOf(row);
  }
  const found = newestFirst(approved, profileId!).find((profile) => !effectiveFrom || profile.effectiveFrom === effectiveFrom);
  if (!found) throw wrong(effectiveFrom ? 'effectiveFrom' : 'profileId', '没有该政策方案', 'There is no such policy profile');
  return found;
}

@Resolver(() => TransferDryRun)
export class DryRunResolver {
  @Access.scopes('statistics.read')
  @Query(() => TransferDryRunConnection, { description: '试算已有转学在另一政策方案下的走法，限省级和教育部 [GEN-SCOPE-07]' })
  async transferPolicyDryRun(@Args(() => TransferDryRunArgs) args: TransferDryRunArgs, @Ctx() context: ServiceContext): Promise<Connection<TransferDryRun>> {
    const { level } = actorOfContext(context);
    if (level !== 'PROVINCE' && level !== 'MINISTRY') {
      throw new DomainError({ code: 'DRY_RUN_NOT_PERMITTED', rule: 'GEN-SCOPE-07', zh: '政策试算限省级和教育部', en: 'Only a province or the Ministry may try a policy' });
    }
    const approved = await approvedProfiles(context.manager);
    const profile = await wantedProfile(context, approved, args);
    const query = visibleCases(context);
    const { caseIds, from, to } = args;
    if (caseIds && !from && !to) {
      if (caseIds.length < 1 || caseIds.length > LARGEST_PAGE) throw wrong('caseIds', `每次1至${LARGEST_PAGE}件`, `1 to ${LARGEST_PAGE} cases at a time`);
      query.andWhere('c.id = any(:caseIds)', { caseIds });
    } else if (!caseIds && from && to) {
      query.andWhere('c.createdAt between :from and :to', periodOf(from, to));
    } else {
      throw wrong('caseIds', '须给出转学编号，或申请的起止日期', 'Give either the cases or the two days between which they were filed');
    }
    const page = await keysetPage(query, 'createdAt', args);
    const taken = await takenSteps(context, page.edges.map(({ node }) => node));
    const now = context.clock.now();
    return {
      pageInfo: page.pageInfo,
      edges: page.edges.map(({ cursor, node }) => {
        // A version that is gone from the list cannot say what it asked for; the newest of that name stands in.
        const filed = approved.find(({ id, effectiveFrom }) => id === node.profileId && effectiveFrom === node.profileEffectiveFrom) ?? newestFirst(approved, node.profileId)[0] ?? profile;
        const was = runAsFiled(node, taken.get(node.id)!, filed, now);
        const would = runUnder(node, taken.get(node.id)!, profile, now);
        return { cursor, node: Object.assign(new TransferDryRun(), { id: node.id, was, would, differences: differences(was, would) }) };
      }),
    };
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => TransferCase, { nullable: true })
  transferCase(@Root() { id }: TransferDryRun, @Ctx() context: ServiceContext): Promise<TransferCase | null> {
    return loadTransferCase(context, id);
  }
}

/** The reviews that these cases came to, in order. */
async function takenSteps({ manager }: ServiceContext, cases: readonly TransferCase[]): Promise<Map<string, TakenStep[]>> {
  const steps = await manager.find(CaseStep, { where: { recordType: TRANSFER, recordId: In(cases.map(({ id }) => id)) }, order: { recordId: 'ASC', version: 'ASC' } });
  return new Map(cases.map(({ id, version, dueFlagged }) => {
    const own = steps.filter(({ recordId }) => recordId === id);
    return [id, own.flatMap((step, nth) => {
      const review = reviewOf(step.toState);
      return review ? [{ step: review.step, receivedAt: step.at, dueAt: step.dueAt, dueFlagged: step.version === version && dueFlagged, leftAt: own[nth + 1]?.at ?? null }] : [];
    })];
  }));
}
