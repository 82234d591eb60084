import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { auditPages, importVerifyingKey, readAnchors, verifyRows, type AuditRow, type ChainHead } from '@xueji/platform';
import { Client } from 'pg';

const USAGE = `npm run audit:verify -- (--database <url> | --file <export.ndjson>) [--anchors <file>] [--public-key <key>] [--export <file>]

Walks the audit chains of one service and tells every chain that was changed, shortened or put out of order. Exits with 1 when one was.

  --database    the service's database; reads only
  --file        an export instead: works without any database
  --anchors     ends of the chains noted earlier (<service>.anchors): without it a cut-off end cannot be seen
  --public-key  of the key that signs the anchors
  --export      write the rows that were read to this file, one JSON each
`;

/** Rows of an export, in pages. */
async function* pagesOf(path: string): AsyncGenerator<AuditRow[]> {
  let page: AuditRow[] = [];
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line === '') continue;
    page.push(JSON.parse(line) as AuditRow);
    if (page.length < 5_000) continue;
    yield page;
    page = [];
  }
  yield page;
}

/** Hands the pages on and writes them down. */
async function* alsoTo(path: string, pages: AsyncIterable<AuditRow[]>): AsyncGenerator<AuditRow[]> {
  const file = createWriteStream(path, { mode: 0o600 });
  for await (const page of pages) {
    if (!file.write(page.map((row) => `${JSON.stringify(row)}\n`).join(''))) await once(file, 'drain');
    yield page;
  }
  file.end();
  await once(file, 'finish');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { database: { type: 'string' }, file: { type: 'string' }, anchors: { type: 'string' }, 'public-key': { type: 'string' }, export: { type: 'string' } } });
  if (Boolean(values.database) === Boolean(values.file)) {
    process.stderr.write(USAGE);
    process.exit(2);
  }
  if (values.anchors && !existsSync(values.anchors)) throw new Error(`there is no ${values.anchors}`);
  const started = Date.now();
  const anchors: ChainHead[] = values.anchors ? await readAnchors(values.anchors, values['public-key'] ? await importVerifyingKey(values['public-key']) : null) : [];
  const client = values.database ? new Client({ connectionString: values.database }) : null;
  await client?.connect();
  const pages = client ? auditPages(async (sql, parameters) => (await client.query(sql, parameters)).rows) : pagesOf(values.file!);
  const { rows, faults, heads } = await verifyRows(values.export ? alsoTo(values.export, pages) : pages, anchors);
  await client?.end();
  for (const { chain, position, fault } of faults) process.stdout.write(`FAIL chain ${chain} at ${position}: ${fault}\n`);
  process.stdout.write(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${rows} rows in ${heads.length} chains, ${anchors.length} anchors, ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
});
