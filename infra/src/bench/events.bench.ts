import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@xueji/platform';
import { checkCharacter } from '@xueji/standards';
import { Client as PgClient } from 'pg';
import { definitions } from '../definitions';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { Client } from '../journey/client';
import { millis, quantile, times, type Line } from './line';

const TURNS = 60;
/** Commands come in turns of five; with this pause they are a busy hour, not a flood. */
const PAUSE_MS = 25;
const NOTIFICATIONS = 300;
const TARGET_MS = 250;

const DAY = '2026-10-12T02:00:00Z';
const PROVINCE = ['PROVINCIAL_ADMIN', 'b-61'] as const;
const KINDERGARTEN = ['REGISTRY_ADMIN', 's-1161000101'] as const;
const KINDERGARTEN_LEADER = ['REGISTRY_LEADER', 's-1161000101'] as const;

/** From NOTIFY on one connection to its arrival on another, in milliseconds. */
async function bareNotifications(url: string): Promise<number[]> {
  const [speaker, listener] = [new PgClient({ connectionString: url }), new PgClient({ connectionString: url })];
  await Promise.all([speaker.connect(), listener.connect()]);
  await listener.query('listen bench');
  const taken: number[] = [];
  for (let nth = 0; nth < NOTIFICATIONS; nth += 1) {
    const started = performance.now();
    const heard = new Promise<void>((resolve) => listener.once('notification', () => resolve()));
    await speaker.query('notify bench');
    await heard;
    taken.push(performance.now() - started);
    await pause(5);
  }
  await Promise.all([speaker.end(), listener.end()]);
  return taken;
}

/** Two new schools, which five services hear of, and one child's way to a number, which the registry hears of: five commands. */
async function turn(client: Client, nth: number, classId: string): Promise<void> {
  const give = async (who: readonly [string, string], document: string, input: Record<string, unknown>): Promise<any> => {
    const { data, refusals } = await client.give(who, document, input);
    if (refusals.length > 0) throw new Error(`${refusals[0]!.code}: ${refusals[0]!.message}`);
    await pause(PAUSE_MS);
    return data;
  };
  for (const kind of ['小学', '中学']) {
    await give(PROVINCE, 'mutation ($input: CreateSchoolInput!) { createSchool(input: $input) { school { id } } }', { name: `示例${nth}号${kind}`, authorityId: 'b-610113', divisionCode: '610113', schoolType: kind === '小学' ? '21' : '31' });
  }
  const body = `99990120220${1 + (nth % 9)}${String(1 + Math.floor(nth / 9)).padStart(2, '0')}${String(101 + 2 * nth)}`;
  const name = `测试${'甲乙丙丁戊己庚辛壬癸'[nth % 10]}${'子丑寅卯辰巳午未申酉'[Math.floor(nth / 10)]}`;
  const { registerChild } = await give(KINDERGARTEN, 'mutation ($input: RegisterChildInput!) { registerChild(input: $input) { child { id } } }', { name, reason: '随家庭迁入' });
  const childId: string = registerChild.child.id;
  const archive = {
    name, sex: '1', birthDate: `${body.slice(6, 10)}-${body.slice(10, 12)}-${body.slice(12, 14)}`, identityDocumentType: '1', identityDocumentNumber: body + checkCharacter(body), ethnicity: '01', nationality: 'CHN',
    classId, guardian: { name: '测试父', relationship: '1', phone: '00012345678' }, paperArchiveKeeper: '档案室',
  };
  await give(KINDERGARTEN, 'mutation ($input: WriteChildArchiveInput!) { createChildArchive(input: $input) { child { id } } }', { childId, archive });
  await give(KINDERGARTEN_LEADER, 'mutation ($input: ChildStepInput!) { reviewChildArchive(input: $input) { child { id } } }', { childId });
}

interface Told {
  id: string;
  committed: string;
}

const rowsOf = async <T extends object>(url: string, sql: string, parameters: unknown[] = []): Promise<T[]> => {
  const client = new PgClient({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, parameters)).rows;
  } finally {
    await client.end();
  }
};

