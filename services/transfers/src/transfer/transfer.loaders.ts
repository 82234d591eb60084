import { actorOfContext, loadTogether, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import { TransferCase } from './transfer.entity';
import { seenBy, visibleCases } from './transfer.rows';

export const TRANSFER = 'transfer';

const grouped = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};

/** Cases by id in the order asked; null where there is none or the viewer stands outside. */
export const loadTransferCases: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const found = await visibleCases(context).andWhere('c.id = any(:ids)', { ids: [...ids] }).getMany();
  const byId = new Map(found.map((transfer) => [transfer.id, transfer]));
  return ids.map((id) => byId.get(id) ?? null);
};

/** One case of this request's viewer. */
export const loadTransferCase = (context: ServiceContext, id: string): Promise<TransferCase | null> =>
  loadTogether(context, 'transfer-case', id, (ids) => loadTransferCases(ids, context) as Promise<(TransferCase | null)[]>);

/** The newest `first` cases of a pupil that the viewer may see; one statement for all pupils of the request. */
export const loadTransfersOf = (context: ServiceContext, studentId: string, first: number): Promise<TransferCase[]> =>
  loadTogether(context, `transfers-of-student:${first}`, studentId, async (studentIds) => {
    const found = await visibleCases(context)
      .andWhere(
        `c.id in (select id from (
           select n.id, row_number() over (partition by n.student_id order by n.created_at desc, n.id) as nth from transfer_case n
           where n.student_id = any(:studentIds) and ${seenBy(actorOfContext(context), 'n').where}) newest where nth <= :first)`,
        { studentIds: [...studentIds], first },
      )
      .orderBy('c.createdAt', 'DESC').addOrderBy('c.id').getMany();
    const byStudent = grouped(found, (transfer) => transfer.studentId);
    return studentIds.map((id) => byStudent.get(id) ?? []);
  });
