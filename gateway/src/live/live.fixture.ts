import { randomUUID } from 'node:crypto';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createSubgraphServer, generateKeyPair, importSigningKey, importVerifyingKey, isInArea, signAccessToken, type ActorClaims, type GraphContext, type SubgraphServer } from '@xueji/platform';
import { createClient, type Client } from 'graphql-ws';
import { parse } from 'graphql';
import pino from 'pino';
import { WebSocket } from 'ws';
import { createGateway, type ExecutorKind, type Gateway } from '../gateway';
import { memoryFeed, type LiveFeed } from './feed';
import type { LiveOptions } from './live';
import { LIVE_SDL, LIVE_SUBGRAPH } from './live-schema';
import type { Notice } from './notice';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@authenticated", "@requiresScopes"])';

const SDL: Record<string, string> = {
  transfers: `${LINK}
    type Query { transferCase(id: ID!): TransferCase @authenticated }
    type TransferCase @key(fields: "id") { id: ID! @authenticated  version: Int! @authenticated  state: String! @authenticated  secret: String @requiresScopes(scopes: [["identity.read"]])  outSchool: School @authenticated }
    type School @key(fields: "id", resolvable: false) { id: ID! @authenticated }`,
  'school-codes': `${LINK}
    type Query { motto: String! @tag(name: "public") }
    type School @key(fields: "id") { id: ID! @authenticated  name: String @authenticated }`,
  helpdesk: `${LINK}
    type Query { ticket(id: ID!): Ticket @authenticated }
    type Ticket @key(fields: "id") { id: ID! @authenticated  version: Int! @authenticated  subject: String! @authenticated }
    type TicketMessage @key(fields: "id") { id: ID! @authenticated  text: String! @authenticated }
    type Announcement @key(fields: "id") { id: ID! @authenticated  version: Int! @authenticated  title: String! @authenticated }`,
};

export const SCHOOL = '/cn/b-61/b-6101/b-610113/s-2161000101/';
/** Registry admin of the school that the cases leave, and one of another province. */
export const near: ActorClaims = {
  accountId: 'a-near', realName: '示例管理员', duty: 'REGISTRY_ADMIN', organizationId: 's-2161000101', organizationName: '示例区第一小学', level: 'SCHOOL', path: SCHOOL, province: '61',
  realNameVerified: true, sessionId: 'session-near', certificate: null,
};
export const far: ActorClaims = { ...near, accountId: 'a-far', organizationId: 'b-34', level: 'PROVINCE', path: '/cn/b-34/', province: '34', sessionId: 'session-far' };

export interface LiveGraph {
  /** state of the one case, whose school lies at SCHOOL */
  case: { state: string; version: number };
  /** what the subgraphs were asked, by name */
  asked: Record<string, number>;
  /** these do not answer */
  away: Set<string>;
  /** held back until it resolves */
  hold: Promise<void>;
  ended: Set<string>;
  tokenOf(actor: ActorClaims, ttlSeconds?: number): Promise<string>;
  start(more?: { feed?: LiveFeed; live?: Partial<LiveOptions>; isLive?: boolean; executor?: ExecutorKind }): Promise<{ gateway: Gateway; url: string; feed: LiveFeed }>;
  stop(): Promise<void>;
}

