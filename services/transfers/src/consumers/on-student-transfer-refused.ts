import { studentTransferRefused } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { TransferCase } from '../transfer/transfer.entity';
import { recordsOf } from '../workflows';

/**
 * The registry, which owns custody, found that it cannot move: its rule is the reason, and the pupil may have a new case. A case that was withdrawn
 * while the registry answered stays so.
 */
export const onStudentTransferRefused = consumer(studentTransferRefused, async (scope, { data }) => {
  const transfer = await scope.manager.findOneBy(TransferCase, { id: data.transferId });
  if (!transfer) return;
  const { code, rule, zh, en } = data;
  await scope.attempt(recordsOf(transfer), { command: 'refuseMove', id: transfer.id, input: { code, rule, zh, en, reason: `${code} ${rule} ${zh}` } });
});
