import { transferCompleted, transferRejected, transferWithdrawn } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { closeCase } from '../workflows/record-status';

export const onTransferRejected = consumer(transferRejected, ({ manager }, { data }) => closeCase(manager, data));
export const onTransferWithdrawn = consumer(transferWithdrawn, ({ manager }, { data }) => closeCase(manager, data));
export const onTransferCompleted = consumer(transferCompleted, ({ manager }, { data }) => closeCase(manager, data));
