import { dataExportWorkflow } from './data-export';
import { juniorNewcomer } from './junior-newcomer';
import { primaryHandover } from './primary-handover';
import { primaryNewcomer } from './primary-newcomer';
import { recordStatus } from './record-status';

/** Every workflow of this service. */
export const workflows = [primaryNewcomer, primaryHandover, recordStatus, juniorNewcomer, dataExportWorkflow];
