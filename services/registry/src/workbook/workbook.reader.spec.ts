import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeEscapes, encodeText, plainNumber } from './cell.text';
import { patchDirectory, relationshipsXml, save, sharedStringsXml, textCell, textRow, workbookParts, zipOf, type Parts } from './workbook.fixture';
import type { WorkbookLimits } from './workbook.limits';
import { VERDICT_HEADER, readWorkbook, type SheetRow } from './workbook.reader';
import { readXml } from './xml.scanner';
import { ZipArchive } from './zip.archive';

const DEMO = join(__dirname, '../../../seeds/demo/intake-2026-grade1');
const SHEET = 'xl/worksheets/sheet1.xml';
const HEAD = textRow('a', 'b', 'c');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workbook-reader-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readAll(content: Buffer | string, limits?: Partial<WorkbookLimits>) {
  const { rows, ...outline } = await readWorkbook(await save(folder, content), limits);
  const all: SheetRow[] = [];
  for await (const row of rows) all.push(row);
  return { ...outline, rows: all };
}
const readParts = async (parts: Parts) => readAll(await zipOf(parts));
const cellsOf = async (rowXml: string, more?: Parts) => (await readParts(workbookParts(HEAD + rowXml, more))).rows[0]!;

describe('the demo workbook', () => {
  it('gives its sheet, 78 headers and 240 rows with their sheet row numbers [REG-DATA-04]', async () => {
    const expected = JSON.parse(await readFile(`${DEMO}.expected.json`, 'utf8')) as { sheet: string; columns: number; rows: number };
    const { sheetName, header, headerRow, rows } = await readWorkbook(`${DEMO}.xlsx`);
    const all: SheetRow[] = [];
    for await (const row of rows) all.push(row);
    expect({ sheet: sheetName, columns: header.length, rows: all.length }).toEqual({ sheet: expected.sheet, columns: expected.columns, rows: expected.rows });
    expect([headerRow, all[0]!.row, all.at(-1)!.row]).toEqual([1, 2, 241]);
    expect([header[0], header[11], header[77]]).toEqual(['学校名称', '身份证件号', '照片文件名']);
    expect(all.every((row) => row.cells.length === 78 && row.notes.length === 0)).toBe(true);
    expect(all[0]!.cells.slice(9, 13)).toEqual(['CHN', '1', '999901201912133396', '00']);
    expect(all.find((row) => row.row === 95)!.cells[3]).toBe('');
  });
});

