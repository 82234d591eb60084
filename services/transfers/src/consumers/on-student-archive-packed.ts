import { studentArchivePacked } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { TransferCase } from '../transfer/transfer.entity';
import { recordsOf } from '../workflows';

/** The archive is packed and on its way, unless the receiving school withdrew in the meantime [TRF-INTER-03]. */
export const onStudentArchivePacked = consumer(studentArchivePacked, async (scope, { data: { transferId, contentHash } }) => {
  const transfer = await scope.manager.findOneBy(TransferCase, { id: transferId });
  if (transfer) await scope.attempt(recordsOf(transfer), { command: 'startTransfer', id: transferId, input: { contentHash } });
});
