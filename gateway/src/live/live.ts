import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApolloGateway } from '@apollo/gateway';
import { formatGraphQLError, newTraceId, type AccessRules, type Actor, type EventBus, type Logger } from '@xueji/platform';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { isAnswerOfSubgraph, type SubgraphClient } from '../data-sources';
import type { CompiledExecutor } from '../executor/executor';
import type { GatewayMetrics } from '../metrics';
import { KnownDocuments } from '../operations';
import { bridgeEvents } from './bridge';
import { CODES, expiryOf, LIVE_LIMITS, TIMES, type LiveConnection, type LiveShared, type LiveTimes } from './connection';
import { serveEventStream } from './event-stream';
import type { LiveFeed } from './feed';
import { LiveHub, type HubSetting, type Viewer } from './hub';
import { readLiveOperation, type LiveOperation, type OperationBody } from './live-operation';
import { runStock, type DeliveryContext } from './live-source';
import type { TrustedDocuments } from '../trusted-documents';
import { webSockets } from './web-socket';

/** Where notices come from. */
export interface LiveOptions {
  feed: LiveFeed;
  /** the services' events; absent: another process fills the feed */
  bus?: EventBus;
  times?: Partial<LiveTimes>;
}

export interface LiveSetting extends LiveOptions {
  gateway: ApolloGateway;
  /** null: the stock executor runs everything */
  compiled: () => CompiledExecutor | null;
  clients: () => Readonly<Record<string, SubgraphClient>>;
  rules: AccessRules;
  /** the operations that are run, as for queries */
  accepted: { trusted: TrustedDocuments; only: boolean };
  introspection: boolean;
  verify: (token: string) => Promise<Actor | null>;
  isSessionLive: (actor: Actor) => boolean | Promise<boolean>;
  addressOf: (request: IncomingMessage) => string | null;
  metrics: GatewayMetrics;
  log: Logger;
}

export interface LiveDoor {
  start(): Promise<void>;
  /** a request to become a WebSocket */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** one subscription as a stream of events */
  stream(response: ServerResponse, body: OperationBody, viewer: Viewer): Promise<void>;
  /** the gateway loaded a supergraph */
  reset(schema: GraphQLSchema): void;
  close(): Promise<void>;
}

