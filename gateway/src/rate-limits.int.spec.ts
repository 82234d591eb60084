import { setTimeout as pause } from 'node:timers/promises';
import { attemptLimiter, connectRedis, type Redis } from '@xueji/platform';
import { requireServer, startRedis, type RedisServer } from '@xueji/testing/dist/src/servers';
import { rateLimits } from './rate-limits';
import { hashOf } from './trusted-documents';
import { clerk, leader, startTwoSubgraphs, type TwoSubgraphs } from './two-subgraphs.fixture';

const SETTING = { perPerson: 100, perAddress: 1_000 };

requireServer('redis')('what one person and one address may ask within a minute', () => {
  let redis: RedisServer;
  const connections: Redis[] = [];
  const gateways = (count: number, setting = SETTING) => Array.from({ length: count }, () => {
    const connection = connectRedis(redis.url);
    connections.push(connection);
    return rateLimits(setting, connection);
  });
  const ready = () => Promise.all(connections.map((connection) => connection.status === 'ready' || new Promise((resolve) => connection.once('ready', resolve))));

  beforeEach(async () => {
    const started = await startRedis({ own: true });
    if (!started.server) throw new Error(started.reason);
    redis = started.server;
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.disconnect();
    await redis.stop();
  });

  it('is counted by cost, and once for all gateways [OPS-RUN-06]', async () => {
    const four = gateways(4);
    await ready();
    const answers = await Promise.all(Array.from({ length: 400 }, (_, nth) => four[nth % 4]!.take({ accountId: 'a-1', address: null }, 5)));
    const admitted = answers.filter((refusal) => refusal === null).length * 5;
    process.stdout.write(`rate limits: ${admitted} of ${SETTING.perPerson} points admitted by 4 gateways under 2000 asked for\n`);
    expect(admitted).toBeLessThanOrEqual(SETTING.perPerson * 1.05);
    expect(admitted).toBeGreaterThanOrEqual(SETTING.perPerson * 0.95);
    const refusal = answers.find((each) => each !== null)!;
    expect(refusal).toMatchObject({ status: 429, code: 'RATE_LIMITED', extensions: { rule: 'OPS-RUN-06' } });
    expect(Number(refusal.headers!['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(refusal.headers!['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('is one person\'s own, and an address\'s for all who come from it', async () => {
    const [one] = gateways(1);
    await ready();
    expect(await one!.take({ accountId: 'a-1', address: '10.0.0.1' }, 100)).toBeNull();
    expect(await one!.take({ accountId: 'a-1', address: '10.0.0.1' }, 1)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await one!.take({ accountId: 'a-2', address: '10.0.0.1' }, 100)).toBeNull();
    for (let nth = 3; nth < 12; nth += 1) await one!.take({ accountId: `a-${nth}`, address: '10.0.0.1' }, 90);
    expect(await one!.take({ accountId: 'a-99', address: '10.0.0.1' }, 50)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await one!.take({ accountId: 'a-99', address: '10.0.0.2' }, 50)).toBeNull();
  });

  it('is counted by each gateway for itself while Redis is away, when signing in is refused [ACC-PWD-03]', async () => {
    const [one] = gateways(1);
    const connection = connections[0]!;
    const signIns = attemptLimiter('account', { points: 5, seconds: 900 }, connection);
    await ready();
    expect(await signIns.consume('somebody')).toBe(0);
    await redis.stop();
    while (connection.status === 'ready') await pause(10);
    expect(await signIns.consume('somebody else')).toBeGreaterThan(0);
    expect(await one!.take({ accountId: 'a-1', address: null }, 60)).toBeNull();
    expect(await one!.take({ accountId: 'a-1', address: null }, 60)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await one!.take({ accountId: 'a-2', address: null }, 60)).toBeNull();
  });
});

describe('a gateway with limits and a list of documents', () => {
  const MOTTO = 'query Motto { motto }';
  const PAGE = 'query Page { pupils(first: 100) { id } }';
  let two: TwoSubgraphs;
  let url: string;
  beforeAll(async () => {
    two = await startTwoSubgraphs();
    const trusted = new Map([MOTTO, PAGE].map((text) => [hashOf(text), text]));
    ({ url } = await two.start('http', { rateLimits: rateLimits({ perPerson: 250, perAddress: 100_000 }, null), documents: { trusted, only: true } }));
  });
  afterAll(() => two.stop());

  const post = async (body: object, token?: string, language = 'zh-CN') => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-language': language, ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), ...((await response.json()) as { data?: any; errors?: any[] }) };
  };

  it('takes what an operation may read from the person\'s allowance, and says when to come again [OPS-RUN-06]', async () => {
    const [first, second] = [await two.tokenOf(clerk), await two.tokenOf(leader)];
    const page = { documentId: `sha256:${hashOf(PAGE)}` };
    expect([(await post(page, first)).status, (await post(page, first)).status]).toEqual([200, 200]);
    const refused = await post(page, first, 'en');
    expect(refused).toMatchObject({ status: 429, errors: [{ message: expect.stringMatching(/^Too many requests/), extensions: { code: 'RATE_LIMITED', rule: 'OPS-RUN-06' } }] });
    expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1);
    expect((await post(page, second)).status).toBe(200);
  });

  it('runs documents of the list by hash, and no others, in production [OPS-RUN-06]', async () => {
    expect(await post({ documentId: `sha256:${hashOf(MOTTO)}` })).toMatchObject({ status: 200, data: { motto: '百年树人' } });
    const refused = { status: 400, errors: [{ message: expect.stringMatching(/[\u4e00-\u9fff]/), extensions: { code: 'DOCUMENT_NOT_TRUSTED', rule: 'OPS-RUN-06' } }] };
    for (const query of ['query Other { motto }', '{ motto }', '{ __schema { types { name } } }', '{ __typename }']) expect(await post({ query })).toMatchObject(refused);
    expect(await post({ documentId: `sha256:${'0'.repeat(64)}` })).toMatchObject(refused);
    expect(await post({ documentId: `sha256:${hashOf(MOTTO)}`, query: '{ motto }' })).toMatchObject({ status: 400, errors: [{ extensions: { code: 'DOCUMENT_HASH_MISMATCH', rule: 'OPS-RUN-06' } }] });
    // Automatic registration is off: what is sent with its hash is not known the next time.
    const own = 'query Own { motto }';
    for (const body of [{ query: own, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(own) } } }, { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(own) } } }]) expect(await post(body)).toMatchObject(refused);
  });
});
