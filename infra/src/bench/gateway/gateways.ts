import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGateway } from '@xueji/gateway';
import { createLogger } from '@xueji/platform';
import { Pool } from 'undici';
import { ROOT } from '../../root';
import { LIBRARY, LIBRARY_QUERY } from './library';

export interface GatewayTask {
  urls: Record<string, string>;
  supergraphSdl: string;
  accessTokenPublicKey: string;
  actorSigningKey: string;
}

/** Resolves to the address of its graph. */
export type Start = (task: GatewayTask) => Promise<string>;

/** Installed on demand into `infra/bench`, so that nobody else carries them. */
const peer = (name: string): any => require(require.resolve(name, { paths: [join(ROOT, 'infra/bench')] }));

const ours = (executor: 'compiled' | 'stock'): Start => async ({ urls, supergraphSdl, accessTokenPublicKey, actorSigningKey }) => {
  const gateway = await createGateway({
    supergraphSdl, accessTokenPublicKey, actorSigningKey, executor, subgraphs: Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url }])), log: createLogger('gateway', 'fatal'), production: true,
  });
  return (await gateway.listen(0)).url;
};

const apollo: Start = async ({ supergraphSdl }) => {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  class Forwarding extends RemoteGraphQLDataSource {
    willSendRequest({ request, context }: any): void {
      if (context.authorization) request.http.headers.set('authorization', context.authorization);
    }
  }
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Forwarding({ url: url! }) });
  const server = new ApolloServer<{ authorization?: string }>({ gateway, introspection: false });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' }, context: async ({ req }) => ({ authorization: req.headers.authorization! }) });
  return url;
};

const hive = (isRust: boolean): Start => async ({ supergraphSdl }) => {
  const { createGatewayRuntime } = peer('@graphql-hive/gateway-runtime');
  const runtime = createGatewayRuntime({
    supergraph: supergraphSdl, logging: false, graphiql: false, landingPage: false, maskedErrors: true,
    propagateHeaders: { fromClientToSubgraphs: ({ request }: { request: Request }) => {
      const authorization = request.headers.get('authorization');
      return authorization ? { authorization } : {};
    } },
    ...(isRust && { unifiedGraphHandler: peer('@graphql-hive/router-runtime').unifiedGraphHandler }),
  });
  return `${await listening(createServer(runtime))}/graphql`;
};

