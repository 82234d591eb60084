import { agreementConsumers, organizationConsumers, type Consumer } from '@xueji/platform';
import { onArchiveRequested } from './on-archive-requested';
import { onArchiveRetrieved } from './on-archive-retrieved';
import { onChildGraduated, onChildLeft, onChildNumbered } from './on-child';
import { onHandoverCompleted, onHandoverDeclined, onHandoverReleased } from './on-handover';
import { onOrganizationMoved } from './on-organization-moved';
import { onTransferApproved } from './on-transfer-approved';
import { onTransferCompleted, onTransferRejected, onTransferWithdrawn } from './on-transfer-ended';
import { onTransferFiled } from './on-transfer-filed';

/** What this service takes in from others. */
export const consumers: Consumer<never>[] = [
  ...organizationConsumers(onOrganizationMoved),
  ...agreementConsumers(),
  onChildNumbered, onChildGraduated, onChildLeft,
  onHandoverReleased, onHandoverDeclined, onHandoverCompleted,
  onTransferFiled, onTransferApproved, onTransferRejected, onTransferWithdrawn, onTransferCompleted,
  onArchiveRequested, onArchiveRetrieved,
];
