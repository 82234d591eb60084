import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DomainError } from '@xueji/workflow';
import { save, textRow, workbookParts, zipOf } from './workbook.fixture';
import { openInWorker, parseInWorker } from './workbook.worker-reader';


/** Digits that pack badly enough not to be taken for a bomb. */
const digits = (length: number, seed: number) => Array.from({ length: length / 5 }, (_, i) => 10_000 + ((i * (i + seed) * 7_919) % 89_989)).join('');

let folder: string;
let wide: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workbook-worker-'));
  wide = await save(folder, await zipOf(workbookParts(Array.from({ length: 3_001 }, (_, i) => textRow(`${i}`, '示例'.repeat(i % 50))).join(''))));
});
afterAll(() => rm(folder, { recursive: true }));

it('hands on every row in order, at most 500 at a time, with the header', async () => {
  const sizes: number[] = [];
  const numbers: number[] = [];
  const outline = await parseInWorker(wide, (batch, { header }) => {
    expect(header).toEqual(['0']);
    sizes.push(batch.length);
    numbers.push(...batch.map((row) => row.row));
  });
  expect(outline).toEqual({ sheetName: '表', header: ['0'], headerRow: 1, rowCount: 3_000 });
  expect(sizes).toEqual([500, 500, 500, 500, 500, 500]);
  expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 2));
});

it('ends a batch early when its texts are long', async () => {
  const long = await save(folder, await zipOf(workbookParts(textRow('a') + Array.from({ length: 100 }, (_, i) => textRow(digits(16_000, i))).join(''))));
  const sizes: number[] = [];
  await parseInWorker(long, (batch) => void sizes.push(batch.length));
  expect(Math.max(...sizes)).toBeLessThan(100);
});

it('waits for the one who takes the rows', async () => {
  let busy = 0;
  let most = 0;
  await parseInWorker(wide, async () => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 30));
    busy--;
  });
  expect([most, busy]).toEqual([1, 0]);
});

it('does not let the worker run ahead of what is asked for', async () => {
  const emitted = jest.spyOn(Worker.prototype, 'emit');
  const { batches } = await openInWorker(wide);
  await batches.next();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const messages = emitted.mock.calls.filter(([name]) => (name as string) === 'message').length;
  emitted.mockRestore();
  await batches.return(undefined);
  expect(messages).toBe(2);
});

it('does not count the time the rows are used against the worker', async () => {
  let used = 0;
  const now = performance.now.bind(performance);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + used);
  await expect(parseInWorker(wide, () => void (used += 60_000))).resolves.toMatchObject({ rowCount: 3_000 });
  clock.mockRestore();
});

it('passes a refusal on as it was made [REG-DATA-04]', async () => {
  const refused = parseInWorker(wide, () => undefined, { dataRows: 1_200 });
  await expect(refused).rejects.toBeInstanceOf(DomainError);
  await expect(refused).rejects.toMatchObject({ code: 'SHEET_TOO_MANY_ROWS', rule: 'REG-DATA-04', field: 'file', messages: { zh: '数据超过 1200 行，请拆分后上传' }, details: { limit: 1_200 } });
});

it('stops when the rows are not wanted any more', async () => {
  let batches = 0;
  const unwanted = parseInWorker(wide, () => {
    batches++;
    throw new Error('another header');
  });
  await expect(unwanted).rejects.toThrow('another header');
  expect(batches).toBe(1);
});

it('refuses a file that takes more memory than allowed, and lives on [REG-DATA-04]', async () => {
  const row = textRow(...Array.from({ length: 100 }, (_, i) => digits(30_000, i)));
  const heavy = await save(folder, await zipOf(workbookParts(row.repeat(4))));
  await expect(parseInWorker(heavy, () => undefined, { heapMb: 8 })).rejects.toMatchObject({ code: 'FILE_ZIP_BOMB', details: { reason: 'MEMORY' } });
});

it('refuses a file that takes more time than allowed [REG-DATA-04]', async () => {
  await expect(parseInWorker(wide, () => undefined, { parseMs: 1 })).rejects.toMatchObject({ code: 'FILE_ZIP_BOMB', details: { reason: 'TIME' } });
});

it('tells a fault that is not the file\'s as it is', async () => {
  const failed = openInWorker(join(folder, 'gone.xlsx'));
  await expect(failed).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(failed).rejects.not.toBeInstanceOf(DomainError);
});
