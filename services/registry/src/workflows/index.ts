import { dataExportWorkflow } from './data-export';
import { guardianBinding } from './guardian-binding';
import { juniorNewcomer } from './junior-newcomer';
import { primaryHandover } from './primary-handover';
import { primaryNewcomer } from './primary-newcomer';
import { problemRecord } from './problem-record';
import { recordStatus } from './record-status';

/** Every workflow of this service. */
export const workflows = [primaryNewcomer, primaryHandover, recordStatus, juniorNewcomer, problemRecord, guardianBinding, dataExportWorkflow];
