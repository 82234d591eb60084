import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export type Parts = Record<string, string | Buffer>;

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export async function zipOf(parts: Parts): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content as string), name);
  zip.end();
  return buffer(zip.outputStream as Readable);
}

export const relationshipsXml = (targets: Record<string, string>, mode = '') =>
  `<Relationships>${Object.entries(targets).map(([kind, target]) => `<Relationship Id="${kind}" Type="${OFFICE}/${kind}" Target="${target}" ${mode}/>`).join('')}</Relationships>`;

export const sharedStringsXml = (...items: string[]) => `<sst>${items.map((item) => `<si>${item}</si>`).join('')}</sst>`;

/** The parts of a workbook with one sheet, `sheetData` being the XML of its rows; `more` adds or replaces parts. */
export const workbookParts = (sheetData: string, more: Parts = {}): Parts => ({
  'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="表" sheetId="1" r:id="worksheet"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': relationshipsXml({ worksheet: 'worksheets/sheet1.xml', sharedStrings: 'sharedStrings.xml', styles: 'styles.xml' }),
  'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${sheetData}</sheetData></worksheet>`,
  ...more,
});

export const textCell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
export const textRow = (...cells: string[]) => `<row>${cells.map(textCell).join('')}</row>`;

/** Changes the central directory header of one part (layout: APPNOTE 4.3.12) and leaves its data alone. */
export function patchDirectory(zip: Buffer, part: string, patch: (header: Buffer) => void): Buffer {
  const patched = Buffer.from(zip);
  for (let at = patched.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = patched.indexOf('PK\x01\x02', at + 4, 'latin1')) {
    const header = patched.subarray(at);
    if (header.toString('utf8', 46, 46 + header.readUInt16LE(28)) === part) patch(header);
  }
  return patched;
}

let saved = 0;
export async function save(folder: string, content: Buffer | string): Promise<string> {
  const path = join(folder, `${++saved}.xlsx`);
  await writeFile(path, content);
  return path;
}