describe('cells', () => {
  it.each([
    ['a shared string', '<c t="s"><v>1</v></c>', '二'],
    ['rich text, its runs joined', '<c t="s"><v>2</v></c>', '欧阳明'],
    ['a text without its phonetic guide', '<c t="s"><v>3</v></c>', '東京'],
    ['an escaped character', '<c t="s"><v>4</v></c>', 'a\rb_x000D_'],
    ['an inline text with its spaces', textCell('  x &amp; y '), '  x & y '],
    ['the text of a formula, not the formula', '<c t="str"><f>A1&amp;"x"</f><v>张三_x000A_x</v></c>', '张三\nx'],
    ['a whole number kept as written', '<c><v>2161000101</v></c>', '2161000101'],
    ['a whole number without its exponent', '<c><v>2.161000101E9</v></c>', '2161000101'],
    ['a fraction without binary noise', '<c><v>0.30000000000000004</v></c>', '0.3'],
    ['a boolean', '<c t="b"><v>1</v></c>', 'TRUE'],
    ['a cell without a value', '<c s="1"/>', ''],
  ])('reads %s', async (_, cell, text) => {
    const strings = sharedStringsXml(
      '<t>一</t>',
      '<t>二</t>',
      '<r><rPr><b/></rPr><t>欧阳</t></r><r><t xml:space="preserve">明</t></r>',
      '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
      '<t>a_x000D_b_x005F_x000D_</t>',
    );
    expect(await cellsOf(`<row>${textCell('-')}${cell}</row>`, { 'xl/sharedStrings.xml': strings })).toEqual({ row: 2, cells: ['-', text, ''], notes: [] });
  });

  it('marks what the spreadsheet has changed instead of guessing [REG-DATA-04]', async () => {
    const styles = '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/><numFmt numFmtId="171" formatCode="[Red]0.0&quot;day&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>';
    const cells = '<c s="0"><v>1</v></c><c s="1"><v>43812</v></c><c s="2"><v>43813</v></c><c s="3"><v>2.5</v></c><c><v>9.9990120191213299E+17</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2019-12-13</v></c>';
    expect(await cellsOf(`<row>${cells}</row>`, { 'xl/styles.xml': styles })).toEqual({
      row: 2,
      cells: ['1', '43812', '43813', '2.5', '999901201912132992', '#N/A', '2019-12-13'],
      notes: [
        { column: 1, kind: 'DATE' },
        { column: 2, kind: 'DATE' },
        { column: 4, kind: 'LONG_NUMBER' },
        { column: 5, kind: 'ERROR' },
        { column: 6, kind: 'DATE' },
      ],
    });
  });

  it('gives no exponent for any number', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => !plainNumber(value.toExponential()).includes('e')));
  });

  it('reads back every text it can be asked to write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('_', '_x000D_', 'x', '0', 'D', '\0', '\r', '\n', '\ud800', '\udc00', '𠮷', '&', '<', ']]>', '\uffff') })), async (text) => {
        let read = '';
        const xml = Buffer.from(`<t>${encodeText(text)}</t>`);
        await readXml((async function* () { yield xml; })(), { open: () => undefined, text: (piece) => void (read += piece) });
        expect(decodeEscapes(read)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('rows', () => {
  it('puts cells under their column and fills gaps with nothing', async () => {
    const { rows } = await readParts(workbookParts(`${HEAD}<row r="5"><c r="B5"><v>1</v></c></row><row r="9"><c r="C9"><v>2</v></c><c r="E9"><v>3</v></c></row>`));
    expect(rows.map(({ row, cells }) => [row, ...cells])).toEqual([[5, '', '1', ''], [9, '', '', '2', '', '3']]);
  });

  it('passes over blank rows and keeps the numbers of the others', async () => {
    const { headerRow, rows } = await readParts(workbookParts(`<row/>${HEAD}<row><c/></row>${textRow(' ', '\n')}${textRow('x')}<row><c s="2"/></row><row r="500"/>`));
    expect([headerRow, ...rows.map((row) => row.row)]).toEqual([2, 5]);
  });

  it('leaves out the column of an earlier verdict', async () => {
    const { header, rows } = await readParts(workbookParts(`${textRow(VERDICT_HEADER, 'a', 'b')}<row>${textCell('不通过')}${textCell('x')}<c t="e"><v>#N/A</v></c></row>`));
    expect({ header, ...rows[0] }).toEqual({ header: ['a', 'b'], row: 2, cells: ['x', '#N/A'], notes: [{ column: 1, kind: 'ERROR' }] });
  });

  it('takes 20,000 data rows and refuses one more [REG-DATA-04]', async () => {
    const rowsXml = (count: number) => HEAD + Array.from({ length: count }, (_, i) => `<row><c><v>${i}</v></c></row>`).join('');
    expect((await readParts(workbookParts(rowsXml(20_000)))).rows).toHaveLength(20_000);
    await expect(readParts(workbookParts(rowsXml(20_001)))).rejects.toMatchObject({ code: 'SHEET_TOO_MANY_ROWS', rule: 'REG-DATA-04', field: 'file', details: { limit: 20_000 } });
  });

  it.each([2, 5])('lets go of the file when the reader stops at row %i', async (last) => {
    const closed = jest.spyOn(ZipArchive.prototype, 'close');
    const { rows } = await readWorkbook(`${DEMO}.xlsx`);
    for await (const row of rows) if (row.row === last) break;
    expect(closed).toHaveBeenCalled();
    closed.mockRestore();
  });
});

describe('sheets', () => {
  it('reads the first visible one, wherever its part is and however its tags are prefixed', async () => {
    const parts = workbookParts('', {
      '_rels/.rels': relationshipsXml({ officeDocument: 'xl/book.xml' }),
      'xl/book.xml': '<x:workbook xmlns:q="r"><x:sheets><x:sheet name="隐" state="veryHidden" q:id="worksheet"/><x:sheet name="图" q:id="chartsheet"/><x:sheet name="明" q:id="worksheet"/></x:sheets></x:workbook>',
      'xl/_rels/book.xml.rels': relationshipsXml({ chartsheet: 'c.xml', worksheet: '/other/s.xml' }),
      'other/s.xml': '<x:worksheet><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row><x:row><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    });
    const { sheetName, header, rows } = await readParts(parts);
    expect([sheetName, header, rows[0]!.cells]).toEqual(['明', ['1'], ['2']]);
  });

  it('does not follow a link to the outside', async () => {
    const parts = workbookParts(HEAD + HEAD, { 'xl/_rels/workbook.xml.rels': relationshipsXml({ worksheet: 'worksheets/sheet1.xml' }, 'TargetMode="External"') });
    await expect(readParts(parts)).rejects.toMatchObject({ code: 'SHEET_EMPTY' });
  });
});

describe('a refused file', () => {
  const good = () => zipOf(workbookParts(HEAD + HEAD));
  const bomb = () => zipOf(workbookParts(HEAD + '<row><c><v>0</v></c></row>'.repeat(300_000)));
  const laughs = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>';
  const laughing = (name: string, root: string) => zipOf(workbookParts(HEAD + HEAD, { [name]: `<?xml version="1.0"?>${laughs}<${root}>&c;</${root}>` }));
  const sheet = (xml: string | Buffer) => zipOf(workbookParts('', { [SHEET]: xml }));
  const ole = (stream: string) => {
    const file = Buffer.alloc(2048);
    file.write('d0cf11e0a1b11ae1', 'hex');
    file.writeUInt16LE(9, 30);
    file.writeUInt32LE(1, 48);
    file.write(stream, 1024 + 128, 'utf16le');
    return file;
  };

  it.each<[string, string, string | undefined, () => Buffer | string | Promise<Buffer>, Partial<WorkbookLimits>?]>([
    ['text', 'FILE_NOT_XLSX', 'NOT_ZIP', () => '学校名称,班级\n'],
    ['a web page', 'FILE_NOT_XLSX', 'NOT_ZIP', () => '<html><table></table></html>'],
    ['nothing', 'FILE_NOT_XLSX', 'NOT_ZIP', () => ''],
    ['an old .xls', 'FILE_NOT_XLSX', 'XLS', () => ole('Workbook')],
    ['a cut-off zip', 'FILE_NOT_XLSX', 'DAMAGED', async () => (await good()).subarray(0, -10)],
    ['another kind of zip', 'FILE_NOT_XLSX', 'NO_WORKBOOK', () => zipOf({ 'a.txt': 'a' })],
    ['a text document', 'FILE_NOT_XLSX', 'NO_WORKBOOK', () => zipOf({ '_rels/.rels': relationshipsXml({ officeDocument: 'word/document.xml' }), 'word/document.xml': '<w:document/>' })],
    ['a binary workbook', 'FILE_NOT_XLSX', 'NO_WORKBOOK', () => zipOf({ '_rels/.rels': relationshipsXml({ officeDocument: 'xl/workbook.bin' }), 'xl/workbook.bin': 'x' })],
    ['a part listed twice', 'FILE_NOT_XLSX', 'DUPLICATE_PART', async () => patchDirectory(await zipOf({ 'a.xml': '', 'b.xml': '' }), 'b.xml', (h) => h.write('a', 46))],
    ['a part outside the archive', 'FILE_NOT_XLSX', 'DAMAGED', async () => patchDirectory(await zipOf({ 'aaa.xml': '' }), 'aaa.xml', (h) => h.write('../', 46))],
    ['a sheet part that is missing', 'FILE_NOT_XLSX', 'DAMAGED', () => zipOf(workbookParts('', { 'xl/_rels/workbook.xml.rels': relationshipsXml({ worksheet: 'gone.xml' }) }))],
    ['a wrong checksum', 'FILE_NOT_XLSX', 'DAMAGED', async () => patchDirectory(await good(), SHEET, (h) => h.writeUInt32LE(1, 16))],
    ['a part shorter than listed', 'FILE_NOT_XLSX', 'DAMAGED', async () => patchDirectory(await good(), SHEET, (h) => h.writeUInt32LE(h.readUInt32LE(24) + 1, 24))],
    ['an unknown compression', 'FILE_NOT_XLSX', 'DAMAGED', async () => patchDirectory(await good(), SHEET, (h) => h.writeUInt16LE(12, 10))],
    ['a file over the limit', 'FILE_TOO_LARGE', undefined, () => Buffer.alloc(1001), { fileBytes: 1000 }],
    ['too many shared strings', 'FILE_TOO_LARGE', undefined, () => zipOf(workbookParts(HEAD + HEAD, { 'xl/sharedStrings.xml': sharedStringsXml(...Array<string>(100).fill('<t>四个汉字</t>')) })), { sharedStringBytes: 1000 }],
    ['a password', 'FILE_ENCRYPTED', undefined, () => ole('EncryptedPackage')],
    ['an encrypted part', 'FILE_ENCRYPTED', undefined, async () => patchDirectory(await good(), SHEET, (h) => h.writeUInt16LE(h.readUInt16LE(8) | 1, 8))],
    ['201 parts', 'FILE_ZIP_BOMB', 'ENTRIES', () => zipOf(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`${i}`, ''])))],
    ['a part packed more than 100:1', 'FILE_ZIP_BOMB', 'RATIO', bomb],
    ['more than 200 MB listed', 'FILE_ZIP_BOMB', 'TOTAL', async () => patchDirectory(await good(), SHEET, (h) => h.writeUInt32LE(201 << 20, 24))],
    ['a bomb listed as small', 'FILE_ZIP_BOMB', 'FALSE_SIZE', async () => patchDirectory(await bomb(), SHEET, (h) => h.writeUInt32LE(1000, 24))],
    ['long strings named over and over', 'FILE_ZIP_BOMB', 'TOTAL', () => zipOf(workbookParts(HEAD + '<row><c t="s"><v>0</v></c></row>'.repeat(100), { 'xl/sharedStrings.xml': sharedStringsXml(`<t>${'x'.repeat(30_000)}</t>`) })), { totalBytes: 5_000_000 }],
    ['no rows', 'SHEET_EMPTY', undefined, () => zipOf(workbookParts(''))],
    ['a header alone', 'SHEET_EMPTY', undefined, () => zipOf(workbookParts(`${HEAD}<row/>`))],
    ['too many columns', 'SHEET_TOO_MANY_COLUMNS', undefined, () => zipOf(workbookParts(`${HEAD}<row><c r="IW2"><v>1</v></c></row>`))],
    ['nested entities in the sheet', 'WORKBOOK_XML_REFUSED', 'DOCTYPE', () => laughing(SHEET, 'worksheet')],
    ['nested entities in the strings', 'WORKBOOK_XML_REFUSED', 'DOCTYPE', () => laughing('xl/sharedStrings.xml', 'sst')],
    ['nested entities in the outline', 'WORKBOOK_XML_REFUSED', 'DOCTYPE', () => laughing('xl/workbook.xml', 'workbook')],
    ['an entity of its own', 'WORKBOOK_XML_REFUSED', 'MALFORMED', () => sheet('<worksheet>&x;</worksheet>')],
    ['broken XML', 'WORKBOOK_XML_REFUSED', 'MALFORMED', () => sheet('<worksheet><sheetData></worksheet>')],
    ['XML that stops', 'WORKBOOK_XML_REFUSED', 'MALFORMED', () => sheet(`<worksheet><sheetData>${HEAD}`)],
    ['another encoding', 'WORKBOOK_XML_REFUSED', 'ENCODING', () => sheet('<?xml version="1.0" encoding="GBK"?><worksheet/>')],
    ['bytes that are not UTF-8', 'WORKBOOK_XML_REFUSED', 'ENCODING', () => sheet(Buffer.from('<worksheet>\xd5\xc5</worksheet>', 'latin1'))],
    ['tags nested without end', 'WORKBOOK_XML_REFUSED', 'DEPTH', () => sheet('<a>'.repeat(100))],
    ['a text without end', 'WORKBOOK_XML_REFUSED', 'TOKEN_TOO_LONG', async () => sheet(`<a>${Array.from({ length: 300_000 }, (_, i) => i).join(' ')}</a>`)],
    ['a cell longer than a cell can be', 'WORKBOOK_XML_REFUSED', 'CELL_TOO_LONG', () => zipOf(workbookParts(HEAD + textRow('x'.repeat(32_768))))],
    ['a cell in endless pieces', 'WORKBOOK_XML_REFUSED', 'CELL_TOO_LONG', () => sheet(`<worksheet><sheetData><row><c t="inlineStr"><is>${`<t>${'x'.repeat(30_000)}</t>`.repeat(8)}`)],
    ['a shared text in endless pieces', 'WORKBOOK_XML_REFUSED', 'CELL_TOO_LONG', () => zipOf(workbookParts(HEAD + HEAD, { 'xl/sharedStrings.xml': `<sst><si>${`<t>${'x'.repeat(30_000)}</t>`.repeat(8)}` }))],
    ['a string that is not there', 'WORKBOOK_XML_REFUSED', 'REFERENCE', () => zipOf(workbookParts(`${HEAD}<row><c t="s"><v>7</v></c></row>`))],
    ['rows out of order', 'WORKBOOK_XML_REFUSED', 'ORDER', () => zipOf(workbookParts(`${HEAD}<row r="1"><c><v>1</v></c></row>`))],
    ['two cells in one place', 'WORKBOOK_XML_REFUSED', 'ORDER', () => zipOf(workbookParts(`${HEAD}<row><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>`))],
    ['relationships without end', 'WORKBOOK_XML_REFUSED', 'TOO_MANY', () => zipOf(workbookParts('', { 'xl/_rels/workbook.xml.rels': `<R>${Array.from({ length: 65_537 }, (_, i) => `<Relationship Id="${i}"/>`).join('')}</R>` }))],
  ])('for holding %s gives %s [REG-DATA-04]', async (_, code, reason, content, limits = {}) => {
    const refused = readAll(await content(), limits);
    await expect(refused).rejects.toMatchObject({ name: 'DomainError', code, rule: 'REG-DATA-04', field: 'file', messages: { zh: expect.any(String), en: expect.any(String) } });
    if (reason) await expect(refused).rejects.toMatchObject({ details: { reason } });
  });

  it('is a bomb by its directory, before any of it is unpacked [REG-DATA-04]', async () => {
    let ratio = 0;
    const file = patchDirectory(await bomb(), SHEET, (h) => {
      ratio = h.readUInt32LE(24) / h.readUInt32LE(20);
    });
    file.fill(0, 0, file.indexOf('PK\x01\x02', 0, 'latin1')).write('PK', 0);
    expect(ratio).toBeGreaterThan(342);
    await expect(readAll(file)).rejects.toMatchObject({ code: 'FILE_ZIP_BOMB', details: { reason: 'RATIO' } });
  });

  it('leaves a missing file to be told as such', async () => {
    await expect(readWorkbook(join(folder, 'gone.xlsx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
