import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { STUDENT_TEMPLATE_78 } from '@xueji/standards';
import { ZipFile } from 'yazl';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const columnName = (at: number): string => (at < 26 ? '' : columnName(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));
const NAMES = STUDENT_TEMPLATE_78.columns.map((_, at) => columnName(at));

/** An intake workbook as spreadsheets write it: texts shared, empty cells left out. Cells must need no escape in XML. */
export async function workbookOf(rows: readonly string[][]): Promise<Buffer> {
  const shared = new Map<string, number>();
  const indexOf = (text: string): number => {
    const known = shared.get(text) ?? shared.size;
    shared.set(text, known);
    return known;
  };
  const rowXml = (cells: readonly string[], at: number) =>
    `<row r="${at + 1}">${cells.map((text, column) => (text === '' ? '' : `<c r="${NAMES[column]}${at + 1}" t="s"><v>${indexOf(text)}</v></c>`)).join('')}</row>`;
  const sheet = [STUDENT_TEMPLATE_78.columns.map((column) => column.header), ...rows].map(rowXml).join('');
  const relationship = (kind: string, target: string) => `<Relationship Id="${kind}" Type="${OFFICE}/${kind}" Target="${target}"/>`;
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="${STUDENT_TEMPLATE_78.sheet}" sheetId="1" r:id="worksheet"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relationship('worksheet', 'worksheets/sheet1.xml')}${relationship('sharedStrings', 'sharedStrings.xml')}</Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst>${[...shared.keys()].map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
  };
  const zip = new ZipFile();
  for (const [name, xml] of Object.entries(parts)) zip.addBuffer(Buffer.from(xml), name);
  zip.end();
  return buffer(zip.outputStream as Readable);
}
