import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts, deadLetterTopic } from '@xueji/contracts';
import { connectRedis, type Redis } from '@xueji/platform';
import { requireServer } from '@xueji/testing/dist/src/servers';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { runJourney, type JourneyOutcome } from '../journey/journey';

/** The child, the graduate, their numbers and telephones, wherever the journey or its workbook has them. */
const CANARY = /杨瑶思|周示安|吴示宁|9999\d{2}(19|20)\d{9}[\dX]|00090468067|000-\d{4}-\d{4}|Xueji-demo/;

requireServer('redis')('a whole journey by hash, on a gateway that runs trusted documents alone', () => {
  let dataDir: string;
  let product: Embedded;
  let redis: Redis;
  let outcome: JourneyOutcome;
  const logged: string[] = [];
  const errorBodies: string[] = [];
  const addresses: string[] = [];
  const realFetch = globalThis.fetch;
  const realWrite = process.stdout.write;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'xueji-first-party-'));
    // The logger uses the stream, not the file behind it, where somebody listens in.
    process.stdout.write = ((text: string | Uint8Array) => Boolean(logged.push(String(text)))) as never;
    globalThis.fetch = async (input, init) => {
      addresses.push(String(input));
      const response = await realFetch(input, init);
      const text = await response.clone().text();
      if (response.status >= 400 || text.startsWith('{"errors"')) errorBodies.push(text);
      return response;
    };
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'trace', operations: 'trusted', redisUrl: process.env.REDIS_URL!, rates: { perPerson: 60_000, perAddress: 600_000 } });
    redis = connectRedis(process.env.REDIS_URL!);
    await redis.flushall().catch(() => undefined);
    outcome = await runJourney({ url: product.url, byHash: true });
  }, 600_000);
  afterAll(async () => {
    globalThis.fetch = realFetch;
    await product?.stop();
    redis?.disconnect();
    process.stdout.write = realWrite;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('passes from beginning to end, and anything else is refused [OPS-RUN-06]', async () => {
    expect(outcome.steps.length).toBeGreaterThanOrEqual(60);
    const ask = (body: object) => realFetch(`${product.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    for (const body of [{ query: '{ __typename }' }, { query: '{ __schema { types { name } } }' }, { documentId: `sha256:${'0'.repeat(64)}` }]) {
      const answer = await ask(body);
      expect([answer.status, ((await answer.json()) as any).errors[0].extensions]).toEqual([400, expect.objectContaining({ code: 'DOCUMENT_NOT_TRUSTED', rule: 'OPS-RUN-06' })]);
    }
  });

  it('leaves no name, number or telephone of a pupil in logs, metrics, keys, addresses or errors [ACC-PWD-03]', async () => {
    // What breaks a constraint is quoted by the database unless it is told not to.
    const { dataSource } = product.services.registry;
    const [{ id, document_number: number }] = await dataSource.query('select id, document_number from student where document_number is not null limit 1');
    await expect(dataSource.query('update student set document_number = $1 where id <> $2', [number, id])).rejects.toThrow('duplicate key');
    // A message that nobody can read goes to the dead letters, with its reason.
    const [child] = [...contracts.values()].filter(({ service, entity }) => service === 'preschool' && entity === 'child');
    await product.bus.publish([{ topic: child!.topic, key: outcome.childId, value: '{"name":"杨瑶思","number":"999901201912133396"' }]);
    const letters = async () => (await product.bus.readAll(deadLetterTopic(child!.topic)));
    for (let tries = 0; tries < 300 && (await letters()).length === 0; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));

    const keys: string[] = [];
    for (const topic of new Set([...contracts.values()].map((contract) => contract.topic))) {
      for (const { key } of await product.bus.readAll(topic)) keys.push(`${topic} ${key}`);
    }
    for (const { dataSource: source } of Object.values(product.services)) {
      for (const { key } of (await source.query('select distinct key from outbox_event')) as { key: string }[]) keys.push(key);
      for (const { id: request } of (await source.query('select request_id as id from command_request')) as { id: string }[]) keys.push(request);
    }
    const letterHeads = (await letters()).map(({ key, headers }) => JSON.stringify({ key, headers }));
    const metrics = await (await realFetch(`${product.url}/metrics`)).text();
    const databaseLog = readFileSync(join(dataDir, 'postgres', 'server.log'), 'utf8');
    const sinks: Record<string, string[]> = {
      log: logged, metrics: metrics.split('\n'), 'database log': databaseLog.split('\n'), 'keys of events': keys, 'dead letters': letterHeads, errors: errorBodies, addresses, 'keys in Redis': await redis.keys('*'),
    };
    process.stderr.write(`canary: ${Object.entries(sinks).map(([name, lines]) => `${lines.length} ${name}`).join(', ')}\n`);
    for (const lines of Object.values(sinks)) expect(lines.length).toBeGreaterThan(0);
    expect(databaseLog).toContain('duplicate key');
    for (const [name, lines] of Object.entries(sinks)) expect([name, lines.filter((line) => CANARY.test(line)).map((line) => line.slice(0, 300))]).toEqual([name, []]);
  }, 120_000);
});
