import type { ExportContent, ExportFormat } from '../../export/data-export.terms';

/** What the commands on an export may carry; each row's rules say what it needs. */
export interface DataExportInput {
  content?: ExportContent;
  format?: ExportFormat;
  purpose?: string;
  reason?: string;
}
