import { actorOfContext, isInArea, type Actor, type ServiceContext } from '@xueji/platform';
import type { SelectQueryBuilder } from 'typeorm';
import { TransferCase } from './transfer.entity';
import { CLOSED } from './transfer.terms';

/** Both schools and every bureau above either see the case, all of them the same step [TRF-GEN-10]. */
export const isVisible = (transfer: Pick<TransferCase, 'outPath' | 'inPath'>, actor: Actor): boolean => isInArea(actor, transfer.outPath) || isInArea(actor, transfer.inPath);

/** The cases the viewer may see, as alias `c`. */
export const visibleCases = (context: ServiceContext): SelectQueryBuilder<TransferCase> =>
  context.manager.createQueryBuilder(TransferCase, 'c').where('(c.outPath like :path or c.inPath like :path)', { path: `${actorOfContext(context).path}%` });

/** In the very words of the indexes over open cases, of `visibleCases`. */
export const IS_OPEN = `c.state not in (${CLOSED.map((state) => `'${state}'`).join(', ')})`;