const mercurius: Start = async ({ urls }) => {
  const app = peer('fastify')();
  const services = Object.keys(LIBRARY).map((name) => ({
    name, url: urls[name]!.replace('/graphql', `/v1/${name}`), mandatory: true, keepAlive: 30_000,
    rewriteHeaders: (headers: Record<string, string>) => (headers.authorization ? { authorization: headers.authorization } : {}),
  }));
  app.register(peer('@mercuriusjs/gateway'), { gateway: { services }, jit: 1 });
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`;
};

/** What one would write for this one query: as few requests as can be, nothing general. */
const byHand: Start = async ({ urls }) => {
  const pools = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 256 })]));
  const ask = (name: string, query: string, variables: object, authorization: string | undefined) => new Promise<any>((resolve, reject) => {
    const pieces: Buffer[] = [];
    pools[name]!.dispatch({ path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json', ...(authorization && { authorization }) }, body: JSON.stringify({ query, variables }) }, {
      onRequestStart: () => undefined,
      onResponseData: (_controller, piece) => void pieces.push(piece),
      onResponseEnd: () => resolve(JSON.parse(Buffer.concat(pieces).toString('utf8')).data),
      onResponseError: (_controller, error) => reject(error),
    });
  });
  const REMARKS = 'remarks{id text author{id remarks{id text book{isbn}}}}';
  const entities = (selection: string) => `query($r:[_Any!]!){_entities(representations:$r){${selection}}}`;
  const answer = async (authorization: string | undefined): Promise<string> => {
    const [{ members }, { popular }] = await Promise.all([ask('members', '{members{id handle fullName}}', {}, authorization), ask('books', '{popular{isbn title price weight}}', {}, authorization)]);
    const [said, books, persons] = await Promise.all([
      ask('remarks', `query($m:[_Any!]!,$b:[_Any!]!){m:_entities(representations:$m){...on Member{remarks{id text book{isbn ${REMARKS}}}}} b:_entities(representations:$b){...on Book{${REMARKS}}}}`, {
        m: members.map(({ id }: any) => ({ __typename: 'Member', id })), b: popular.map(({ isbn }: any) => ({ __typename: 'Book', isbn })),
      }, authorization),
      Promise.resolve(new Map<string, any>(popular.map((book: any) => [book.isbn, book]))),
      Promise.resolve(new Map<string, any>(members.map((member: any) => [member.id, member]))),
    ]);
    const seen = new Set<string>();
    const look = (remark: any) => {
      if (remark.book) seen.add(remark.book.isbn);
      remark.book?.remarks?.forEach(look);
      remark.author?.remarks.forEach(look);
    };
    for (const each of [...said.m, ...said.b]) each.remarks.forEach(look);
    const missing = [...seen].filter((isbn) => !books.has(isbn));
    if (missing.length > 0) {
      const { _entities } = await ask('books', entities('...on Book{isbn title price weight}'), { r: missing.map((isbn) => ({ __typename: 'Book', isbn })) }, authorization);
      for (const book of _entities) books.set(book.isbn, book);
    }
    const all = [...books.values()];
    const { _entities: stock } = await ask('stock', entities('...on Book{inStock delivery}'), { r: all.map(({ isbn, price, weight }) => ({ __typename: 'Book', isbn, price, weight })) }, authorization);
    const texts = new Map(all.map((book, index) => [book.isbn, JSON.stringify({ isbn: book.isbn, title: book.title, price: book.price, weight: book.weight, inStock: stock[index].inStock, delivery: stock[index].delivery }).slice(0, -1)]));
    const names = new Map([...persons].map(([id, { handle, fullName }]) => [id, JSON.stringify({ id, handle, fullName }).slice(0, -1)]));
    const list = (remarks: any[], rest: (remark: any) => string) => `,"remarks":[${remarks.map((each) => `{"id":"${each.id}","text":${JSON.stringify(each.text)}${rest(each)}}`).join(',')}]`;
    const plain = (remark: any) => `,"book":${texts.get(remark.book.isbn)}}`;
    const written = (remark: any) => `,"author":${names.get(remark.author.id)}${list(remark.author.remarks, plain)}}`;
    const ofMembers = members.map(({ id }: any, index: number) => `${names.get(id)}${list(said.m[index].remarks, (remark) => `,"book":${texts.get(remark.book.isbn)}${list(remark.book.remarks, written)}}`)}}`);
    const ofBooks = popular.map(({ isbn }: any, index: number) => `${texts.get(isbn)}${list(said.b[index].remarks, written)}}`);
    return `{"data":{"members":[${ofMembers.join(',')}],"popular":[${ofBooks.join(',')}]}}`;
  };
  return `${await listening(createServer((request, response) => {
    body(request).then(async (text) => {
      if ((JSON.parse(text) as { query: string }).query !== LIBRARY_QUERY) throw new Error('another query');
      const bytes = Buffer.from(await answer(request.headers.authorization), 'utf8');
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length });
      response.end(bytes);
    }).catch(() => response.writeHead(500).end());
  }))}/graphql`;
};

const body = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

async function listening(server: Server): Promise<string> {
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const GATEWAYS: Record<string, Start> = {
  'ours, stock executor': ours('stock'),
  'ours': ours('compiled'),
  'Apollo gateway and server, standalone': apollo,
  'Hive gateway': hive(false),
  'Hive gateway, Rust planner': hive(true),
  'Mercurius gateway': mercurius,
  'by hand (the limit)': byHand,
};