/** When each event's change was committed: its step is written with it and never touched again, so the row still names the transaction. */
const TOLD = `
  select o.id, extract(epoch from coalesce(pg_xact_commit_timestamp(s.xmin), o.created_at)) * 1000 as committed
  from outbox_event o left join case_step s on s.record_id = o.event->>'aggregateid' and s.record_type = o.event->>'aggregatetype' and s.version = (o.event->>'aggregateversion')::int
  where o.created_at >= $1`;
const TAKEN = 'select event_id as id, extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 as committed from inbox_event where taken_at >= $1';

/** By consuming service: from the commit of a change to the commit of its effect there, in milliseconds. */
async function latencies({ ground }: Embedded, since: Date): Promise<Map<string, number[]>> {
  const urls = Object.entries(ground.databases).map(([service, { migratorUrl }]) => [service, migratorUrl] as const);
  const told = new Map((await Promise.all(urls.map(([, url]) => rowsOf<Told>(url, TOLD, [since])))).flat().map(({ id, committed }) => [id, Number(committed)]));
  const byService = new Map<string, number[]>();
  for (const [service, url] of urls) {
    const taken = (await rowsOf<Told>(url, TAKEN, [since])).flatMap(({ id, committed }) => (told.has(id) ? [Number(committed) - told.get(id)!] : []));
    if (taken.length > 0) byService.set(service, taken);
  }
  return byService;
}

/** The product's events in the embedded deployment: 300 commands over the graph, and how long their effects in other services take to be committed. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  // The server notes commit times only when it was started so.
  const server = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), durable: true, log: () => undefined });
  await rowsOf(server.adminUrl, 'alter system set track_commit_timestamp = on').finally(() => server.stop());
  const product = await startEmbedded({ dataDir, port: 0, durable: true, logLevel: 'error' });
  try {
    const client = new Client(product.url);
    await client.setClock(DAY);
    const made = await client.until('the demo country', () => client.give(KINDERGARTEN, 'mutation ($input: CreatePreschoolClassInput!) { createPreschoolClass(input: $input) { class { id } } }', { level: 'SENIOR', name: '大班(9)', schoolYear: 2026 }), ({ refusals }) => refusals.length === 0);
    await quiet(product);
    const bare = await bareNotifications(product.adminUrl);
    const [{ now: since }] = (await rowsOf<{ now: Date }>(product.adminUrl, 'select now()')) as [{ now: Date }];
    for (let nth = 0; nth < TURNS; nth += 1) await turn(client, nth, made.data.createPreschoolClass.class.id);
    await quiet(product);
    const byService = await latencies(product, since);
    const all = [...byService.values()].flat();
    const bareP95 = quantile(bare, 0.95);
    const figures = (values: readonly number[]) => `p50 ${millis(quantile(values, 0.5))}, p95 ${millis(quantile(values, 0.95))}, max ${millis(Math.max(...values))}`;
    return [
      { what: `events: commit → effect committed, ${all.length} effects of ${TURNS * 5} commands (baseline: bare NOTIFY)`, baseline: figures(bare), measured: figures(all), ratio: times(quantile(all, 0.95) / bareP95), target: `p95 ≤ ${TARGET_MS} ms`, met: quantile(all, 0.95) <= TARGET_MS },
      ...[...byService].map(([service, values]): Line => ({ what: `events: of these in ${service}, ${values.length}`, measured: figures(values), ratio: times(quantile(values, 0.95) / bareP95) })),
    ];
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Nothing is left to send or to take in. */
async function quiet({ services, bus }: Embedded): Promise<void> {
  const groups = (await definitions()).map(({ name, consumers = [] }) => ({ group: `xueji.${name}`, topics: [...new Set(consumers.map(({ contract }) => contract.topic))] }));
  const waiting = async () => {
    for (const service of Object.values(services)) await service.settled();
    return (await Promise.all(groups.map(({ group, topics }) => bus.lag(group, topics)))).some((lag) => lag > 0);
  };
  // What was taken in last may have told something itself.
  while ((await waiting()) || (await waiting())) await pause(50);
}
