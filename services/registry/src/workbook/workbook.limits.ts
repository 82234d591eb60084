/** How much of a workbook is read before it is refused. Sizes in bytes unless said. */
export interface WorkbookLimits {
  /** the file as uploaded */
  fileBytes: number;
  /** parts listed in the zip directory */
  entries: number;
  /** unpacked size divided by packed size, for a part over `ratioFromBytes` */
  ratio: number;
  ratioFromBytes: number;
  /** all parts unpacked; also the text of all cells, as UTF-16 */
  totalBytes: number;
  /** shared strings, held in memory as UTF-16 */
  sharedStringBytes: number;
  /** rows with content below the header */
  dataRows: number;
  columns: number;
  /** time the worker may take, in milliseconds; time its caller takes is not counted */
  parseMs: number;
  /** heap of the worker, in MB */
  heapMb: number;
}

const MB = 1 << 20;

export const WORKBOOK_LIMITS: Readonly<WorkbookLimits> = {
  fileBytes: 20 * MB,
  entries: 200,
  ratio: 100,
  ratioFromBytes: MB,
  totalBytes: 200 * MB,
  sharedStringBytes: 96 * MB,
  dataRows: 20_000,
  columns: 256,
  parseMs: 30_000,
  heapMb: 96,
};
