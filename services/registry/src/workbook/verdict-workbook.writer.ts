import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import { columnName, encodeText } from './cell.text';
import type { WorkbookLimits } from './workbook.limits';
import { VERDICT_HEADER, type SheetRow } from './workbook.reader';
import { openInWorker, type WorkbookInWorker } from './workbook.worker-reader';

export interface Verdict {
  verdict: 'ACCEPTED' | 'REFUSED';
  /** reasons for the person who filled in the row; may be empty */
  text: string;
}

const VERDICT_NAMES = { ACCEPTED: '通过', REFUSED: '不通过' } as const;
const MAX_VERDICT_CHARS = 4_000;
/** Rows turned into XML at a stretch: the event loop turns between slices. */
const SLICE_ROWS = 50;

/** Indexes into the cell formats of `STYLES`. */
const STYLE = { text: 1, guarded: 2, header: 3, refused: 4 } as const;

/**
 * Writes the workbook at `originalPath` again with the column 审核结果 in front, row numbers kept. Every cell is text.
 * A text that looks like a formula keeps its exact characters, so that the corrected workbook can be uploaded again: it is stored
 * as an inline string (never calculated), in the format Text with the spreadsheet's own apostrophe mark (`quotePrefix`), so that
 * editing the cell does not bring it to life either. A path that could not be written whole is removed.
 */
export async function writeVerdictWorkbook(
  originalPath: string,
  verdicts: ReadonlyMap<number, Verdict>,
  out: string | Writable,
  limits: Partial<WorkbookLimits> = {},
): Promise<void> {
  const original = await openInWorker(originalPath, limits);
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  const sheet = Readable.from(sheetXml(original, verdicts), { objectMode: false });
  sheet.on('error', (error) => archive.destroy(error));
  for (const [name, xml] of Object.entries(FIXED_PARTS)) zip.addBuffer(Buffer.from(xml), name);
  zip.addBuffer(Buffer.from(workbookXml(original.sheetName)), 'xl/workbook.xml');
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  try {
    await pipeline(archive, typeof out === 'string' ? createWriteStream(out) : out);
  } catch (error) {
    if (typeof out === 'string') await rm(out, { force: true });
    throw error;
  } finally {
    sheet.destroy();
    await original.close();
  }
}

async function* sheetXml({ header, headerRow, batches }: WorkbookInWorker, verdicts: ReadonlyMap<number, Verdict>): AsyncGenerator<Buffer> {
  yield Buffer.from(
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="${headerRow}" topLeftCell="B${headerRow + 1}" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>` +
      `<cols><col min="1" max="1" width="40" style="${STYLE.text}" customWidth="1"/><col min="2" max="${header.length + 1}" width="12" style="${STYLE.text}" customWidth="1"/></cols>` +
      `<sheetData>${rowXml(headerRow, [VERDICT_HEADER, ...header], STYLE.header, STYLE.header)}`,
  );
  for await (const batch of batches) {
    for (let from = 0; from < batch.length; from += SLICE_ROWS) {
      await setImmediate();
      yield Buffer.from(batch.slice(from, from + SLICE_ROWS).map((row) => verdictRowXml(row, verdicts.get(row.row))).join(''));
    }
  }
  yield Buffer.from('</sheetData></worksheet>');
}

function verdictRowXml({ row, cells }: SheetRow, verdict: Verdict | undefined): string {
  const text = verdict ? [VERDICT_NAMES[verdict.verdict], verdict.text].filter(Boolean).join('：') : '';
  return rowXml(row, [shorten(text), ...cells], verdict?.verdict === 'REFUSED' ? STYLE.refused : STYLE.text, STYLE.text);
}

function rowXml(row: number, cells: string[], firstStyle: number, style: number): string {
  let xml = `<row r="${row}">`;
  for (let column = 0; column < cells.length; column++) xml += cellXml(`${nameOf(column)}${row}`, cells[column]!, column === 0 ? firstStyle : style);
  return `${xml}</row>`;
}

/** Also the full-width forms, which a Chinese input method makes and spreadsheets accept. */
const LOOKS_LIVE = /^[=+\-@＝＋－＠\t\r\n\0]/;

const cellXml = (reference: string, text: string, style: number) =>
  text === '' ? '' : `<c r="${reference}" s="${LOOKS_LIVE.test(text) ? STYLE.guarded : style}" t="inlineStr"><is><t xml:space="preserve">${encodeText(text)}</t></is></c>`;

const names: string[] = [];
const nameOf = (column: number) => (names[column] ??= columnName(column));

const shorten = (text: string) => (text.length > MAX_VERDICT_CHARS ? `${text.slice(0, MAX_VERDICT_CHARS)}…` : text);

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const workbookXml = (sheetName: string) =>
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${encodeText(sheetName).replaceAll('"', '&quot;')}" sheetId="1" r:id="rId1"/></sheets></workbook>`;

/** 49 is the built-in format Text. */
const STYLES =
  `${XML}<styleSheet xmlns="${MAIN}">` +
  '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFD9D9"/><bgColor indexed="64"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

const FIXED_PARTS: Record<string, string> = {
  '[Content_Types].xml':
    `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
    `<Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SHEET_TYPES}.worksheet+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPES}.styles+xml"/></Types>`,
  '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': STYLES,
};
