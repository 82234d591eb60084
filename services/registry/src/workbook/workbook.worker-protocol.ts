import type { DomainError } from '@xueji/workflow';
import type { WorkbookLimits } from './workbook.limits';
import type { SheetOutline, SheetRow } from './workbook.reader';

export interface WorkerJob {
  filePath: string;
  limits: WorkbookLimits;
  batchRows: number;
}

export type WorkerReply =
  | { kind: 'opened'; outline: SheetOutline }
  | { kind: 'rows'; batch: SheetRow[] }
  | { kind: 'done' }
  | { kind: 'refused'; refusal: ConstructorParameters<typeof DomainError>[0] };
