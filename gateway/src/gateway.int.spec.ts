import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import net from 'node:net';
import { ACTOR_HEADER, importSigningKey, signActorToken, type ActorClaims } from '@xueji/platform';
import { buildSchema, parse } from 'graphql';
import { clerk, leader, startTwoSubgraphs, type TwoSubgraphs } from './two-subgraphs.fixture';

type Answer = { status: number; data?: any; errors?: any[]; headers: Headers; text: string };

let two: TwoSubgraphs;
let clerkToken: string;
let leaderToken: string;
beforeAll(async () => {
  two = await startTwoSubgraphs();
  clerkToken = await two.tokenOf(clerk);
  leaderToken = await two.tokenOf(leader);
});
afterAll(() => two.stop());

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, ...json, headers: response.headers, text };
}
const ask = (url: string, query: string, token?: string, more: object = {}, headers: Record<string, string> = {}) =>
  post(url, { query, ...more }, { ...(token && { authorization: `Bearer ${token}` }), ...headers });
const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

const EXECUTORS = ['compiled', 'stock'] as const;

describe.each(EXECUTORS.flatMap((executor) => [['local', executor], ['http', executor]] as const))('the gateway with %s subgraphs on the %s executor', (how, executor) => {
  let url: string;
  let origin: string;
  beforeAll(async () => {
    ({ url, origin } = await two.start(how, { executor }));
  });

  it('joins what two subgraphs know of one school', async () => {
    const answer = await ask(url, '{ pupil(id: "1") { id name idNumber school { id name pupilCount } } me motto }', clerkToken);
    expect(answer).toMatchObject({
      status: 200,
      data: { pupil: { id: '1', name: '学生1', idNumber: '999901201503070018', school: { id: 's-1', name: '示例区第一小学', pupilCount: 3 } }, me: '示例管理员', motto: '百年树人' },
    });
    expect(answer.errors).toBeUndefined();
  });

  it('serves only what is public without a token', async () => {
    expect(await ask(url, '{ motto }')).toMatchObject({ status: 200, data: { motto: '百年树人' } });
    const refused = await ask(url, '{ motto pupil(id: "1") { id } }');
    expect(refused).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED', field: 'Query.pupil', fields: ['Query.pupil', 'Pupil.id'] } }] });
    expect(refused.data).toBeUndefined();
  });

  it('refuses a token that is garbage, foreign or meant for a subgraph', async () => {
    const foreign = await signActorToken(await importSigningKey(two.gateway.privateKey), clerk, { audience: 'registry' });
    for (const token of ['garbage', 'a.b.c', foreign, `${clerkToken}x`]) {
      expect(await ask(url, '{ motto }', token)).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect((await post(url, { query: '{ motto }' }, { authorization: 'Basic YTpi' })).status).toBe(401);
  });

  it('refuses a field the duty does not reach, naming rule and field in the language asked for [ACC-DUTY-05]', async () => {
    const query = '{ statistics }';
    expect(await ask(url, query, clerkToken)).toMatchObject({
      status: 403, errors: [{ message: '您的岗位无权使用 Query.statistics', extensions: { code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-05', field: 'Query.statistics' } }],
    });
    expect(await ask(url, query, clerkToken, {}, { 'accept-language': 'en' })).toMatchObject({ errors: [{ message: 'Your duty does not allow Query.statistics.' }] });
  });

  it('refuses the hidden field through fragments, aliases, interfaces and lists', async () => {
    for (const query of [
      '{ pupil(id: "1") { n: idNumber } }',
      '{ pupil(id: "1") { ...A } } fragment A on Pupil { siblings { ... on Person { ... on Pupil { idNumber } } } }',
      '{ pupils(first: 1) { siblings { siblings { idNumber } } } }',
    ]) expect(await ask(url, query, leaderToken)).toMatchObject({ status: 403, errors: [{ extensions: { field: 'Pupil.idNumber', rule: 'ACC-PERM-03' } }] });
    expect(await ask(url, '{ pupil(id: "1") { guardian { name } } }', leaderToken)).toMatchObject({ status: 200, data: { pupil: { guardian: { name: '示例教师' } } } });
  });

  it('passes on an expected refusal as its service said it', async () => {
    const answer = await ask(url, '{ motto refused }', undefined, {}, { 'accept-language': 'en' });
    expect(answer).toMatchObject({
      status: 200, data: { motto: '百年树人', refused: null },
      errors: [{ message: 'The pupil is not enrolled.', path: ['refused'], extensions: { code: 'PUPIL_NOT_ENROLLED', rule: 'REG-STAT-01', field: 'input.id' } }],
    });
    expect(Object.keys(answer.errors![0].extensions).sort()).toEqual(['code', 'field', 'rule']);
  });

  it('masks what was not expected, in the answer and in the log', async () => {
    two.lines.length = 0;
    const answer = await ask(url, '{ motto broken leaky }');
    expect(answer.data).toEqual({ motto: '百年树人', broken: null, leaky: null });
    expect(codes(answer)).toEqual(['INTERNAL_ERROR', 'INTERNAL_ERROR']);
    expect(answer.errors!.map(({ extensions }) => extensions.traceId)).toEqual(Array(2).fill(answer.headers.get('x-trace-id')));
    for (const secret of ['select', 'db.internal', '10.1.2.3', '99990120', 'registry', 'stack', 'QueryFailed', '127.0.0.1']) expect(answer.text).not.toContain(secret);
    expect(two.lines.join('')).toContain('42P01');
    for (const secret of ['select *', '99990120', clerkToken]) expect(two.lines.join('')).not.toContain(secret);
  });

  it('tells the subgraph nothing of what the client sent but language and trace', async () => {
    const trace = 'c'.repeat(32);
    const answer = await ask(url, '{ seen { headers address language trace } }', clerkToken, {}, {
      [ACTOR_HEADER]: 'forged', 'x-user-id': 'root', 'x-forwarded-for': '6.6.6.6', cookie: 'a=b', 'accept-language': 'en', traceparent: `00-${trace}-${'d'.repeat(16)}-01`,
    });
    const { headers, ...seen } = answer.data.seen;
    expect(seen).toEqual({ address: '127.0.0.1', language: 'en', trace });
    const ours = ['accept-language', 'traceparent', 'x-xueji-actor'];
    expect(headers).toEqual(how === 'local' ? ours : [...ours, 'accept', 'connection', 'content-length', 'content-type', 'host'].sort());
  });

  it('hides its schema: no introspection, no service text, near misses look like far ones', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Pupil") { name } }', '{ x: __schema { queryType { name } } }', 'query { ...F } fragment F on Query { __schema { types { name } } }']) {
      const answer = await ask(url, query, clerkToken);
      expect(answer.status).toBe(400);
      expect(answer.data).toBeUndefined();
    }
    expect((await ask(url, '{ _service { sdl } }', clerkToken)).status).toBe(400);
    const near = await ask(url, '{ mott }');
    const far = await ask(url, '{ zzzz }');
    expect(near.text).toBe(far.text.replaceAll('zzzz', 'mott'));
    const wrongInput = await ask(url, 'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }', undefined, { variables: { i: { usernam: 'x', password: 'y' } } });
    expect([wrongInput.status, codes(wrongInput)]).toEqual([400, ['BAD_USER_INPUT', 'BAD_USER_INPUT']]);
    expect(wrongInput.text).not.toContain('Did you mean');
  });

  it('streams an upload to its service, signed, and without the client\'s own headers', async () => {
    const file = randomBytes(3_000_000);
    const answer = await post(`${origin}/uploads/intake?name=a`, file, { authorization: `Bearer ${clerkToken}`, 'content-type': 'application/octet-stream', 'x-user-id': 'root' });
    const { bytes, sha256, by, headers, url: path } = JSON.parse(answer.text);
    expect({ bytes, sha256, by, path }).toEqual({ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex'), by: 'a-1', path: '/uploads/intake?name=a' });
    expect(headers).toEqual(expect.arrayContaining(['content-type', 'traceparent', ACTOR_HEADER]));
    expect(headers).not.toEqual(expect.arrayContaining(['authorization']));
    expect(headers).not.toEqual(expect.arrayContaining(['x-user-id']));
  });

  it('holds no upload back: the service sees the first bytes before the last are sent', async () => {
    const { port } = new URL(origin);
    const answer = await new Promise<string>((resolve, reject) => {
      const upload = httpRequest({ port, path: '/uploads/intake', method: 'POST', headers: { authorization: `Bearer ${clerkToken}`, 'transfer-encoding': 'chunked' } }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
      }).on('error', reject);
      two.uploads.once('chunk', () => upload.end('last'));
      upload.write('first');
    });
    expect(JSON.parse(answer).bytes).toBe(9);
  });

  it('refuses an upload of nobody, and paths that could mean another place', async () => {
    expect(await post(`${origin}/uploads/intake`, 'x')).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const raw = (path: string) => new Promise<number>((resolve, reject) => {
      httpRequest({ port: new URL(origin).port, path, method: 'POST', headers: { authorization: `Bearer ${clerkToken}` } }, (response) => resolve(response.resume().statusCode!)).on('error', reject).end();
    });
    for (const path of ['/uploads/intake/../../graphql', '/uploads/intake/%2e%2e/graphql', '/uploads/intake/..%2fgraphql', '//uploads/intake', '/uploads/intakes', '/uploads/other']) {
      expect([path, await raw(path)]).toEqual([path, 404]);
    }
    expect(await raw('/uploads/intake/x')).toBe(200);
  });

  it('passes a download back with its name', async () => {
    const response = await fetch(`${origin}/downloads/list.csv`, { headers: { authorization: `Bearer ${clerkToken}` } });
    expect(await response.text()).toBe('a,b\n');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="list.csv"');
  });
});

describe.each(EXECUTORS)('one subgraph away, on the %s executor,', (executor) => {
  it.each(['refuses connections', 'answers nonsense', 'fails inside'] as const)('that %s leaves the rest of the data', async (fault) => {
    const nonsense = net.createServer((socket) => socket.end('HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\noops'));
    await new Promise<void>((resolve) => nonsense.listen(0, '127.0.0.1', resolve));
    const { port } = nonsense.address() as net.AddressInfo;
    if (fault === 'refuses connections') await new Promise((resolve) => nonsense.close(resolve));
    const registry = fault === 'fails inside'
      ? { local: { execute: () => Promise.reject(new Error('10.9.8.7')), handleHttp: () => Promise.reject(new Error('10.9.8.7')) } }
      : { url: `http://127.0.0.1:${port}/graphql` };
    const { url, origin } = await two.start('local', { executor, subgraphs: { 'school-codes': { local: two.servers['school-codes'] }, registry } });
    const answer = await ask(url, '{ motto school(id: "s-1") { name pupilCount } }', clerkToken, {}, { 'accept-language': 'en' });
    expect(answer).toMatchObject({ status: 200, data: { motto: '百年树人', school: { name: '示例区第一小学', pupilCount: null } } });
    expect(answer.errors).toEqual([expect.objectContaining({ message: expect.stringContaining('Part of the data'), extensions: { code: 'SUBGRAPH_UNAVAILABLE', rule: null, field: null } })]);
    expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|registry|10\.9/);
    expect(await post(`${origin}/uploads/intake`, 'x', { authorization: `Bearer ${clerkToken}` })).toMatchObject(fault === 'answers nonsense' ? { status: 500 } : { status: 503, errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] });
    if (nonsense.listening) nonsense.close();
  });
});

describe('a subgraph called past the gateway', () => {
  const address = async (name: 'registry' | 'school-codes') => (await two.servers[name].listen(0)).url;
  const sign = async (actor: ActorClaims | null, audience: string, key = two.gateway.privateKey, now?: number) =>
    signActorToken(await importSigningKey(key), actor, { audience, ...(now !== undefined && { now }) });
  let url: string;
  beforeAll(async () => {
    url = await address('registry');
  });
  const both = async (body: { query: string }, token?: string): Promise<[Answer, Answer]> => {
    const headers = token ? { [ACTOR_HEADER]: token } : ({} as Record<string, string>);
    const inside = await two.servers.registry.execute(body, headers);
    return [await post(url, body, headers), { ...(inside as any), status: 0 }];
  };

  it('answers nobody without the gateway\'s word, or with one for another, a stale or a foreign one', async () => {
    for (const token of [undefined, 'garbage', clerkToken, await sign(clerk, 'school-codes'), await sign(clerk, 'registry', two.accounts.privateKey), await sign(clerk, 'registry', two.gateway.privateKey, Date.now() - 60_000)]) {
      const [outside, inside] = await both({ query: '{ refused }' }, token);
      expect(outside.status).toBe(401);
      for (const answer of [outside, inside]) {
        expect(codes(answer)).toEqual(['GATEWAY_ONLY']);
        expect(answer.data).toBeUndefined();
      }
    }
    expect((await fetch(new URL('/uploads/intake', url), { method: 'POST', body: 'x' })).status).toBe(401);
  });

  it('refuses on its own what the gateway would refuse, references too', async () => {
    for (const [actor, query, code] of [
      [null, '{ pupil(id: "1") { id } }', 'UNAUTHENTICATED'],
      [null, '{ _entities(representations: [{ __typename: "Pupil", id: "1" }]) { ... on Pupil { id } } }', 'UNAUTHENTICATED'],
      [leader, '{ _entities(representations: [{ __typename: "Pupil", id: "1" }]) { ... on Pupil { idNumber } } }', 'FIELD_FORBIDDEN'],
      [leader, '{ pupil(id: "1") { idNumber } }', 'FIELD_FORBIDDEN'],
      [clerk, '{ _service { sdl } }', 'FIELD_FORBIDDEN'],
      [clerk, '{ __schema { types { name } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ] as const) {
      for (const answer of await both({ query }, await sign(actor, 'registry'))) {
        expect([query, codes(answer)]).toEqual([query, [code]]);
        expect(answer.data).toBeUndefined();
      }
    }
  });

  it('answers the same inside the process as over HTTP', async () => {
    const queries = ['{ pupil(id: "1") { id name school { id } } }', '{ refused broken }', '{ nothing }', '{ pupil }', '{', 'query A { refused } query B { refused }', ''];
    for (const query of queries) {
      const [outside, inside] = await both({ query }, await sign(clerk, 'registry'));
      const shown = ({ data, errors }: Answer) => JSON.parse(JSON.stringify({ data, errors }).replace(/"traceId":"\w+"/g, '"traceId":"-"'));
      expect([query, shown(inside)]).toEqual([query, shown(outside)]);
    }
  });

  it('takes one JSON document of at most 256 KB', async () => {
    const token = { [ACTOR_HEADER]: await sign(clerk, 'registry') };
    expect((await post(url, [{ query: '{ refused }' }], token)).status).toBe(400);
    expect((await post(url, '{"query":', token)).status).toBe(400);
    expect((await post(url, { query: '{ refused }', pad: 'x'.repeat(300_000) }, token)).status).toBe(413);
    expect((await fetch(`${url}?query={refused}`, { headers: token })).status).toBe(405);
  });
});

describe.each(EXECUTORS)('the limits of one request on the %s executor', (executor) => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await two.start('local', { executor }));
  });
  const nested = (depth: number) => `{ pupil(id: "1") ${'{ siblings '.repeat(depth - 2)}{ id }${' }'.repeat(depth - 2)} }`;
  const repeat = (count: number, each: (index: number) => string) => Array.from({ length: count }, (_, index) => each(index)).join(' ');
  const fragments = (levels: number) => `{ pupil(id: "1") { ...F0 } } ${repeat(levels, (index) => `fragment F${index} on Pupil { siblings { ...F${index + 1} } s${index}: siblings { ...F${index + 1} } }`)} fragment F${levels} on Pupil { id }`;
  const flat = (levels: number) => `{ pupil(id: "1") { ...F0 } } ${repeat(levels, (index) => `fragment F${index} on Pupil { ...F${index + 1} ...F${index + 1} }`)} fragment F${levels} on Pupil { id }`;

  it.each([
    ['depth 12', nested(12)], ['15 aliases', `{ ${repeat(15, (index) => `a${index}: motto`)} }`], ['20 root fields', `{ ${repeat(20, () => 'motto')} }`],
    ['20 directives', `{ ${repeat(20, () => 'motto @include(if: true)')} }`], ['100 objects of 3 kinds', '{ pupils(first: 100) { id siblings { id school { id name } } } }'],
  ])('let %s through', async (_what, query) => {
    const answer = await ask(url, query, clerkToken);
    expect([answer.status, answer.errors]).toEqual([200, undefined]);
  });

  it.each([
    ['depth 13', 'depth', nested(13)],
    ['depth in a fragment used at two depths', 'depth', `{ a: pupil(id: "1") { ...F } pupil(id: "1") ${'{ siblings '.repeat(9)}{ ...F }${' }'.repeat(9)} } fragment F on Pupil { siblings { siblings { id } } }`],
    ['depth in a fragment named like introspection', 'depth', `{ ...__schema } fragment __schema on Query ${nested(13)}`],
    ['16 aliases', 'aliases', `{ ${repeat(16, (index) => `a${index}: motto`)} }`],
    ['50 sign-ins', 'rootFields', `mutation { ${repeat(50, (index) => `a${index}: login(input: { username: "u", password: "p" }) { tokens { accessToken } }`)} }`],
    ['21 root fields', 'rootFields', `{ ${repeat(21, () => '__typename')} }`],
    ['21 root fields in fragments', 'rootFields', `{ ...A ...A ...A } fragment A on Query { ${repeat(7, () => '__typename')} }`],
    ['21 directives', 'directives', `{ motto ${repeat(21, () => '@include(if: true)')} }`],
    ['2^14 reused fragments', 'depth', fragments(14)],
    ['2^14 flat reused fragments', 'fields', flat(14)],
    ['2^60 flat reused fragments', 'fields', flat(60)],
    ['a cycle of fragments', 'cycle', '{ pupil(id: "1") { ...A } } fragment A on Pupil { ...B } fragment B on Pupil { ...A }'],
    ['pages of pages', 'cost', '{ pupils(first: 100) { siblings(first: 100) { id school { id } } } }'],
  ])('refuse %s', async (_what, limit, query) => {
    const answer = await ask(url, query, clerkToken);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX', limit } }] });
    expect(answer.data).toBeUndefined();
  });

  it('count the page size that comes in a variable or its default', async () => {
    const query = 'query ($n: Int = 4000) { pupils(first: $n) { id } }';
    expect(await ask(url, query, clerkToken)).toMatchObject({ status: 400, errors: [{ extensions: { limit: 'cost', max: 3000 } }] });
    expect(await ask(url, query, clerkToken, { variables: { n: 4000 } })).toMatchObject({ status: 400 });
    expect(await ask(url, query, clerkToken, { variables: { n: 2 } })).toMatchObject({ status: 200 });
  });

  it('stop a document of more than 2000 tokens, and name at most ten faults', async () => {
    expect(await ask(url, `{ motto ${repeat(2000, () => '@x')} }`)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
    const signIns = `mutation { ${repeat(1000, (index) => `a${index}: login(input: { username: "u", password: "p" }) { tokens { accessToken } }`)} }`;
    expect(await ask(url, signIns)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
    const faults = await ask(url, `{ ${repeat(15, (index) => `nothing${index}`)} }`);
    expect(faults.status).toBe(400);
    expect(faults.errors).toHaveLength(10);
  });

  it('take an operation that can be told: by its name, or the only one', async () => {
    expect(await ask(url, 'query A { motto } query B { motto }', undefined, { operationName: 'B' })).toMatchObject({ status: 200, data: { motto: '百年树人' } });
    for (const more of [{ operationName: 'C' }, {}]) {
      expect(await ask(url, 'query A { motto } query B { motto }', undefined, more)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE', field: 'operationName' } }] });
    }
  });

  it('take one JSON operation by POST and nothing else', async () => {
    const query = '{ motto }';
    expect(await post(url, [{ query }, { query }])).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BATCH_NOT_SUPPORTED' } }] });
    expect((await fetch(`${url}?query=${encodeURIComponent(query)}`)).status).toBe(405);
    expect((await fetch(`${url}?query=${encodeURIComponent('mutation { login(input: {username: "a", password: "correct"}) { tokens { accessToken } } }')}`, { headers: { 'apollo-require-preflight': '1' } })).status).toBe(405);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=utf-7', 'application/json; charset=gbk', '']) {
      expect([type, (await post(url, { query }, { 'content-type': type, 'apollo-require-preflight': '1' })).status]).toEqual([type, 415]);
    }
    expect((await post(url, '{"query":')).status).toBe(400);
    expect((await post(url, '"{ motto }"')).status).toBe(400);
    expect((await post(url, {})).status).toBe(400);
  });

  it('stop a body of more than 256 KB', async () => {
    expect(await post(url, { query: '{ motto }', pad: 'x'.repeat(300_000) })).toMatchObject({ status: 413, errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] });
  });

  it('leave prototypes alone', async () => {
    await post(url, '{"query":"{ constructor: motto }","variables":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await ask(url, '{ __proto__: motto }')).status).toBeLessThan(500);
  });
});

describe('the gateway itself', () => {
  it('calls nobody but its subgraphs when it starts and works', async () => {
    const called: string[] = [];
    const connect = jest.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args: any[]) {
      const [first] = args.flat();
      const host = String(first?.host ?? first);
      // Connections that earlier tests kept open are renewed on loopback.
      if (host !== '127.0.0.1') called.push(host);
      return this;
    });
    delete process.env.APOLLO_TELEMETRY_DISABLED;
    try {
      await two.start('local');
      await new Promise((resolve) => setTimeout(resolve, 500));
    } finally {
      connect.mockRestore();
    }
    expect(process.env.APOLLO_TELEMETRY_DISABLED).toBe('1');
    expect(called).toEqual([]);
  });

  it('does not start without a subgraph the supergraph or a route names', async () => {
    await expect(two.start('local', { subgraphs: { registry: { local: two.servers.registry } } })).rejects.toThrow(/SUBGRAPH_MISSING|school-codes/);
    await expect(two.start('local', { routes: [{ prefix: '/uploads/x', subgraph: 'nobody' }] })).rejects.toThrow('SUBGRAPH_MISSING');
  });

  it('loads a supergraph whose security directives are gone from the copy only', () => {
    expect(two.supergraphSdl).toContain('@requiresScopes');
    expect(() => buildSchema(two.supergraphSdl, { assumeValidSDL: true })).not.toThrow();
    expect(parse(two.supergraphSdl).definitions.length).toBeGreaterThan(10);
  });

  it('ends a session at once when told it is over', async () => {
    const ended = new Set<string>();
    const { url } = await two.start('local', { isSessionLive: ({ sessionId }) => !ended.has(sessionId) });
    expect((await ask(url, '{ me }', clerkToken)).status).toBe(200);
    ended.add(clerk.sessionId);
    expect(await ask(url, '{ me }', clerkToken)).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await ask(url, '{ me }', leaderToken)).status).toBe(200);
  });

  it('tells its health and its numbers, and logs a request without data of persons', async () => {
    const { origin, url } = await two.start('local');
    two.lines.length = 0;
    expect(await (await fetch(`${origin}/livez`)).text()).toBe('ok');
    expect(await (await fetch(`${origin}/readyz`)).text()).toBe('ready');
    await ask(url, 'query FindByNumber999901201503070018 { motto }', clerkToken, { operationName: 'FindByNumber999901201503070018' });
    await fetch(`${origin}/nowhere/999901201503070018?name=张三`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const requests = two.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(requests).toEqual([
      expect.objectContaining({ method: 'POST', path: '/graphql', status: 200, operation: 'FindByNumber#', traceId: expect.stringMatching(/^[0-9a-f]{32}$/), ms: expect.any(Number) }),
      expect.objectContaining({ method: 'GET', path: '/nowhere/#', status: 404 }),
    ]);
    expect(two.lines.join('')).not.toMatch(/99990120|张三|示例管理员|eyJ/);
    const numbers = await (await fetch(`${origin}/metrics`)).text();
    expect(numbers).toContain('xueji_gateway_request_seconds_count{route="graphql",status="200"} 1');
    expect(numbers).toContain('xueji_gateway_subgraph_seconds_count{subgraph="school-codes",outcome="ok"} 1');
    expect(numbers).not.toContain('FindByNumber');
  });

  it('sends headers that keep browsers from guessing, framing and caching', async () => {
    const { url } = await two.start('local');
    const { headers } = await ask(url, '{ motto }');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age'), 'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('moves the clock in development and has none in production', async () => {
    let moved: Date | null = null;
    const devClock = { now: () => moved ?? new Date(), set: (now: Date | null) => { moved = now; } };
    const development = await two.start('local', { devClock, production: false });
    const clock = `${development.origin}/dev/clock`;
    expect(JSON.parse((await post(clock, { now: '2026-09-01T00:00:00Z' })).text)).toEqual({ now: '2026-09-01T00:00:00.000Z' });
    expect(await (await fetch(clock)).json()).toEqual({ now: '2026-09-01T00:00:00.000Z' });
    for (const now of ['soon', 5, undefined]) expect(await post(clock, { now })).toMatchObject({ status: 400, errors: [{ extensions: { code: 'CLOCK_INVALID', field: 'now' } }] });
    expect((await post(clock, { now: null })).status).toBe(200);
    expect(moved).toBeNull();
    // A token lives by the real clock, however far the product's is moved.
    await post(clock, { now: '2040-01-01T00:00:00Z' });
    expect((await ask(development.url, '{ me }', clerkToken)).status).toBe(200);
    const production = await two.start('local', { devClock });
    expect((await fetch(`${production.origin}/dev/clock`)).status).toBe(404);
    expect((await fetch(`${production.origin}/explorer`)).status).toBe(404);
  });

  it('lets a running request finish when it closes', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    const slow = { ...two.servers['school-codes'], execute: async (...args: Parameters<typeof two.servers.registry.execute>) => (await held, two.servers['school-codes'].execute(...args)) };
    const { gateway, url } = await two.start('local', { subgraphs: { 'school-codes': { local: slow }, registry: { local: two.servers.registry } } });
    const answer = ask(url, '{ motto }');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = gateway.close();
    setTimeout(release, 50);
    expect(await answer).toMatchObject({ status: 200, data: { motto: '百年树人' } });
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });
});
