import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createSubgraphServer, generateKeyPair, importSigningKey, importVerifyingKey, signAccessToken, type ActorClaims, type GraphContext, type KeyPairText, type SubgraphRequest,
  type SubgraphServer,
} from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { parse } from 'graphql';
import pino, { type Logger } from 'pino';
import { createGateway, type Gateway, type GatewayOptions } from './gateway';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@authenticated", "@requiresScopes"])';

const SCHOOL_CODES = `${LINK}
  type Query { motto: String! @tag(name: "public")  school(id: ID!): School @authenticated  me: String @authenticated }
  type Mutation { login(input: LoginInput!): Session! @tag(name: "public") }
  input LoginInput { username: String!  password: String! }
  type Session { tokens: Tokens! @tag(name: "public") }
  type Tokens { accessToken: String! @tag(name: "public") }
  type School @key(fields: "id") { id: ID! @tag(name: "public")  name: String! @tag(name: "public") }
`;

const REGISTRY = `${LINK}
  type Query {
    pupil(id: ID!): Pupil @authenticated
    pupils(first: Int = 20): [Pupil!]! @authenticated
    statistics: Int @requiresScopes(scopes: [["statistics.read"]])
    refused: String @tag(name: "public")
    broken: String @tag(name: "public")
    leaky: String @tag(name: "public")
    seen: Seen @tag(name: "public")
  }
  type Seen { headers: [String!]! @tag(name: "public")  address: String @tag(name: "public")  language: String! @tag(name: "public")  trace: String! @tag(name: "public") }
  interface Person { id: ID!  name: String }
  type Teacher implements Person { id: ID! @tag(name: "public")  name: String @authenticated }
  type Pupil implements Person @key(fields: "id") {
    id: ID! @authenticated
    name: String @requiresScopes(scopes: [["pupil.read"]])
    idNumber: String @requiresScopes(scopes: [["identity.read"]])
    school: School @authenticated
    siblings: [Pupil!]! @authenticated
    guardian: Person @authenticated
  }
  type School @key(fields: "id") { id: ID! @tag(name: "public")  pupilCount: Int @authenticated }
`;

export const clerk: ActorClaims = {
  accountId: 'a-1', realName: '示例管理员', duty: 'REGISTRY_ADMIN', organizationId: 's-2161000101', organizationName: '示例区第一小学', level: 'SCHOOL',
  path: '/cn/b-61/b-6101/b-610113/s-2161000101/', province: '61', realNameVerified: true, sessionId: 'session-1', certificate: null,
};
export const leader: ActorClaims = { ...clerk, accountId: 'a-2', duty: 'REGISTRY_LEADER', sessionId: 'session-2' };

type Context = GraphContext & { request: SubgraphRequest };

export interface TwoSubgraphs {
  accounts: KeyPairText;
  gateway: KeyPairText;
  supergraphSdl: string;
  servers: Record<'school-codes' | 'registry', SubgraphServer>;
  /** Emits `chunk` for each piece of an upload that reaches the service. */
  uploads: EventEmitter;
  /** Everything logged by subgraphs and gateways, one JSON text each. */
  lines: string[];
  log: Logger;
  tokenOf(actor: ActorClaims): Promise<string>;
  start(how: 'local' | 'http', more?: Partial<GatewayOptions>): Promise<{ gateway: Gateway; url: string; origin: string }>;
  stop(): Promise<void>;
}

const pupil = (id: string) => ({ __typename: 'Pupil', id, name: `学生${id}`, idNumber: '999901201503070018', school: { __typename: 'School', id: 's-1' } });

