import { transferFiled } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { OpenCase } from '../workflows/record-status';

/** Remembers that the pupil may be moved, so that nothing else is done meanwhile [GEN-FLOW-06]. */
export const onTransferFiled = consumer(transferFiled, async ({ manager }, { data: { transferId, studentId } }) => {
  await manager.createQueryBuilder().insert().into(OpenCase).values({ caseId: transferId, studentId, isOpen: true }).orIgnore().execute();
});
