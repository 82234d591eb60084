import { actorOfContext, isInArea, type Actor, type ServiceContext } from '@xueji/platform';
import type { SelectQueryBuilder } from 'typeorm';
import { TransferCase } from './transfer.entity';
import { CLOSED } from './transfer.terms';

/**
 * Both schools and every bureau above either see the case, all of them the same step [TRF-GEN-10]. Commands are for them alone: a guardian, whose account
 * has a place in the tree as any other, gives none.
 */
export const isVisible = (transfer: Pick<TransferCase, 'outPath' | 'inPath'>, actor: Actor): boolean => actor.duty !== 'GUARDIAN' && (isInArea(actor, transfer.outPath) || isInArea(actor, transfer.inPath));

/** What the viewer may see of `transfer_case`, as a condition on `alias`: a guardian the cases of the own children, whatever the place of the account [ACC-PERM-03]. */
export function seenBy({ duty, accountId, path }: Actor, alias: string): { where: string; parameters: Record<string, string> } {
  if (duty === 'GUARDIAN') return { where: `${alias}.student_id in (select g.student_id from guardian_child g where g.account_id = :viewer and not g.ended)`, parameters: { viewer: accountId } };
  return { where: `(${alias}.out_path like :path or ${alias}.in_path like :path)`, parameters: { path: `${path}%` } };
}

/**
 * A condition that shall sort out, not search: another one leads to the rows by its index, in order where there is one. The planner takes conditions for independent, would expect
 * next to nothing of the two, and collect and sort all there is; it does not look into a coalesce.
 */
export const unsearched = (condition: string): string => `coalesce(${condition}, false)`;

/** A province and the Ministry see so much that a page is soon full, in whatever order the cases are walked. */
export const seesMuch = (context: ServiceContext): boolean => actorOfContext(context).duty !== 'GUARDIAN' && ['PROVINCE', 'MINISTRY'].includes(actorOfContext(context).level);

/** The cases the viewer may see, as alias `c`; `along` where another condition leads to them. */
export function visibleCases(context: ServiceContext, along = false): SelectQueryBuilder<TransferCase> {
  const { where, parameters } = seenBy(actorOfContext(context), 'c');
  return context.manager.createQueryBuilder(TransferCase, 'c').where(along ? unsearched(where) : where, parameters);
}

/** In the very words of the indexes over open cases, of `visibleCases`. */
export const IS_OPEN = `c.state not in (${CLOSED.map((state) => `'${state}'`).join(', ')})`;
