import { MAX_CELL_CHARS, MAX_STORED_CHARS, columnOf, decodeEscapes, plainNumber } from './cell.text';
import type { SharedStrings } from './shared-strings.table';
import { WORKBOOK_LIMITS, type WorkbookLimits } from './workbook.limits';
import { findParts, readDateFormats, readSharedStrings } from './workbook.parts';
import { fileIsZipBomb, sheetHasTooManyColumns, sheetHasTooManyRows, sheetIsEmpty, workbookXmlIsRefused } from './workbook.refusals';
import { scanXml, type XmlAttributes, type XmlHandlers } from './xml.scanner';
import { ZipArchive } from './zip.archive';

/** Title of the column a verdict workbook has in front. The reader drops that column, so that a corrected verdict workbook can be uploaded as it is. */
export const VERDICT_HEADER = '审核结果';

/**
 * A cell whose text cannot be trusted although it was read. DATE: a date kept as a day count, given as that number;
 * LONG_NUMBER: a number of 16 digits or more, which the spreadsheet has rounded; ERROR: a formula error such as #N/A.
 */
export interface CellNote {
  /** index into `cells` */
  column: number;
  kind: 'DATE' | 'LONG_NUMBER' | 'ERROR';
}

export interface SheetRow {
  /** row number as the spreadsheet shows it */
  row: number;
  /** at least as long as the header; '' where the sheet has no cell */
  cells: string[];
  notes: CellNote[];
}

export interface SheetOutline {
  sheetName: string;
  /** first row with content, without empty cells at its end */
  header: string[];
  headerRow: number;
}

export interface OpenWorkbook extends SheetOutline {
  /** rows with content below the header, in order; to be read once. A fault further down is thrown here. */
  rows: AsyncGenerator<SheetRow>;
  /** needed only when `rows` is not read */
  close(): void;
}

/**
 * Opens the first visible sheet of an .xlsx file. Memory stays flat however many rows there are.
 * Throws DomainError FILE_NOT_XLSX, FILE_TOO_LARGE, FILE_ZIP_BOMB, FILE_ENCRYPTED, SHEET_EMPTY, SHEET_TOO_MANY_ROWS,
 * SHEET_TOO_MANY_COLUMNS or WORKBOOK_XML_REFUSED. An unknown file goes through `openInWorker` instead.
 */
