import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { appRoleOf, createEventLog, createPgLogBus, createService, ensureDatabase, generateKeyPair, inCommand, startEmbeddedPostgres, type Service } from '@xueji/platform';
import { registry } from '@xueji/registry';
import { intakeSetting, takeIn, type IntakeOutcome } from '@xueji/registry/dist/src/intake';
import type { SheetRow } from '@xueji/registry/dist/src/workbook';
import { actorFor, demoOrganization, fillDemoOrganizations, testClock } from '@xueji/testing';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { median, megabytes, seconds, times, type Line } from './line';
import { memoryDuring } from './memory';
import { pupilCells, type SchoolOfPupils } from './synthetic-pupils';

const ROWS = 20_000;
const BATCH = 500;
const ROUNDS = 5;
const TARGET_RATIO = 5;
/** Peaks of a collected heap differ by so much without meaning anything. */
const SAME_MEMORY = 1.1;
const SCHOOL_ID = 's-2161000102';
/** As the demonstration seeds set it up. */
const school = (): SchoolOfPupils => {
  const { schoolIdentifier, name } = demoOrganization(SCHOOL_ID);
  return { identifier: schoolIdentifier!, name, classNumber: '202601', className: '一年级(1)班' };
};

/** Batches as the workbook reader gives them; rows are made when asked for. */
async function* sheet(first: number): AsyncGenerator<SheetRow[]> {
  const at = school();
  for (let start = 0; start < ROWS; start += BATCH) {
    yield Array.from({ length: BATCH }, (_, i): SheetRow => ({ row: start + i + 2, cells: pupilCells(first + start + i, at), notes: [] }));
  }
}

async function take(service: Service, batches: AsyncIterable<SheetRow[]>): Promise<IntakeOutcome> {
  const request = { requestId: randomUUID(), actor: actorFor('REGISTRY_ADMIN', SCHOOL_ID), command: 'registry.uploadIntake', input: null, source: 'upload' };
  const outcome = await inCommand(service.host, request, async (scope) =>
    takeIn(scope, await intakeSetting(scope.manager, SCHOOL_ID, scope.now), { fileName: 'bench.xlsx', fileKey: randomUUID(), sha256: 'a'.repeat(64) }, batches, { allowSynthetic: true }));
  if (outcome.accepted !== ROWS) throw new Error(`${outcome.accepted} of ${ROWS} rows were accepted`);
  return outcome;
}

/** The same cells as text into a table without keys, indexes or rules. */
async function bareCopy(client: Client, batches: readonly SheetRow[][]): Promise<void> {
  const lines = Readable.from((function* () {
    for (const rows of batches) yield rows.map(({ cells }) => `${cells.join('\t')}\n`).join('');
  })());
  await client.query('begin');
  await pipeline(lines, client.query(copyFrom('copy bare from stdin')));
  await client.query('commit');
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Judging and keeping an intake of 20,000 rows of 78 columns against a bare COPY of the same cells into the same database, and the memory it takes. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), durable: true, log: () => undefined });
  try {
    const database = 'xueji_registry';
    const urls = await ensureDatabase(postgres.adminUrl, { database, secretFor: () => 'of-a-bench' });
    const events = await ensureDatabase(postgres.adminUrl, { database: 'xueji_events', secretFor: () => 'of-a-bench' });
    await createEventLog(events.migratorUrl);
    const bus = createPgLogBus(events.migratorUrl);
    const client = new Client({ connectionString: urls.migratorUrl });
    await client.connect();
    const service = await createService(registry({ filesDir: join(dataDir, 'files'), allowSynthetic: true }), {
      databaseUrl: urls.appUrl, migratorUrl: urls.migratorUrl, appRole: appRoleOf(database), actorPublicKey: (await generateKeyPair()).publicKey, bus, clock: testClock('2026-09-01T02:00:00Z'), demo: true, logLevel: 'silent',
    });
    try {
      await fillDemoOrganizations((sql, parameters) => client.query(sql, parameters));
      await client.query(`create table bare (${Array.from({ length: 78 }, (_, i) => `c${i + 1} text`).join(', ')})`);
      const memory = [];
      for (const nth of [0, 1]) {
        gc!();
        memory.push(await memoryDuring(process.pid, () => take(service, sheet(nth * ROWS))));
      }
      const bare: number[] = [];
      const intake: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const batches: SheetRow[][] = [];
        for await (const rows of sheet((round + 2) * ROWS)) batches.push(rows);
        const copyFirst = round % 2 === 0;
        if (copyFirst) bare.push(await timed(() => bareCopy(client, batches)));
        intake.push(await timed(() => take(service, Readable.from(batches))));
        if (!copyFirst) bare.push(await timed(() => bareCopy(client, batches)));
      }
      const ratio = median(intake) / median(bare);
      const [first, second] = memory as [(typeof memory)[0], (typeof memory)[0]];
      const shown = ({ before, peak, after }: typeof first) => `${megabytes(before)} → peak ${megabytes(peak)} → ${megabytes(after)}`;
      return [
        { what: `intake: judge and keep ${ROWS.toLocaleString('en')} rows × 78 columns (baseline: bare COPY)`, baseline: seconds(median(bare)), measured: seconds(median(intake)), ratio: times(ratio), target: `≤ ${TARGET_RATIO} ×`, met: ratio <= TARGET_RATIO },
        { what: 'intake: resident memory of the process, second batch (baseline: first batch)', baseline: shown(first), measured: shown(second), ratio: `${(second.peak / first.peak).toFixed(2)} ×`, target: `no higher, within ${Math.round((SAME_MEMORY - 1) * 100)} %`, met: second.peak <= SAME_MEMORY * first.peak },
      ];
    } finally {
      await service.stop();
      await client.end();
      await bus.close();
    }
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(postgres.dataDir, { recursive: true, force: true });
  }
}
