import { isInArea, type RecordCommands } from '@xueji/platform';
import { DataExport } from '../../export/data-export.entity';
import type { DataExportInput } from './data-export.inputs';
import { dataExportWorkflow } from './data-export.workflow';

export { dataExportWorkflow };

/** Exports and the commands on them. */
export const dataExports: RecordCommands<DataExport, DataExportInput, object> = {
  recordType: 'data-export',
  workflow: dataExportWorkflow,
  entity: DataExport,
  facts: async () => ({}),
  isVisible: (record, actor) => isInArea(actor, record.holderPath),
};