export async function readWorkbook(filePath: string, limits: Partial<WorkbookLimits> = {}): Promise<OpenWorkbook> {
  const bounds = { ...WORKBOOK_LIMITS, ...limits };
  const archive = await ZipArchive.open(filePath, bounds);
  try {
    const parts = await findParts(archive);
    const strings = await readSharedStrings(archive, parts.strings, bounds.sharedStringBytes);
    const dates = await readDateFormats(archive, parts.styles);
    const all = readRows(archive, parts.sheet, new SheetHandlers(strings, dates, bounds));
    const header = await all.next();
    const first = await all.next();
    if (header.done || first.done) throw sheetIsEmpty();
    return {
      sheetName: parts.sheetName,
      header: header.value.cells,
      headerRow: header.value.row,
      rows: resume(first.value, all),
      close: () => archive.close(),
    };
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function* readRows(archive: ZipArchive, part: string, sheet: SheetHandlers): AsyncGenerator<SheetRow> {
  try {
    for await (const _ of scanXml(archive.read(part), sheet)) yield* sheet.takeRows();
  } finally {
    archive.close();
  }
}

async function* resume(first: SheetRow, rest: AsyncGenerator<SheetRow>): AsyncGenerator<SheetRow> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** Turns the tags of a sheet into rows. */
class SheetHandlers implements XmlHandlers {
  private rows: SheetRow[] = [];
  private inData = false;
  private rowNumber = 0;
  private row: SheetRow | null = null;
  /** -1 when the cell is to be dropped */
  private column = 0;
  private nextColumn = 0;
  private type = 'n';
  private style = 0;
  private value = '';
  private inValue = false;
  private phonetic = 0;
  private headerLength: number | null = null;
  private dropped = 0;
  private dataRows = 0;
  private textBytes = 0;

  constructor(
    private readonly strings: SharedStrings,
    private readonly dates: ReadonlySet<number>,
    private readonly limits: WorkbookLimits,
  ) {}

  takeRows(): SheetRow[] {
    const rows = this.rows;
    this.rows = [];
    return rows;
  }

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'sheetData') this.inData = true;
    if (!this.inData) return;
    if (tag === 'c') this.openCell(attributes);
    else if (tag === 'v') this.inValue = this.type !== 'inlineStr';
    else if (tag === 't') this.inValue = this.type === 'inlineStr' && this.phonetic === 0;
    else if (tag === 'rPh') this.phonetic++;
    else if (tag === 'row') this.openRow(attributes);
  }

  text(piece: string): void {
    if (!this.inValue) return;
    this.value += piece;
    if (this.value.length > MAX_STORED_CHARS) throw workbookXmlIsRefused('CELL_TOO_LONG');
  }

  close(tag: string): void {
    if (!this.inData) return;
    if (tag === 'c') this.closeCell();
    else if (tag === 'v' || tag === 't') this.inValue = false;
    else if (tag === 'rPh') this.phonetic--;
    else if (tag === 'row') this.closeRow();
    else if (tag === 'sheetData') this.inData = false;
  }

  private openRow({ r }: XmlAttributes): void {
    const number = r === undefined ? this.rowNumber + 1 : Number(r);
    if (!Number.isInteger(number) || number <= this.rowNumber) throw workbookXmlIsRefused('ORDER');
    this.rowNumber = number;
    this.nextColumn = 0;
    this.row = { row: number, cells: [], notes: [] };
  }

  private openCell({ r, t, s }: XmlAttributes): void {
    const column = r === undefined ? this.nextColumn : columnOf(r);
    if (column === null || column < this.nextColumn) throw workbookXmlIsRefused('ORDER');
    this.nextColumn = column + 1;
    this.column = column - this.dropped;
    this.type = t ?? 'n';
    this.style = s === undefined ? 0 : Number(s);
    this.value = '';
  }

  private closeCell(): void {
    if (!this.row || this.column < 0 || this.value === '') return;
    const text = this.readCell(this.row);
    if (text.length > MAX_CELL_CHARS) throw workbookXmlIsRefused('CELL_TOO_LONG');
    if (text === '') return;
    if (this.column >= this.limits.columns) throw sheetHasTooManyColumns(this.limits.columns);
    // A few bytes can name a long shared string again and again, so what comes out is counted too.
    this.textBytes += text.length * 2;
    if (this.textBytes > this.limits.totalBytes) throw fileIsZipBomb('TOTAL');
    const { cells } = this.row;
    while (cells.length < this.column) cells.push('');
    cells.push(text);
  }

  private readCell(row: SheetRow): string {
    const note = (kind: CellNote['kind']) => row.notes.push({ column: this.column, kind });
    switch (this.type) {
      case 's':
        return this.strings.get(Number(this.value));
      case 'inlineStr':
      case 'str':
        return decodeEscapes(this.value);
      case 'b':
        return this.value.trim() === '1' ? 'TRUE' : 'FALSE';
      case 'e':
        note('ERROR');
        return this.value;
      case 'd':
        note('DATE');
        return this.value;
      default: {
        const number = plainNumber(this.value);
        if (this.dates.has(this.style)) note('DATE');
        else if (/^-?\d{16}/.test(number)) note('LONG_NUMBER');
        return number;
      }
    }
  }

  private closeRow(): void {
    const { row } = this;
    this.row = null;
    if (!row || row.cells.every((cell) => cell.trim() === '')) return;
    if (this.headerLength === null) {
      if (row.cells[0] === VERDICT_HEADER) {
        row.cells.shift();
        this.dropped = 1;
      }
      this.headerLength = row.cells.length;
    } else {
      if (++this.dataRows > this.limits.dataRows) throw sheetHasTooManyRows(this.limits.dataRows);
      while (row.cells.length < this.headerLength) row.cells.push('');
    }
    this.rows.push(row);
  }
}
