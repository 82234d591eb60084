import { Access, actorOfContext, commandsFor, connectionOf, HistoryStep, isInArea, keysetPage, loadTogether, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Child } from '../child/child.entity';
import { loadChild } from '../child/child.loader';
import { Organization, organizationOf } from '../organization.stub';
import { isOverdue } from '../viewing';
import { handovers } from '../workflows/preschool-handover';
import { PreschoolHandover } from './preschool-handover.entity';

@ArgsType()
class HandoversArgs extends PageArgs {
  @Field(() => [String], { nullable: true, description: 'HANDOVER_REQUESTED: 待幼儿园办理 / the kindergarten\'s tasks' }) states?: string[] | null;
  @Field(() => ID, { nullable: true }) childId?: string | null;
  @Field(() => ID, { nullable: true }) institutionId?: string | null;
  @Field(() => Boolean, { nullable: true, description: '已过期限的 / past their deadline' }) overdue?: boolean | null;
}

export const PreschoolHandoverConnection = connectionOf('PreschoolHandover', () => PreschoolHandover);

/** Hand-overs by id in the order asked, with one statement; null where there is none or it lies outside the viewer's area. */
export async function loadHandovers(ids: readonly string[], context: ServiceContext): Promise<(PreschoolHandover | null)[]> {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(PreschoolHandover, 'h').where('h.id = any(:ids)', { ids: [...ids] }).getMany();
  const visible = new Map(found.filter(({ path }) => path !== null && isInArea(actor, path)).map((each) => [each.id, each]));
  return ids.map((id) => visible.get(id) ?? null);
}

@Resolver(() => PreschoolHandover)
export class PreschoolHandoverResolver {
  @Access.scopes('pupil.read')
  @Query(() => PreschoolHandoverConnection, { description: '本辖区的幼小交接 / hand-overs of the area' })
  handovers(@Ctx() context: ServiceContext, @Args(() => HandoversArgs) args: HandoversArgs): Promise<Connection<PreschoolHandover>> {
    const query = context.manager.createQueryBuilder(PreschoolHandover, 'h').where('h.path like :path', { path: `${actorOfContext(context).path}%` });
    if (args.states) query.andWhere('h.state = any(:states)', { states: args.states });
    if (args.childId) query.andWhere('h.childId = :childId', { childId: args.childId });
    if (args.institutionId) query.andWhere('h.institutionId = :institutionId', { institutionId: args.institutionId });
    if (args.overdue) query.andWhere('h.dueAt < :now', { now: context.clock.now() });
    return keysetPage(query, args.overdue ? 'dueAt' : 'createdAt', args);
  }

  @Access.scopes('pupil.read')
  @Query(() => PreschoolHandover, { nullable: true })
  handover(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<PreschoolHandover | null> {
    return loadTogether(context, 'handover', id, (ids) => loadHandovers(ids, context));
  }

  @FieldResolver(() => Child, { nullable: true })
  child(@Root() { childId }: PreschoolHandover, @Ctx() context: ServiceContext): Promise<Child | null> {
    return loadChild(context, childId);
  }

  @FieldResolver(() => Organization, { nullable: true, description: '移交机构 / releasing institution' })
  institution(@Root() { institutionId }: PreschoolHandover): Organization | null {
    return institutionId === null ? null : organizationOf(institutionId);
  }

  @FieldResolver(() => Organization, { nullable: true, description: '接收学校 / receiving school' })
  receivingSchool(@Root() { receivingSchoolId }: PreschoolHandover): Organization {
    return organizationOf(receivingSchoolId);
  }

  @FieldResolver(() => Boolean)
  overdue(@Root() handover: PreschoolHandover, @Ctx() context: ServiceContext): boolean {
    return isOverdue(context, handover);
  }

  @FieldResolver(() => [String], { description: '您现在可以办理的步骤 / what you could do now' })
  availableCommands(@Root() handover: PreschoolHandover, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, handovers, handover);
  }

  @FieldResolver(() => [HistoryStep])
  history(@Root() handover: PreschoolHandover, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, handovers.recordType, handover.id);
  }
}
