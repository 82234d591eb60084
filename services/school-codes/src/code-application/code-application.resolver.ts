import { Access, actorOfContext, HistoryStep, isInArea, keysetPage, PageArgs, stepsOf, type Connection, type GraphContext, type ServiceContext } from '@xueji/platform';
import { availableCommands } from '@xueji/workflow';
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Any } from 'typeorm';
import { authorityOf, EducationAuthority } from '../organizations/education-authority';
import { loadOrganization } from '../organizations/organization.loader';
import { School, schoolOf } from '../organizations/school';
import { codeApplications } from '../workflows/code-application/code-application.facts';
import type { CodeApplicationFacts } from '../workflows/code-application/code-application.rules';
import { SchoolCodeApplication, SchoolCodeApplicationConnection, SchoolCodeApplicationKind, SchoolCodeApplicationState } from './code-application.entity';

/** Applications by id, in one query; those outside the actor's area are not found. */
export async function loadCodeApplications(ids: readonly string[], context: GraphContext): Promise<(SchoolCodeApplication | null)[]> {
  const actor = actorOfContext(context);
  const found = new Map((await (context as ServiceContext).manager.findBy(SchoolCodeApplication, { id: Any([...ids]) })).map((application) => [application.id, application]));
  return ids.map((id) => {
    const application = found.get(id);
    return application && isInArea(actor, application.path) ? application : null;
  });
}

@Access.scopes('bureau.approve', 'statistics.read', 'organization.create')
@Resolver(() => SchoolCodeApplication)
export class CodeApplicationResolver {
  @Query(() => SchoolCodeApplication, { nullable: true })
  async schoolCodeApplication(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<SchoolCodeApplication | null> {
    const [application] = await loadCodeApplications([id], context);
    return application ?? null;
  }

  @Query(() => SchoolCodeApplicationConnection, { description: '辖区内的代码申请，先申请者在前 / applications of the area, oldest first' })
  schoolCodeApplications(
    @Ctx() context: ServiceContext,
    @Arg('state', () => SchoolCodeApplicationState, { nullable: true }) state: string | null,
    @Arg('kind', () => SchoolCodeApplicationKind, { nullable: true }) kind: string | null,
    @Arg('schoolId', () => ID, { nullable: true }) schoolId: string | null,
    @Arg('awaitingUs', () => Boolean, { defaultValue: false, description: '只列出待本单位审核的 / only those our bureau reviews next' }) awaitingUs: boolean,
    @Arg('overdue', () => Boolean, { defaultValue: false, description: '只列出逾期的 / only overdue ones' }) overdue: boolean,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<SchoolCodeApplication>> {
    const actor = actorOfContext(context);
    const query = context.manager.createQueryBuilder(SchoolCodeApplication, 'a').where('a.path like :area', { area: `${actor.path}%` });
    if (state != null) query.andWhere('a.state = :state', { state });
    if (kind != null) query.andWhere('a.kind = :kind', { kind });
    if (schoolId != null) query.andWhere('a.schoolId = :schoolId', { schoolId });
    if (awaitingUs) query.andWhere('a.holderId = :holderId', { holderId: actor.organizationId });
    if (overdue) query.andWhere('a.dueAt < :now', { now: context.clock.now() });
    return keysetPage(query, 'createdAt', page);
  }

  @FieldResolver(() => School)
  async school(@Root() { schoolId }: SchoolCodeApplication, @Ctx() context: ServiceContext): Promise<School | null> {
    return schoolOf(await loadOrganization(context, schoolId));
  }

  @FieldResolver(() => EducationAuthority, { nullable: true, description: '下一步审核单位 / the bureau whose review is next' })
  async awaiting(@Root() { holderId }: SchoolCodeApplication, @Ctx() context: ServiceContext): Promise<EducationAuthority | null> {
    return holderId === null ? null : authorityOf(await loadOrganization(context, holderId));
  }

  @FieldResolver(() => Boolean, { description: '已逾期' })
  overdue(@Root() { dueAt }: SchoolCodeApplication, @Ctx() { clock }: ServiceContext): boolean {
    return dueAt !== null && dueAt < clock.now();
  }

  @FieldResolver(() => [String], { description: '当前用户可办理的操作 / what the viewer could do now' })
  availableCommands(@Root() application: SchoolCodeApplication, @Ctx() context: ServiceContext): string[] {
    // Who may act follows from the application alone once it exists.
    return availableCommands(codeApplications.workflow, { record: application, actor: actorOfContext(context), facts: {} as CodeApplicationFacts, now: context.clock.now() });
  }

  @FieldResolver(() => [HistoryStep], { description: '办理过程 / steps, oldest first' })
  history(@Root() { id }: SchoolCodeApplication, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, codeApplications.recordType, id);
  }
}
