import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { encodeText } from './cell.text';
import { writeVerdictWorkbook, type Verdict } from './verdict-workbook.writer';
import { save, textRow, workbookParts, zipOf } from './workbook.fixture';
import { readWorkbook, type SheetRow } from './workbook.reader';

const DEMO = join(__dirname, '../../../seeds/demo/intake-2026-grade1.xlsx');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verdict-workbook-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function readAll(path: string) {
  const { rows, sheetName, header, headerRow } = await readWorkbook(path);
  const all: SheetRow[] = [];
  for await (const row of rows) all.push(row);
  return { sheetName, header, headerRow, rows: all };
}

async function partOf(path: string, name: string): Promise<string> {
  const zip = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) if (entry.fileName === name) return await text(await zip.openReadStreamPromise(entry));
    throw new Error(`no part ${name}`);
  } finally {
    zip.close();
  }
}

/** Every cell of the written sheet as the file holds it. */
async function storedCells(path: string) {
  const sheet = await partOf(path, 'xl/worksheets/sheet1.xml');
  return [...sheet.matchAll(/<c r="([A-Z]+\d+)" s="(\d)" t="(\w+)"><is><t xml:space="preserve">([^<]*)<\/t>/g)].map(([, reference, style, type, content]) => ({ reference, style: Number(style), type, content: content! }));
}

const DANGEROUS = ['=1+1', '=HYPERLINK("x","y")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\0=1', '＝1', "'=1"];
const ODD = ['𠮷𠀀𪚥', '👨‍👩‍👧', 'שלום ‮abc', '\u200bx\ufeff', 'e\u0301', ' a  b ', '_x000D_', ']]>', '<b>&amp;', 'ཨོཾ', 'ئۇيغۇر', '\ud800'];

it('gives the demo workbook back whole, with a verdict in front of each row [REG-DATA-04]', async () => {
  const out = join(folder, 'demo.xlsx');
  const verdicts = new Map<number, Verdict>([
    [2, { verdict: 'ACCEPTED', text: '' }],
    [18, { verdict: 'REFUSED', text: '身份证件号：校验位错误' }],
  ]);
  await writeVerdictWorkbook(DEMO, verdicts, out);
  expect(await readAll(out)).toEqual(await readAll(DEMO));
  const verdictCells = (await storedCells(out)).filter(({ reference }) => /^A\d/.test(reference!));
  expect(verdictCells.map(({ reference, content }) => [reference, content])).toEqual([['A1', '审核结果'], ['A2', '通过'], ['A18', '不通过：身份证件号：校验位错误']]);
});

it('keeps dangerous and odd texts to the letter, stored as text that cannot come alive [REG-DATA-04]', async () => {
  const rows = [...DANGEROUS, ...ODD].map((value) => [value, value]);
  const original = await save(folder, await zipOf(workbookParts([['甲', '=乙'], ...rows].map((cells) => textRow(...cells.map(encodeText))).join(''))));
  const out = join(folder, 'odd.xlsx');
  await writeVerdictWorkbook(original, new Map([[2, { verdict: 'REFUSED', text: '=1+1' }]]), out);

  const read = await readAll(out);
  expect(read.header).toEqual(['甲', '=乙']);
  expect(read.rows.map((row) => row.cells)).toEqual(rows);

  const sheet = await partOf(out, 'xl/worksheets/sheet1.xml');
  expect(sheet).not.toMatch(/<f[ >]|<v>/);
  const formats = [...(await partOf(out, 'xl/styles.xml')).split('<cellXfs')[1]!.matchAll(/<xf ([^>]*)>/g)].map(([, attributes]) => attributes!);
  const cells = await storedCells(out);
  expect(cells).toHaveLength(sheet.split('<c ').length - 1);
  for (const { type, style, content } of cells) {
    expect(type).toBe('inlineStr');
    expect(formats[style]).toContain('numFmtId="49"');
    if (/^([=+\-@＝\t\n]|_x000[0D]_)/.test(content)) expect([content, formats[style]]).toEqual([content, expect.stringContaining('quotePrefix="1"')]);
  }
});

it('keeps the row numbers of the original', async () => {
  const original = await save(folder, await zipOf(workbookParts(`<row/>${textRow('a')}<row r="7"><c><v>1</v></c></row><row r="40"><c><v>2</v></c></row>`)));
  const out = join(folder, 'gaps.xlsx');
  await writeVerdictWorkbook(original, new Map(), out);
  const { headerRow, rows } = await readAll(out);
  expect([headerRow, ...rows.map((row) => row.row)]).toEqual([2, 7, 40]);
});

it('shortens reasons no cell could hold', async () => {
  const out = join(folder, 'long.xlsx');
  await writeVerdictWorkbook(DEMO, new Map([[2, { verdict: 'REFUSED', text: '长'.repeat(40_000) }]]), out);
  expect((await storedCells(out)).find(({ reference }) => reference === 'A2')!.content).toHaveLength(4_001);
});

it('writes to a stream as to a file', async () => {
  const stream = new PassThrough();
  const [, bytes] = await Promise.all([writeVerdictWorkbook(DEMO, new Map(), stream), buffer(stream)]);
  expect((await readAll(await save(folder, bytes))).rows).toHaveLength(240);
});

it('leaves no half-written file behind when the original is refused further down [REG-DATA-04]', async () => {
  const out = join(folder, 'half.xlsx');
  await expect(writeVerdictWorkbook(DEMO, new Map(), out, { dataRows: 100 })).rejects.toMatchObject({ code: 'SHEET_TOO_MANY_ROWS' });
  expect(existsSync(out)).toBe(false);
});

it('stops when the one who receives it goes away', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
  await expect(writeVerdictWorkbook(DEMO, new Map(), stream)).rejects.toThrow('gone');
});
