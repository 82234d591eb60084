import { buildSubgraphSchema } from '@apollo/subgraph';
import { DomainError } from '@xueji/workflow';
import { parse } from 'graphql';
import pino from 'pino';
import { ACTOR_HEADER, generateKeyPair, importSigningKey, importVerifyingKey, signActorToken, type SigningKey } from '../auth';
import type { GraphContext } from './federation';
import { createSubgraphServer, traceIdOf, type SubgraphServer } from './subgraph-server';

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag", "@authenticated"])
  type Query { motto: String @tag(name: "public")  refused: String @tag(name: "public")  forgotten: String  secret: String @authenticated }`;

let server: SubgraphServer;
let url: string;
let key: SigningKey;
const lines: string[] = [];
let failing = false;

beforeAll(async () => {
  const pair = await generateKeyPair();
  key = await importSigningKey(pair.privateKey);
  server = await createSubgraphServer<GraphContext>({
    name: 'codes', sdl: SDL, actorPublicKey: await importVerifyingKey(pair.publicKey), log: pino({}, { write: (line: string) => void lines.push(line) }),
    schema: buildSubgraphSchema({ typeDefs: parse(SDL), resolvers: { Query: {
      motto: () => '百年树人',
      refused: () => {
        throw new DomainError({ code: 'CODE_TAKEN', rule: 'CODE-ID-01', field: 'input.code', zh: '标识码已被占用', en: 'The code is taken.' });
      },
    } } }),
    makeContext: ({ actor, locale }) => {
      if (failing) throw new Error('no connection to 10.0.0.7');
      return { actor, locale, loaders: new Map() };
    },
    openHttp: ({ url: path }, response) => path === '/livez' && (response.end('ok'), true),
  });
  ({ url } = await server.listen(0));
});
afterAll(() => server.close());

const headers = async (audience = 'codes') => ({ [ACTOR_HEADER]: await signActorToken(key, null, { audience }) });
const post = async (query: string, more: Record<string, string> = {}) => {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...(await headers()), ...more }, body: JSON.stringify({ query }) });
  return { status: response.status, ...((await response.json()) as { data?: any; errors?: any[] }) };
};

it('answers the gateway, in the language passed on', async () => {
  expect(await post('{ motto refused }', { 'accept-language': 'en' })).toMatchObject({
    status: 200, data: { motto: '百年树人', refused: null }, errors: [{ message: 'The code is taken.', extensions: { code: 'CODE_TAKEN', rule: 'CODE-ID-01', field: 'input.code' } }],
  });
});

it('refuses everything that lacks the gateway\'s word for this very subgraph', async () => {
  for (const word of [{}, { [ACTOR_HEADER]: 'x' }, await headers('registry')]) {
    expect(await server.execute({ query: '{ motto }' }, word)).toEqual({ errors: [{ message: '只接受网关的请求', extensions: { code: 'GATEWAY_ONLY', rule: 'OPS-RUN-06', field: null } }] });
  }
  expect((await fetch(url.replace('/graphql', '/anything'))).status).toBe(401);
});

it('serves a path without a token only when it is declared open', async () => {
  expect(await (await fetch(url.replace('/graphql', '/livez'))).text()).toBe('ok');
});

it('refuses a field without a rule, and a guarded one to nobody', async () => {
  expect(await post('{ forgotten }')).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FIELD_FORBIDDEN', field: 'Query.forgotten' } }] });
  expect(await post('{ secret }')).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED', field: 'Query.secret' } }] });
});

it('masks a failure outside the operation in the same way, inside the process and over HTTP', async () => {
  failing = true;
  try {
    const inside = await server.execute({ query: '{ motto }' }, await headers());
    const outside = await post('{ motto }');
    expect(outside.status).toBe(500);
    for (const { errors } of [inside, outside]) expect(errors).toEqual([{ message: expect.stringContaining('系统内部错误'), extensions: { code: 'INTERNAL_ERROR', traceId: expect.any(String) } }]);
    expect(lines.join('')).not.toContain('百年');
  } finally {
    failing = false;
  }
});

it.each([
  [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'a'.repeat(32)], [`00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`, null], ['a'.repeat(32), null], [undefined, null],
  [`00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`, null],
])('reads the trace id of %p as %p', (traceparent, id) => {
  expect(traceIdOf(traceparent)).toBe(id);
});