/** Subgraphs with one record of each kind that is watched, composed with the gateway's own part. */
export async function startLiveGraph(): Promise<LiveGraph> {
  const [accounts, gatewayKeys] = [await generateKeyPair(), await generateKeyPair()];
  const log = pino({ level: 'silent' });
  const signingKey = await importSigningKey(accounts.privateKey);
  const actorPublicKey = await importVerifyingKey(gatewayKeys.publicKey);
  const gateways: Gateway[] = [];
  const graph: LiveGraph = {
    case: { state: 'IN_SCHOOL_REVIEW', version: 1 }, asked: {}, away: new Set(), hold: Promise.resolve(), ended: new Set(),
    tokenOf: (actor, ttlSeconds) => signAccessToken(signingKey, actor, ttlSeconds ? { ttlSeconds } : {}),
    async start({ feed = memoryFeed(), live = {}, isLive = true, executor = 'compiled' } = {}) {
      const gateway = await createGateway({
        supergraphSdl: supergraphSdl!,
        subgraphs: Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, { local: {
          handleHttp: server.handleHttp,
          execute: async (...args: Parameters<SubgraphServer['execute']>) => {
            graph.asked[name] = (graph.asked[name] ?? 0) + 1;
            await graph.hold;
            if (graph.away.has(name)) throw new Error('away');
            return server.execute(...args);
          },
        } }])),
        accessTokenPublicKey: accounts.publicKey, actorSigningKey: gatewayKeys.privateKey, log, production: true,
        isSessionLive: ({ sessionId }) => !graph.ended.has(sessionId),
        executor,
        ...(isLive && { live: { feed, ...live } }),
      });
      gateways.push(gateway);
      return { gateway, feed, url: (await gateway.listen(0)).url };
    },
    async stop() {
      for (const each of gateways) await each.close();
      for (const each of Object.values(servers)) await each.close();
    },
  };
  const seen = ({ actor }: GraphContext) => actor !== null && isInArea(actor, SCHOOL);
  const caseOf = ({ id }: { id: string }, _context: GraphContext) => ({ __typename: 'TransferCase', id, ...graph.case, secret: '秘密', outSchool: { __typename: 'School', id: 's-2161000101' } });
  const resolvers: Record<string, object> = {
    transfers: { Query: { transferCase: (_: unknown, of: { id: string }, context: GraphContext) => (seen(context) ? caseOf(of, context) : null) }, TransferCase: { __resolveReference: (of: { id: string }, context: GraphContext) => (seen(context) ? caseOf(of, context) : null) } },
    'school-codes': { Query: { motto: () => '百年树人' }, School: { __resolveReference: ({ id }: { id: string }) => ({ id, name: '示例区第一小学' }) } },
    helpdesk: {
      Query: { ticket: () => null },
      Ticket: { __resolveReference: ({ id }: { id: string }, context: GraphContext) => (seen(context) ? { id, version: 1, subject: '无法登录' } : null) },
      TicketMessage: { __resolveReference: ({ id }: { id: string }) => ({ id, text: `消息${id}` }) },
      Announcement: { __resolveReference: ({ id }: { id: string }, context: GraphContext) => (seen(context) ? { id, version: 1, title: '通知' } : null) },
    },
  };
  const servers: Record<string, SubgraphServer> = {};
  for (const [name, sdl] of Object.entries(SDL)) {
    servers[name] = await createSubgraphServer({
      name, sdl, actorPublicKey, log, schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers[name] as never }),
      makeContext: ({ actor, locale }) => ({ actor, locale, loaders: new Map() }),
    });
  }
  const { supergraphSdl, errors } = composeServices(Object.entries({ ...SDL, [LIVE_SUBGRAPH]: LIVE_SDL }).map(([name, sdl]) => ({ name, url: `http://${name}/graphql`, typeDefs: parse(sdl) })));
  if (!supergraphSdl) throw new Error(String(errors));
  return graph;
}

/** What a service would have told. */
export const stepOf = (key: string): [string, Notice[]] => [randomUUID(), [{ topic: 'transferUpdated', type: 'TransferCase', key, paths: [SCHOOL] }]];

/** A socket that speaks the protocol by hand, for what a well-behaved client does not do. */
export async function rawSocket(url: string): Promise<{ socket: WebSocket; messages: any[]; closed: Promise<[number, string]>; send: (message: object) => void; heard: (type: string) => Promise<any> }> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  const messages: any[] = [];
  const waiting = new Set<() => void>();
  const closed = new Promise<[number, string]>((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  socket.on('error', () => undefined);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    socket, messages, closed, send: (message) => socket.send(JSON.stringify(message)),
    heard: (type) => new Promise((resolve) => {
      const look = () => {
        const found = messages.find((message) => message.type === type);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    }),
  };
}

/** The protocol's own client, as frontends use it. */
export function liveClient(url: string, token: () => string | Promise<string>, on: Parameters<typeof createClient>[0]['on'] = {}): Client {
  return createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, on, connectionParams: async () => ({ authorization: `Bearer ${await token()}` }) });
}
