import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { LIMITS } from '@xueji/gateway';
import { limitPassedBy, measureDocument, SUBGRAPH_LIMITS, type Actor } from '@xueji/platform';
import { actorFor } from '@xueji/testing/dist/src/kit/actors';
import { buildASTSchema, parse, type GraphQLSchema } from 'graphql';
import { SERVICES } from '../deployment/ground';
import { ROOT } from '../root';
import { frontDoorEffort } from './env';
import { documentsOver, sizeByHand } from './generated-documents.fixture';
import { chance, DOORS, openStand, parsed, type Door, type GraphAnswer, type Stand } from './stand.fixture';

const { documents: wanted, seed } = frontDoorEffort();
const sdlOf = (door: Door) => readFileSync(door === 'gateway' ? join(ROOT, 'gateway', 'supergraph.graphql') : join(ROOT, 'services', door, 'schema.graphql'), 'utf8');
const schemaOf = (door: Door): GraphQLSchema => buildASTSchema(parse(sdlOf(door)), { assumeValidSDL: true });

/** Nothing of these may come out: where the parts of the product live, what they are made of, how they failed. */
const INNER = /\bat \S+ \(|\.js:\d|node_modules|127\.0\.0\.1|localhost|postgres|serviceName|stacktrace|QueryFailed|\bselect \w|ECONNREFUSED|0\.0\.0\.0/i;

describe('documents at the front door and behind it', () => {
  let stand: Stand;
  let clerk: Actor;
  beforeAll(async () => {
    stand = await openStand({ production: true });
    clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
  }, 300_000);
  afterAll(() => stand?.close());

  const ask = (door: Door, query: string, variables: Record<string, unknown> = {}, actor: Actor | null = clerk) => stand.ask(door, actor, query, variables);
  const raw = async (door: Door, body: string | Buffer, headers: Record<string, string> = {}, method = 'POST', path = '/graphql'): Promise<GraphAnswer> => {
    const answer = await stand.send(door, path, { method, headers: { 'content-type': 'application/json', ...(await stand.headers(door, clerk)), ...headers }, ...(method === 'GET' ? {} : { body }) });
    return { ...answer, ...parsed(answer.text) };
  };
  const refusedWith = (answer: GraphAnswer) => ({ status: answer.status, data: answer.data ?? undefined, codes: [...new Set(answer.errors?.map(({ extensions }) => extensions?.code))] });

  describe.each(DOORS)('%s', (door) => {
    it('shows nothing of its schema', async () => {
      for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name fields { name } } }', '{ x: __schema { queryType { name } } }', 'query { ...F } fragment F on Query { __schema { types { name } } }', '{ _service { sdl } }', '{ ... on Query { _service { sdl } } }']) {
        const answer = await ask(door, query);
        // The service text is there for no scope at all: refused as a field, where the others are no fields.
        expect([query, [400, 403].includes(answer.status), answer.data ?? undefined]).toEqual([query, true, undefined]);
        expect(answer.text).not.toMatch(/Student|Organization|mutationType|@key/);
      }
    });

    it('says the same of a name nearly right and of one far off', async () => {
      const schema = schemaOf(door);
      const fields = Object.keys(schema.getQueryType()!.getFields()).filter((name) => !name.startsWith('_')).slice(0, 6);
      const near = (name: string) => `${name.slice(0, -1)}${name.endsWith('z') ? 'y' : 'z'}`;
      const far = (name: string) => `q${'x'.repeat(name.length - 2)}q`;
      const forms: ((name: string) => string)[] = [
        (name) => `{ ${name} }`, (name) => `{ __typename @${name} }`, (name) => `query($v: ${name}) { __typename }`, (name) => `{ ... on ${name} { __typename } }`,
      ];
      for (const name of [...fields, 'Student', 'include', 'String']) {
        for (const form of forms) {
          const [close, distant] = [await ask(door, form(near(name))), await ask(door, form(far(name)))];
          expect(close.text.replaceAll(near(name), far(name))).toBe(distant.text);
          expect(close.text).not.toMatch(/did you mean/i);
        }
      }
    });

    it('takes one operation at a time, not a list of them', async () => {
      for (const count of [2, 1000]) expect(refusedWith(await raw(door, JSON.stringify(Array.from({ length: count }, () => ({ query: '{ __typename }' })))))).toEqual({ status: 400, data: undefined, codes: ['BATCH_NOT_SUPPORTED'] });
    });

    it('refuses what is too wide, too deep, too repetitive or goes round in a circle, and tells of ten faults at most [OPS-RUN-06]', async () => {
      const root = door === 'gateway' ? '{ me { id } }' : '{ __typename }';
      const inner = door === 'gateway' ? 'me { id }' : '__typename';
      const many = (count: number, make: (nth: number) => string) => `{ ${Array.from({ length: count }, (_, nth) => make(nth)).join(' ')} }`;
      // Each fragment spreads the next one twice: 2^14 fields in a kilobyte.
      const doubling = `{ ...F0 } ${Array.from({ length: 14 }, (_, nth) => `fragment F${nth} on Query { ${nth === 13 ? inner : `...F${nth + 1} ... on Query { ...F${nth + 1} }`} }`).join(' ')}`;
      const cases: Record<string, string> = {
        '1,000 aliases': many(1000, (nth) => `a${nth}: __typename`),
        '5,000 __typename': many(5000, () => '__typename'),
        '2,000 directives': `{ __typename ${'@include(if: true) '.repeat(2000)} }`,
        '2,000 unknown directives': `{ __typename ${'@nothing '.repeat(2000)} }`,
        'a circle of one': '{ ...A } fragment A on Query { ...A }',
        'a circle of three': '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { __typename ...A }',
        '2^14 fields by fragments': doubling,
        'depth 400': `${'{ __typename ... on Query '.repeat(400)}{ __typename }${' }'.repeat(400)}`,
        ...(door === 'gateway' && { '16 aliases': many(16, (nth) => `a${nth}: __typename`), 'page of pages': '{ organizations(first: 100) { edges { node { children(first: 100) { edges { node { id } } } } } } }' }),
      };
      const report: string[] = [];
      for (const [name, query] of Object.entries(cases)) {
        const started = performance.now();
        const answer = await ask(door, query);
        report.push(`${name} ${Math.round(performance.now() - started)} ms`);
        if (name === 'depth 400') continue;
        expect([name, answer.status, answer.data ?? undefined]).toEqual([name, 400, undefined]);
        expect(answer.errors!.length).toBeLessThanOrEqual(10);
      }
      process.stdout.write(`refused at ${door}: ${report.join(', ')}\n`);
      expect((await ask(door, root)).status).toBe(200);
    });

    it('gives no page of more than a hundred or less than one', async () => {
      const lists: Record<Door, string> = {
        gateway: 'students', accounts: 'accounts', helpdesk: 'tickets', preschool: 'children', registry: 'students', 'school-codes': 'organizations', transfers: 'transferCases',
      };
      const person = door === 'accounts' ? actorFor('SYSTEM_ADMIN', 'b-61') : clerk;
      for (const first of [0, -1, 101, 2_147_483_647]) {
        const answer = await ask(door, `query Page($first: Int!) { ${lists[door]}(first: $first) { edges { cursor } } }`, { first }, person);
        expect(answer.data ?? null).toBeNull();
        expect(['PAGE_SIZE_INVALID', 'OPERATION_TOO_COMPLEX']).toContain(answer.errors![0]!.extensions.code);
      }
    });

    it('listens to no form that a page of another site could send', async () => {
      const query = '{"query":"{ __typename }"}';
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql', '']) {
        const answer = await raw(door, query, { 'content-type': type });
        expect([type, answer.status, answer.data]).toEqual([type, 415, undefined]);
      }
      for (const [method, path] of [['GET', '/graphql?query={__typename}'], ['GET', '/graphql?query=mutation%7BsignOut%7BsignedOut%7D%7D'], ['PUT', '/graphql'], ['OPTIONS', '/graphql']] as const) {
        const answer = await raw(door, query, {}, method, path);
        expect([method, answer.status, answer.data]).toEqual([method, 405, undefined]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    });

    it('reads UTF-8 alone, and no more than 256 KB of it', async () => {
      for (const charset of ['utf-7', 'UTF-16', 'gbk', 'iso-8859-1']) expect((await raw(door, '{"query":"{ __typename }"}', { 'content-type': `application/json; charset=${charset}` })).status).toBe(415);
      expect((await raw(door, '{"query":"{ __typename }"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
      expect(refusedWith(await raw(door, JSON.stringify({ query: '{ __typename }', variables: { padding: 'x'.repeat(256 * 1024) } })))).toEqual({ status: 413, data: undefined, codes: ['BODY_TOO_LARGE'] });
      for (const body of ['', '{', 'null', '7', '"x"', '{"query":7}', '{"query":null}', '{"query":"{ __typename }","variables":[]}', '{"query":"{ __typename }","variables":"x"}', '{"query":"{ __typename }","operationName":7}']) {
        const answer = await raw(door, body);
        expect([body, answer.status, answer.data ?? undefined]).toEqual([body, 400, undefined]);
      }
    });

    it('keeps the prototypes of its objects to itself', async () => {
      const before = Object.getOwnPropertyNames(Object.prototype).sort().join();
      const poison = { polluted: 'yes' };
      const bodies = [
        `{"query":"{ __proto__: __typename constructor: __typename prototype: __typename }"}`,
        `{"query":"query($v: String) { __typename }","variables":{"__proto__":${JSON.stringify(poison)},"constructor":{"prototype":${JSON.stringify(poison)}},"v":"x"}}`,
        `{"query":"{ __typename }","__proto__":${JSON.stringify(poison)},"constructor":{"prototype":${JSON.stringify(poison)}}}`,
        `{"query":"{ __typename }","extensions":{"__proto__":${JSON.stringify(poison)}}}`,
        `{"query":"query constructor { __typename } query __proto__ { __typename }","operationName":"__proto__"}`,
        `{"query":"query toString { __typename }","operationName":"hasOwnProperty"}`,
      ];
      for (const body of bodies) expect((await raw(door, body)).status).toBeLessThan(500);
      expect(({} as { polluted?: string }).polluted).toBeUndefined();
      expect(Object.getOwnPropertyNames(Object.prototype).sort().join()).toBe(before);
    });
  });

  it('are refused by a count that grows with their length, not with what they would ask for', () => {
    for (const levels of [10, 14, 200]) {
      const query = `{ ...F0 } ${Array.from({ length: levels }, (_, nth) => `fragment F${nth} on Query { ${nth === levels - 1 ? 'me { id }' : `...F${nth + 1} ...F${nth + 1}`} }`).join(' ')}`;
      const [measure] = measureDocument(parse(query), {}, { introspection: false });
      expect(measure).not.toBe('cycle');
      expect((measure as { visited: number }).visited).toBeLessThanOrEqual(2 * levels + 1);
      expect((measure as { fields: number }).fields).toBe(2 ** (levels - 1) * 2);
    }
  });

  it('of our own clients are all within the limits', async () => {
    const { operations } = JSON.parse(readFileSync(join(ROOT, 'gateway', 'trusted-documents.json'), 'utf8')) as { operations: { name: string; body: string }[] };
    expect(operations.length).toBeGreaterThan(60);
    for (const { name, body } of operations) {
      expect([name, limitPassedBy(measureDocument(parse(body), { first: 20 }, { introspection: false }), LIMITS)]).toEqual([name, null]);
      expect([name, refusedWith(await ask('gateway', body, {}, null)).codes]).not.toEqual([name, ['OPERATION_TOO_COMPLEX']]);
    }
  });

  it('that come letter by letter are not waited for, and hold up nobody else', async () => {
    const sockets: net.Socket[] = [];
    const answers: Promise<string>[] = [];
    for (const door of ['gateway', 'registry'] as const) {
      const [[name, value]] = Object.entries(await stand.headers(door, clerk)) as [[string, string]];
      for (let nth = 0; nth < 40; nth += 1) {
        const socket = net.connect(Number(new URL(stand.address(door)).port), '127.0.0.1');
        sockets.push(socket);
        answers.push(new Promise((resolve) => {
          let text = '';
          socket.on('data', (chunk) => (text += String(chunk)));
          socket.on('error', () => undefined);
          socket.on('close', () => resolve(text));
        }));
        // Half of them stop in the head, half in the body.
        socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\n${name}: ${value}\r\n`);
        if (nth % 2 === 0) socket.write('content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query":');
      }
    }
    const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('x')), 1_000);
    for (let nth = 0; nth < 10; nth += 1) for (const door of ['gateway', 'registry'] as const) expect((await ask(door, '{ __typename }')).status).toBe(200);
    const ended = await Promise.all(answers);
    clearInterval(drip);
    expect(ended.every((text) => /^HTTP\/1\.1 408/.test(text))).toBe(true);
  }, 120_000);

  it(`made up at random, ${wanted} of them, get an answer in order, and none larger than allowed is run [OPS-RUN-06]`, async () => {
    const luck = chance(seed);
    const people = [clerk, actorFor('REGISTRY_ADMIN', 'b-610113'), actorFor('PROVINCIAL_ADMIN', 'b-61'), actorFor('SUPPORT', 'b-6101'), actorFor('IME_SUPER_ADMIN', 'b-6101'), actorFor('REGISTRY_LEADER', 's-2161000101'), null];
    const generators = new Map(DOORS.map((door) => [door, documentsOver(schemaOf(door), luck)]));
    const tally: Record<string, number> = {};
    const faults: object[] = [];
    const doorOf = () => (luck.next() < 0.5 ? ('gateway' as Door) : luck.pick(SERVICES));
    const one = async (): Promise<void> => {
      const door = doorOf();
      const { query, variables } = generators.get(door)!();
      const answer = await ask(door, query, variables, luck.pick(people));
      const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
      const outcome = codes[0] ?? 'ok';
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      const wrong = (what: string) => faults.push({ what, door, query: query.slice(0, 600), variables: JSON.stringify(variables).slice(0, 300), status: answer.status, text: answer.text.slice(0, 400) });
      if (answer.status >= 500) wrong('status');
      if (codes.includes('INTERNAL_ERROR')) wrong('internal error');
      if (INNER.test(answer.text)) wrong('tells of the inside');
      if (answer.data === undefined && !answer.errors) wrong('no answer in order');
      if (answer.errors?.some(({ message, extensions }) => typeof message !== 'string' || !message || typeof extensions?.code !== 'string')) wrong('an error without message or code');
      if ((answer.errors?.length ?? 0) > 10 && !answer.data) wrong('too many errors');
      const limits = door === 'gateway' ? LIMITS : SUBGRAPH_LIMITS;
      const size = tryTo(() => sizeByHand(query, variables));
      if (size === undefined) return;
      const isOver = size === null || (['depth', 'aliases', 'rootFields', 'directives', 'fields', 'cost'] as const).some((name) => size[name] > limits[name]);
      // A subgraph learns the size of a page only when it has the variables.
      if (isOver && answer.data && (door === 'gateway' || (size !== null && size.cost <= limits.cost))) wrong('too large, and run');
      if (!isOver && outcome === 'OPERATION_TOO_COMPLEX') wrong('within the limits, and refused');
    };
    for (let done = 0; done < wanted; done += 8) await Promise.all(Array.from({ length: Math.min(8, wanted - done) }, one));
    process.stdout.write(`documents: seed ${seed}, ${wanted} made up: ${JSON.stringify(tally)}, ${faults.length} faults\n`);
    expect(faults.slice(0, 6)).toEqual([]);
    expect(tally.ok).toBeGreaterThan(wanted / 50);
    expect(tally.OPERATION_TOO_COMPLEX).toBeGreaterThan(0);
  }, 3_600_000);
});

const tryTo = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};
