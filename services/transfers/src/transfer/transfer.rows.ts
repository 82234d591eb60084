import { actorOfContext, isInArea, type Actor, type ServiceContext } from '@xueji/platform';
import type { SelectQueryBuilder } from 'typeorm';
import { TransferCase } from './transfer.entity';
import { CLOSED } from './transfer.terms';

/** Both schools and every bureau above either see the case, all of them the same step [TRF-GEN-10]. */
export const isVisible = (transfer: Pick<TransferCase, 'outPath' | 'inPath'>, actor: Actor): boolean => isInArea(actor, transfer.outPath) || isInArea(actor, transfer.inPath);

const SEES = '(c.outPath like :path or c.inPath like :path)';

/**
 * A condition that shall sort out, not search: another one leads to the rows by its index, in order where there is one. The planner takes conditions for independent, would expect
 * next to nothing of the two, and collect and sort all there is; it does not look into a coalesce.
 */
export const unsearched = (condition: string): string => `coalesce(${condition}, false)`;

/** A province and the Ministry see so much that a page is soon full, in whatever order the cases are walked. */
export const seesMuch = (context: ServiceContext): boolean => ['PROVINCE', 'MINISTRY'].includes(actorOfContext(context).level);

/** The cases the viewer may see, as alias `c`; `along` where another condition leads to them. */
export const visibleCases = (context: ServiceContext, along = false): SelectQueryBuilder<TransferCase> =>
  context.manager.createQueryBuilder(TransferCase, 'c').where(along ? unsearched(SEES) : SEES, { path: `${actorOfContext(context).path}%` });

/** In the very words of the indexes over open cases, of `visibleCases`. */
export const IS_OPEN = `c.state not in (${CLOSED.map((state) => `'${state}'`).join(', ')})`;
