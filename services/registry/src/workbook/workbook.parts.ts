import { posix } from 'node:path';
import { MAX_STORED_CHARS, decodeEscapes } from './cell.text';
import { SharedStrings } from './shared-strings.table';
import { fileIsNotXlsx, sheetIsEmpty, workbookXmlIsRefused } from './workbook.refusals';
import { localName, readXml, type XmlAttributes } from './xml.scanner';
import type { ZipArchive } from './zip.archive';

interface Relationship {
  id: string;
  /** last segment of the type, the same in the transitional and the strict form */
  kind: string;
  part: string;
}

/** No workbook has more relationships, sheets or cell formats (the format's own limit for the last is 64,000). */
const MAX_LISTED = 65_536;

const refuseLongList = (length: number) => {
  if (length > MAX_LISTED) throw workbookXmlIsRefused('TOO_MANY');
};

/** Where the parts of the first visible sheet are. */
export interface WorkbookParts {
  sheetName: string;
  sheet: string;
  strings: string | null;
  styles: string | null;
}

export async function findParts(archive: ZipArchive): Promise<WorkbookParts> {
  const workbook = (await readRelationships(archive, '')).find((r) => r.kind === 'officeDocument')?.part ?? 'xl/workbook.xml';
  if (!archive.has(workbook) || !workbook.endsWith('.xml')) throw fileIsNotXlsx('NO_WORKBOOK');
  const relationships = await readRelationships(archive, workbook);
  const sheets = await readVisibleSheets(archive, workbook);
  for (const { name, id } of sheets) {
    const relationship = relationships.find((r) => r.id === id && r.kind === 'worksheet');
    if (!relationship) continue;
    const partOf = (kind: string) => relationships.find((r) => r.kind === kind && archive.has(r.part))?.part ?? null;
    return { sheetName: name, sheet: relationship.part, strings: partOf('sharedStrings'), styles: partOf('styles') };
  }
  throw sheetIsEmpty();
}

/** What a part points to inside the archive; links to the outside are not even read. */
async function readRelationships(archive: ZipArchive, part: string): Promise<Relationship[]> {
  const folder = posix.dirname(part);
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const found: Relationship[] = [];
  if (!archive.has(name)) return found;
  await readXml(archive.read(name), {
    open(tag, { Id = '', Type = '', Target = '', TargetMode }) {
      if (tag !== 'Relationship' || TargetMode === 'External') return;
      found.push({ id: Id, kind: posix.basename(Type), part: Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target) });
      refuseLongList(found.length);
    },
  });
  return found;
}

async function readVisibleSheets(archive: ZipArchive, workbook: string): Promise<{ name: string; id: string }[]> {
  const sheets: { name: string; id: string }[] = [];
  let root: string | null = null;
  await readXml(archive.read(workbook), {
    open(tag, attributes) {
      root ??= tag;
      if (root !== 'workbook') throw fileIsNotXlsx('NO_WORKBOOK');
      if (tag !== 'sheet' || (attributes.state ?? 'visible') !== 'visible') return;
      sheets.push({ name: decodeEscapes(attributes.name ?? ''), id: relationshipId(attributes) });
      refuseLongList(sheets.length);
    },
  });
  return sheets;
}

const relationshipId = (attributes: XmlAttributes) => attributes['r:id'] ?? Object.entries(attributes).find(([name]) => name.includes(':') && localName(name) === 'id')?.[1] ?? '';

export async function readSharedStrings(archive: ZipArchive, part: string | null, maxBytes: number): Promise<SharedStrings> {
  const strings = new SharedStrings(maxBytes);
  if (part === null) return strings;
  let text = '';
  let inText = false;
  let phonetic = 0;
  await readXml(archive.read(part), {
    open(tag) {
      if (tag === 'si') text = '';
      else if (tag === 'rPh') phonetic++;
      else if (tag === 't') inText = phonetic === 0;
    },
    close(tag) {
      if (tag === 't') inText = false;
      else if (tag === 'rPh') phonetic--;
      else if (tag === 'si') strings.add(decodeEscapes(text));
    },
    text(piece) {
      if (!inText) return;
      text += piece;
      if (text.length > MAX_STORED_CHARS) throw workbookXmlIsRefused('CELL_TOO_LONG');
    },
  });
  return strings;
}

/** Indexes of the cell formats that show a number as a date or a time. */
export async function readDateFormats(archive: ZipArchive, part: string | null): Promise<Set<number>> {
  const dates = new Set<number>();
  if (part === null) return dates;
  const customDates = new Set<string>();
  let inCellFormats = false;
  let index = 0;
  await readXml(archive.read(part), {
    open(tag, { numFmtId = '0', formatCode = '' }) {
      if (tag === 'numFmt' && isDateCode(formatCode)) customDates.add(numFmtId);
      else if (tag === 'cellXfs') inCellFormats = true;
      else if (tag === 'xf' && inCellFormats) {
        if (customDates.has(numFmtId) || isBuiltInDate(Number(numFmtId))) dates.add(index);
        index++;
      }
      refuseLongList(Math.max(index, customDates.size));
    },
    close(tag) {
      if (tag === 'cellXfs') inCellFormats = false;
    },
  });
  return dates;
}

/** 27-36 and 50-58 are dates in the Chinese form of the format (ECMA-376 part 1, 18.8.30). */
const isBuiltInDate = (id: number) => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** A date code names a part of a date outside quotes, escapes and bracketed colours or locales. */
const isDateCode = (code: string) => /\[(h+|m+|s+)\]/i.test(code) || /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|[_*].|\[[^\]]*\]|General/gi, ''));