/** Live updates at the graph's address: `graphql-transport-ws` over WebSocket and streams of server-sent events. */
export function liveDoor(setting: LiveSetting): LiveDoor {
  const { gateway, compiled, rules, introspection, isSessionLive, metrics, log, feed, bus } = setting;
  const times = { ...TIMES, ...setting.times };
  const documents = new KnownDocuments(introspection);
  const connections = new Set<LiveConnection>();
  const ofAccount = new Map<string, number>();
  let schema: GraphQLSchema | null = null;
  let isClosing = false;
  let stopBridge = async () => {};
  const timers: NodeJS.Timeout[] = [];

  const run: HubSetting['run'] = async (operation, context) => {
    const answer = await answerOf(operation, context);
    const errors = answer.errors.map((error) => formatGraphQLError(error, { locale: context.locale, traceId: context.traceId, log, passes: isAnswerOfSubgraph }));
    return {
      text: errors.length > 0 ? `{"errors":${JSON.stringify(errors)},"data":${answer.data}}` : `{"data":${answer.data}}`,
      isWhole: !errors.some(({ extensions }) => extensions?.code === 'SUBGRAPH_UNAVAILABLE'),
    };
  };

  async function answerOf(operation: LiveOperation, context: DeliveryContext): Promise<{ data: string; errors: readonly GraphQLError[] }> {
    const { known, variables } = operation;
    const executor = compiled();
    const execute = executor && known.compile(executor).for(variables);
    if (typeof execute === 'function') return execute(variables, context);
    const { data = null, errors = [] } = await runStock(gateway, schema!, operation, context);
    return { data: JSON.stringify(data), errors };
  }

  const hub = new LiveHub({ feed, clients: setting.clients, run, isSessionLive, metrics, log });

  const read = (body: OperationBody, { actor, locale }: Viewer) => readLiveOperation(body, { documents, accepted: setting.accepted, schema: schema!, rules, actor, locale, traceId: newTraceId(), log });

  /** Counts it in; a refusal when there are too many. */
  function enter(connection: LiveConnection, transport: 'websocket' | 'sse'): (() => void) | null {
    const { accountId } = connection.viewer.actor;
    const own = ofAccount.get(accountId) ?? 0;
    if (isClosing || !hub.isListening || connections.size >= LIVE_LIMITS.connections || own >= LIVE_LIMITS.connectionsOfAccount) return null;
    connections.add(connection);
    ofAccount.set(accountId, own + 1);
    metrics.liveConnections.inc({ transport });
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      connections.delete(connection);
      metrics.liveConnections.dec({ transport });
      const left = ofAccount.get(accountId)! - 1;
      if (left > 0) ofAccount.set(accountId, left);
      else ofAccount.delete(accountId);
    };
  }

  /** Ends what has lost its right: one question for each session, however many connections it has. */
  async function lookAtSessions(): Promise<void> {
    const bySession = new Map<string, LiveConnection[]>();
    const now = Date.now();
    for (const connection of connections) {
      const { actor, expiresAt } = connection.viewer;
      if (expiresAt <= now) {
        hub.dropped('TOKEN_EXPIRED');
        connection.end(CODES.tokenExpired, 'TOKEN_EXPIRED');
      } else bySession.set(actor.sessionId, [...(bySession.get(actor.sessionId) ?? []), connection]);
    }
    await Promise.all([...bySession.values()].map(async (of) => {
      if (await isSessionLive(of[0]!.viewer.actor)) return;
      for (const connection of of) {
        hub.dropped('SESSION_ENDED');
        connection.end(CODES.sessionEnded, 'SESSION_ENDED');
      }
    }));
  }

  const shared: LiveShared = {
    hub, read, enter, times,
    verify: async (authorization) => {
      const token = typeof authorization === 'string' ? /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1] : undefined;
      const actor = token ? await setting.verify(token) : null;
      // An agency reads on request, under its agreement.
      return actor && !actor.agency && (await isSessionLive(actor)) ? { actor, expiresAt: expiryOf(token!) } : null;
    },
    addressOf: setting.addressOf,
    log,
  };
  const sockets = webSockets(shared);

  /** Without its feed or the bus the gateway serves everything else, and tries again. */
  async function begin(): Promise<void> {
    try {
      if (!hub.isListening) await hub.start();
      if (bus && !isClosing) stopBridge = await bridgeEvents(bus, feed, log);
    } catch (error) {
      log.warn({ reason: (error as Error).name }, 'live updates cannot begin yet');
      if (!isClosing) setTimeout(() => void begin(), 1_000).unref();
    }
  }

  return {
    async start() {
      await begin();
      let isLooking = false;
      timers.push(
        setInterval(() => {
          if (isLooking) return;
          isLooking = true;
          lookAtSessions().catch((error: Error) => log.warn({ reason: error.name }, 'sessions could not be looked at')).finally(() => (isLooking = false));
        }, times.sessionsMs).unref(),
        setInterval(() => {
          for (const connection of connections) if (!connection.beat()) connection.end(CODES.slow, 'NO_SIGN_OF_LIFE');
        }, times.heartbeatMs).unref(),
      );
    },
    upgrade(request, socket, head) {
      if (isClosing || !hub.isListening || connections.size >= LIVE_LIMITS.connections) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return sockets.upgrade(request, socket, head);
    },
    stream: (response, body, viewer) => serveEventStream(shared, response, body, viewer),
    reset(loaded) {
      const isFirst = schema === null;
      schema = loaded;
      documents.clear();
      hub.clear();
      if (!isFirst) for (const connection of [...connections]) connection.end(CODES.restart, 'SCHEMA_CHANGED');
    },
    async close() {
      isClosing = true;
      for (const timer of timers) clearInterval(timer);
      await stopBridge();
      for (const connection of [...connections]) connection.end(CODES.goingAway, 'GOING_AWAY');
      await sockets.close();
      await feed.close();
    },
  };
}