/** Two subgraphs with one entity of each other, composed, with keys and started servers. */
export async function startTwoSubgraphs(): Promise<TwoSubgraphs> {
  const [accounts, gateway] = [await generateKeyPair(), await generateKeyPair()];
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const signingKey = await importSigningKey(accounts.privateKey);
  const actorPublicKey = await importVerifyingKey(gateway.publicKey);
  const tokenOf = (actor: ActorClaims) => signAccessToken(signingKey, actor);

  const schoolCodes = {
    Query: {
      motto: () => '百年树人',
      me: (_root: unknown, _args: unknown, { actor }: Context) => actor?.realName,
      school: (_root: unknown, { id }: { id: string }) => ({ id, name: '示例区第一小学' }),
    },
    Mutation: {
      login: async (_root: unknown, { input }: { input: { username: string; password: string } }) => {
        if (input.password !== 'correct') throw new DomainError({ code: 'CREDENTIALS_WRONG', rule: 'ACC-PWD-01', zh: '用户名或密码不正确', en: 'Wrong user name or password.' });
        return { tokens: { accessToken: await tokenOf(input.username === 'leader' ? leader : clerk) } };
      },
    },
    School: { __resolveReference: ({ id }: { id: string }) => ({ id, name: '示例区第一小学' }) },
  };
  const registry = {
    Query: {
      pupil: (_root: unknown, { id }: { id: string }) => pupil(id),
      pupils: (_root: unknown, { first }: { first: number }) => Array.from({ length: Math.min(first, 3) }, (_, index) => pupil(String(index))),
      statistics: () => 42,
      refused: () => {
        throw new DomainError({ code: 'PUPIL_NOT_ENROLLED', rule: 'REG-STAT-01', field: 'input.id', zh: '学生不在籍', en: 'The pupil is not enrolled.' });
      },
      broken: () => {
        throw Object.assign(new Error('select * from pupil where id_number = 999901201503070018 at db.internal:5432'), { name: 'QueryFailedError', driverError: {}, code: '42P01' });
      },
      leaky: () => {
        throw new Error('connect ECONNREFUSED 10.1.2.3:5432');
      },
      seen: (_root: unknown, _args: unknown, { request, headers }: Context & { headers: string[] }) => ({ headers, address: request.clientAddress, language: request.locale, trace: request.traceId }),
    },
    Pupil: { __resolveReference: ({ id }: { id: string }) => pupil(id), siblings: () => [pupil('9')], guardian: () => ({ __typename: 'Teacher', id: 't-1', name: '示例教师' }) },
    Person: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    School: { __resolveReference: ({ id }: { id: string }) => ({ id }), pupilCount: () => 3 },
  };

  const serve = async (name: string, sdl: string, resolvers: object) => {
    const server = await createSubgraphServer<Context>({
      name, sdl, actorPublicKey, log,
      schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as any }),
      makeContext: (request) => ({ actor: request.actor, locale: request.locale, loaders: new Map(), request, headers: lastHeaders } as Context & { headers: string[] }),
      http: async (request, response, { actor }) => {
        if (request.method === 'GET') {
          response.writeHead(200, { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="list.csv"', 'x-internal': 'secret' });
          return void response.end('a,b\n');
        }
        const hash = createHash('sha256');
        let bytes = 0;
        for await (const chunk of request as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          uploads.emit('chunk');
          hash.update(chunk);
        }
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ bytes, sha256: hash.digest('hex'), by: actor?.accountId, headers: Object.keys(request.headers).sort(), url: request.url }));
      },
    });
    const { execute } = server;
    server.execute = (operation, headers) => (noteHeaders(headers), execute(operation, headers));
    return server;
  };
  const uploads = new EventEmitter();
  let lastHeaders: string[] = [];
  const noteHeaders = (headers: object) => { lastHeaders = Object.keys(headers).sort(); };

  const servers = { 'school-codes': await serve('school-codes', SCHOOL_CODES, schoolCodes), registry: await serve('registry', REGISTRY, registry) };
  const composed = composeServices([
    { name: 'school-codes', url: 'http://school-codes.invalid/graphql', typeDefs: parse(SCHOOL_CODES) },
    { name: 'registry', url: 'http://registry.invalid/graphql', typeDefs: parse(REGISTRY) },
  ]);
  if (!composed.supergraphSdl) throw new Error(String(composed.errors));
  const listeners = Object.entries(servers).map(([name, { handleHttp }]) => ({
    name, listener: createServer((request, response) => void (noteHeaders(request.headers), handleHttp(request, response))),
  }));
  const urls: Record<string, string> = {};
  for (const { name, listener } of listeners) {
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    urls[name] = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/graphql`;
  }
  const gateways: Gateway[] = [];

  return {
    accounts, gateway, supergraphSdl: composed.supergraphSdl, servers, lines, log, tokenOf, uploads,
    async start(how, more = {}) {
      const started = await createGateway({
        supergraphSdl: composed.supergraphSdl!,
        subgraphs: Object.fromEntries(Object.entries(servers).map(([name, local]) => [name, how === 'local' ? { local } : { url: urls[name]! }])),
        accessTokenPublicKey: accounts.publicKey,
        actorSigningKey: gateway.privateKey,
        log,
        production: true,
        routes: [{ prefix: '/uploads/intake', subgraph: 'registry' }, { prefix: '/downloads', subgraph: 'registry' }],
        ...more,
      });
      gateways.push(started);
      const { url } = await started.listen(0);
      return { gateway: started, url, origin: new URL(url).origin };
    },
    async stop() {
      for (const each of gateways) await each.close();
      for (const { listener } of listeners) {
        listener.close();
        listener.closeAllConnections();
      }
      for (const each of Object.values(servers)) await each.close();
    },
  };
}
