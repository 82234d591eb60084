import { Access, commandsFor, connectionOf, HistoryStep, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { isCstDay } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { POLICY_PROFILE, policyProfiles } from './policy-profile.commands';
import { PolicyProfileVersion } from './policy-profile.entity';
import { DraftPolicyProfileInput, PolicyProfileCommandInput, RefusePolicyProfileInput, RevisePolicyProfileInput, type PolicyProfileInput } from './policy-profile.inputs';
import { visibleProfiles } from './policy-profile.rows';
import { PolicyProfileState, type WrittenProfile } from './policy-profile.terms';

@ArgsType()
class PolicyProfilesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: '两位省级代码；00 为全国方案；缺省为全部' }) province?: string | null;
  @Field(() => String, { nullable: true, description: '只列该日（YYYY-MM-DD）有效的；本省没有时适用全国方案' }) on?: string | null;
  @Field(() => PolicyProfileState, { nullable: true }) state?: PolicyProfileState | null;
}

export const PolicyProfileConnection = connectionOf('PolicyProfile', () => PolicyProfileVersion);

@Access.authenticated()
@ObjectType()
export class PolicyProfilePayload {
  @Field(() => PolicyProfileVersion) policyProfile: PolicyProfileVersion;
}

const NATIONAL = '00';

const textOf = ({ profileId, zh, en, effectiveFrom, effectiveTo, legalSource, document }: DraftPolicyProfileInput): WrittenProfile =>
  ({ profileId, zh, en, effectiveFrom, effectiveTo: effectiveTo ?? null, legalSource, document });

const give = async (context: ServiceContext, command: string, { requestId, id, expectedVersion }: { requestId: string; id: string; expectedVersion?: number | null }, input: PolicyProfileInput): Promise<PolicyProfilePayload> => ({
  policyProfile: await context.run(policyProfiles, requestId, { command, id, input, expectedVersion: expectedVersion ?? null }),
});

@Resolver(() => PolicyProfileVersion)
export class PolicyProfileResolver {
  @Access.authenticated()
  @Query(() => PolicyProfileVersion, { nullable: true })
  policyProfile(@Arg('id', () => ID) id: string, @Ctx() context: ServiceContext): Promise<PolicyProfileVersion | null> {
    return visibleProfiles(context).andWhere('p.id = :id', { id }).getOne();
  }

  @Access.authenticated()
  @Query(() => PolicyProfileConnection, { description: '政策方案；已批准的对所有人公开，其余限本省和教育部 [GEN-SCOPE-07]' })
  policyProfiles(@Args(() => PolicyProfilesArgs) args: PolicyProfilesArgs, @Ctx() context: ServiceContext): Promise<Connection<PolicyProfileVersion>> {
    const { province, on, state } = args;
    const query = visibleProfiles(context);
    if (state) query.andWhere('p.state = :state', { state });
    if (province === NATIONAL) query.andWhere('p.province is null');
    else if (province) query.andWhere('p.province = :province', { province });
    if (on) {
      if (!isCstDay(on)) throw new DomainError({ code: 'DAY_INVALID', rule: 'GEN-SCOPE-07', field: 'on', zh: '日期须为YYYY-MM-DD', en: 'on must be a day YYYY-MM-DD' });
      query.andWhere(`p.state = 'APPROVED' and p.effectiveFrom <= :on and (p.effectiveTo is null or p.effectiveTo >= :on)`, { on });
    }
    return keysetPage(query, 'effectiveFrom', args);
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '起草政策方案；有误则列出全部错误 [GEN-SCOPE-07]' })
  async draftPolicyProfile(@Arg('input', () => DraftPolicyProfileInput) input: DraftPolicyProfileInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return { policyProfile: await context.run(policyProfiles, input.requestId, { command: 'draft', input: textOf(input) }) };
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '修改草稿' })
  revisePolicyProfile(@Arg('input', () => RevisePolicyProfileInput) input: RevisePolicyProfileInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return give(context, 'revise', input, textOf(input));
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '提交批准' })
  submitPolicyProfile(@Arg('input', () => PolicyProfileCommandInput) input: PolicyProfileCommandInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return give(context, 'submit', input, { reason: input.comment ?? null });
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '批准：自起日起适用于新申请；起草人和提交人不能批准 [GEN-FLOW-05]' })
  approvePolicyProfile(@Arg('input', () => PolicyProfileCommandInput) input: PolicyProfileCommandInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return give(context, 'approve', input, { reason: input.comment ?? null });
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '不批准，附理由退回起草 [GEN-FLOW-03]' })
  refusePolicyProfile(@Arg('input', () => RefusePolicyProfileInput) input: RefusePolicyProfileInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return give(context, 'refuse', input, { reason: input.reason });
  }

  @Access.scopes('system.configure')
  @Mutation(() => PolicyProfilePayload, { description: '撤回；已批准的在起日之前可由批准人撤回，前一版本继续有效' })
  withdrawPolicyProfile(@Arg('input', () => PolicyProfileCommandInput) input: PolicyProfileCommandInput, @Ctx() context: ServiceContext): Promise<PolicyProfilePayload> {
    return give(context, 'withdraw', input, { reason: input.comment ?? null });
  }

  @Access.authenticated()
  @FieldResolver(() => String, { description: '名称' })
  name(@Root() profile: PolicyProfileVersion, @Ctx() { locale }: ServiceContext): string {
    return profile[locale];
  }

  @Access.authenticated()
  @FieldResolver(() => Boolean, { description: '待批准而已过最迟批准时刻' })
  overdue(@Root() { dueAt }: PolicyProfileVersion, @Ctx() { clock }: ServiceContext): boolean {
    return dueAt !== null && dueAt < clock.now();
  }

  @Access.authenticated()
  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() profile: PolicyProfileVersion, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, policyProfiles, profile);
  }

  @Access.scopes('system.configure', 'statistics.read')
  @FieldResolver(() => [HistoryStep])
  history(@Root() profile: PolicyProfileVersion, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, POLICY_PROFILE, profile.id);
  }
}
