export { WORKBOOK_LIMITS, type WorkbookLimits } from './workbook.limits';
export { VERDICT_HEADER, readWorkbook, type CellNote, type OpenWorkbook, type SheetOutline, type SheetRow } from './workbook.reader';
export { openInWorker, parseInWorker, type WorkbookInWorker } from './workbook.worker-reader';
export { writeVerdictWorkbook, type Verdict } from './verdict-workbook.writer';
