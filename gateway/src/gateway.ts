import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import {
  checkOperation, formatGraphQLError, importSigningKey, importVerifyingKey, localeOf, newTraceId, rulesOf, throwRefusals, traceIdOf,
  verifyAccessToken, withoutValues, type Actor, type Logger, type Redis, type SettableClock,
} from '@xueji/platform';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { parse, print, type GraphQLError, type GraphQLSchema } from 'graphql';
import { agencyDoor, isRightScheme, PURPOSE_HEADER } from './agency/agency-door';
import { mountAgencyRoutes } from './agency/agency-routes';
import { isAnswerOfSubgraph, SubgraphClient, subgraphHeaders, unavailable, type GatewayContext, type Subgraph } from './data-sources';
import { CompiledExecutor } from './executor/executor';
import { explorerRouter, type ExplorerConfig } from './explorer';
import { graphqlDoor, MAX_ERRORS } from './graphql-door';
import { expiryOf } from './live/connection';
import { liveDoor, type LiveDoor, type LiveOptions } from './live/live';
import { LIVE_SUBGRAPH } from './live/live-schema';
import { LiveSource, planDeliveries } from './live/live-source';
import { gatewayMetrics } from './metrics';
import { LIMITS } from './operation-limits';
import { passThrough, routeFor, type PassThroughRoute } from './pass-through';
import { FILE_COST, type RateLimits } from './rate-limits';
import type { Refusal } from './refusal';
import { sendJson } from './send-json';
import { stripSecurity } from './supergraph';
import { httpTransport, localTransport } from './transport';
import type { TrustedDocuments } from './trusted-documents';

export interface GatewayOptions {
  /** The composed supergraph with its access directives: schema and policy table in one. */
  supergraphSdl: string;
  /** Every subgraph of the supergraph, by name. */
  subgraphs: Record<string, Subgraph>;
  /** Checks clients' bearer tokens. Encoded as by `generateKeyPair`. */
  accessTokenPublicKey: string;
  /** Signs what subgraphs are told about the actor. Encoded as by `generateKeyPair`. */
  actorSigningKey: string;
  log: Logger;
  /** Switches off introspection, the explorer and the settable clock. */
  production: boolean;
  /** Paths beside the graph, e.g. uploads. */
  routes?: PassThroughRoute[];
  /** Development: the clock that `/dev/clock` shows and sets. */
  devClock?: SettableClock;
  /** Development: what `/explorer` offers. */
  explorer?: ExplorerConfig;
  /** Asked for each signed-in request; false ends the session at once, whatever time its token has left. */
  isSessionLive?: (actor: Actor) => boolean | Promise<boolean>;
  /** Counts agencies' calls and remembers their nonces for all gateways; absent: in this process. */
  redis?: Redis | null;
  /** In one process with the services: are they ready, and what do they count? */
  isProductReady?: () => Promise<boolean>;
  productMetrics?: () => Promise<string>;
  /** `stock` runs every operation on the gateway library's own executor. Default: compiled. */
  executor?: ExecutorKind;
  /** The operations of our own clients; `only`: no others are run. Absent: any are. */
  documents?: { trusted: TrustedDocuments; only: boolean };
  /** Absent: nobody is held back. */
  rateLimits?: RateLimits;
  /** Subscriptions, if there are to be any. The feed is closed with the gateway. */
  live?: LiveOptions;
  /** Addresses of proxies whose `x-forwarded-for` is believed, as Express takes them. Default: none. */
  trustedProxies?: string[];
}

export type ExecutorKind = 'compiled' | 'stock';

export interface Gateway {
  app: Express;
  /** Port 0 takes any free one. */
  listen(port: number, host?: string): Promise<{ port: number; url: string }>;
  /** Takes no new requests, lets running ones finish for ten seconds, then stops. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;

/**
 * The one door to the graph: signs people in by their token, refuses what they may not ask, asks the subgraphs, and
 * tells no one more than they need. Throws when the supergraph does not load or a subgraph is missing.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, production, subgraphs, routes = [] } = options;
  // Without this the gateway library probes cloud metadata addresses and reports to its maker.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';

  const supergraph = parse(options.supergraphSdl);
  const rules = rulesOf(supergraph);
  const verifyingKey = await importVerifyingKey(options.accessTokenPublicKey);
  const actorSigningKey = await importSigningKey(options.actorSigningKey);
  const agencies = agencyDoor(supergraph, options.redis ?? null);
  const metrics = gatewayMetrics();
  const quiet = { debug() {}, info() {}, warn: (message: unknown) => log.warn(withoutValues(String(message))), error: (message: unknown) => log.error(withoutValues(String(message))) };
  const clients: Record<string, SubgraphClient> = {};
  const closers: (() => Promise<void>)[] = [];

  const apolloGateway = new ApolloGateway({
    supergraphSdl: print(stripSecurity(supergraph)),
    logger: quiet,
    queryPlannerConfig: { debug: { maxEvaluatedPlans: 500 } },
    buildService({ name }) {
      const onFailure = (failed: string, reason: string, traceId: string) => log.warn({ subgraph: failed, reason, traceId }, 'a subgraph did not answer');
      if (name === LIVE_SUBGRAPH) return (clients[name] = new LiveSource({ actorSigningKey, seconds: metrics.subgraphs, onFailure }));
      const subgraph = subgraphs[name];
      if (!subgraph) throw new Error(`SUBGRAPH_MISSING: the supergraph names ${name}`);
      const transport = 'url' in subgraph ? httpTransport(subgraph.url) : localTransport(subgraph.local);
      closers.push(() => transport.close());
      return (clients[name] = new SubgraphClient({
        name, actorSigningKey, transport, seconds: metrics.subgraphs, onFailure,
      }));
    },
  });
  let compiled: { executor: CompiledExecutor; schema: GraphQLSchema } | null = null;
  apolloGateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    planDeliveries(apolloGateway);
    if ((options.executor ?? 'compiled') === 'compiled') compiled = { executor: new CompiledExecutor(apolloGateway, { clients, batches: true }), schema: apiSchema };
    live?.reset(apiSchema);
    door.reset();
  });

  const app = express();
  const server: Server = createServer({ headersTimeout: 10_000, requestTimeout: 130_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 5_000 }, receive);
  const requestOf = new WeakMap<GraphQLError, GatewayContext>();

  const policy: ApolloServerPlugin<GatewayContext> = {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, request, contextValue }) {
          const refusals = checkOperation({
            schema, rules, document, operationName: request.operationName ?? null, variables: request.variables ?? null, actor: contextValue.actor,
          });
          if (!refusals) return;
          metrics.refusals.inc({ reason: refusals[0]!.code });
          throwRefusals(refusals, contextValue.locale);
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestOf.set(error, contextValue);
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind !== 'single') return;
          const { singleResult } = body;
          if (!singleResult.data && singleResult.errors) singleResult.errors = singleResult.errors.slice(0, MAX_ERRORS);
        },
      };
    },
  };

  const apollo = new ApolloServer<GatewayContext>({
    gateway: apolloGateway,
    nodeEnv: production ? 'production' : 'development',
    introspection: !production,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    logger: quiet,
    formatError: (_formatted, error) => {
      const { locale, traceId } = requestOf.get(error as GraphQLError) ?? { locale: 'zh' as const, traceId: newTraceId() };
      return formatGraphQLError(error, { locale, traceId, log, passes: isAnswerOfSubgraph });
    },
    plugins: [
      policy, ApolloServerPluginDrainHttpServer({ httpServer: server, stopGracePeriodMillis: GRACE_MS }),
      ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(),
    ],
  });

  const contexts = new WeakMap<ServerResponse, GatewayContext>();
  const contextOf = (response: ServerResponse) => contexts.get(response)!;
  const isTrusted = trustOf(app, options.trustedProxies);
  const documents = options.documents ?? { trusted: new Map(), only: false };
  const verify = (token: string) => verifyAccessToken(verifyingKey, token).catch(() => null);
  const live: LiveDoor | null = options.live ? liveDoor({
    ...options.live, gateway: apolloGateway, compiled: () => compiled?.executor ?? null, clients: () => clients, rules, accepted: documents, introspection: !production, verify,
    isSessionLive: options.isSessionLive ?? (() => true), addressOf: (request) => addressOf(request, isTrusted), metrics, log,
  }) : null;
  const door = graphqlDoor({ apollo, compiled: () => compiled, rules, agencies, introspection: !production, metrics, log, refuse, authenticate, heldBack, documents, ...(live && { live: { stream: streamLive } }) });
  await apollo.start();
  await live?.start();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (live && /^\/graphql\/?(\?|$)/i.test(request.url ?? '')) return live.upgrade(request, socket, head);
    return void socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });

  /** A subscription as a stream of events; its person has been let in. */
  function streamLive(request: IncomingMessage, response: ServerResponse, body: object): Promise<void> {
    const { actor, locale, acceptLanguage, clientAddress } = contextOf(response);
    const token = request.headers.authorization!.slice('Bearer '.length);
    return live!.stream(response, body, { actor: actor!, expiresAt: expiryOf(token), locale, acceptLanguage, clientAddress });
  }

  let isReady = true;
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.get('/livez', (_request, response) => void response.type('text').send('ok'));
  app.get('/readyz', async (_request, response) => {
    const ready = isReady && ((await options.isProductReady?.()) ?? true);
    response.status(ready ? 200 : 503).type('text').send(ready ? 'ready' : isReady ? 'a service is not ready' : 'closing');
  });
  app.get('/metrics', async (_request, response) => void response.type('text/plain; version=0.0.4').send(`${await metrics.text()}\n${(await options.productMetrics?.()) ?? ''}`));

  const fixedHeaders: [string, string][] = [
    ['x-content-type-options', 'nosniff'], ['x-frame-options', 'DENY'], ['referrer-policy', 'no-referrer'], ['cache-control', 'no-store'],
    ['cross-origin-resource-policy', 'same-origin'], ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
    ...(production ? [['strict-transport-security', 'max-age=31536000; includeSubDomains'] as [string, string]] : []),
  ];

  /** What every request but the operators' gets: a context, careful headers, a line in the log. */
  function begin(request: IncomingMessage, response: ServerResponse, path: string): (operationName: string) => void {
    const { method } = request;
    const context: GatewayContext = {
      actor: null,
      clientAddress: addressOf(request, isTrusted),
      locale: localeOf(request.headers['accept-language']),
      acceptLanguage: request.headers['accept-language'],
      traceId: traceIdOf(request.headers.traceparent) ?? newTraceId(),
      actorTokens: new Map(),
    };
    contexts.set(response, context);
    response.setHeader('x-trace-id', context.traceId);
    for (const [name, value] of fixedHeaders) response.setHeader(name, value);
    const stop = metrics.requests.startTimer();
    const started = process.hrtime.bigint();
    let operation: string | undefined;
    response.once('close', () => {
      const route = /^\/(graphql|uploads|downloads|explorer|dev)(?=\/|$)/.exec(path)?.[1] ?? 'other';
      stop({ route, status: response.statusCode });
      const ms = Math.round(Number(process.hrtime.bigint() - started) / 1e5) / 10;
      log.info({ method, path: withoutDigits(path), status: response.statusCode, ms, traceId: context.traceId, ...(operation && { operation: withoutDigits(operation) }) }, 'request');
    });
    return (operationName) => {
      operation = operationName.slice(0, 60);
    };
  }

  /** The graph past Express, everything else through it. */
  function receive(request: IncomingMessage, response: ServerResponse): void {
    if (!/^\/graphql\/?$/i.test(pathOf(request))) return app(request, response);
    const named = begin(request, response, '/graphql');
    door.serve(request, response, contextOf(response), named).catch((error: unknown) => fail(response, error));
    return undefined;
  }

  function fail(response: ServerResponse, error: unknown): void {
    if (response.headersSent) return void response.destroy();
    const { locale, traceId } = contextOf(response);
    sendJson(response, 500, { errors: [formatGraphQLError(error, { locale, traceId, log })] });
  }

  app.use((request, response, next) => {
    begin(request, response, request.path);
    next();
  });

  function refuse(response: ServerResponse, { status, code, zh, en, extensions = {}, headers = {} }: Refusal): void {
    metrics.refusals.inc({ reason: code });
    const message = { zh, en }[contextOf(response).locale];
    sendJson(response, status, { errors: [{ message, extensions: { code, rule: code === 'UNAUTHENTICATED' ? 'ACC-PWD-01' : 'OPS-RUN-06', field: null, ...extensions } }] }, headers);
  }

  /** Puts the actor into the request's context; false when the request has been refused. */
  async function authenticate(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { authorization } = request.headers;
    if (authorization === undefined) return true;
    const [, scheme = '', token = ''] = /^(Bearer|DPoP) ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization) ?? [];
    const actor = await verify(token);
    if (actor && isRightScheme(scheme, actor) && (await (options.isSessionLive?.(actor) ?? true))) {
      const call = { method: request.method ?? '', path: pathOf(request), accessToken: token, proof: request.headers.dpop, purpose: request.headers[PURPOSE_HEADER] };
      const refusal = actor.agency ? await agencies.admit(actor.agency, call) : null;
      if (refusal) refuse(response, refusal);
      else contextOf(response).actor = actor;
      return refusal === null;
    }
    refuse(response, { status: 401, code: 'UNAUTHENTICATED', zh: '登录无效或已过期，请重新登录', en: 'The sign-in is not valid or has expired. Sign in again.', headers: { 'www-authenticate': 'Bearer' } });
    return false;
  }

  /** A refusal when the person or the address has asked for too much of late. */
  async function heldBack(response: ServerResponse, cost: number): Promise<Refusal | null> {
    const { actor, clientAddress } = contextOf(response);
    return (await options.rateLimits?.take({ accountId: actor?.accountId ?? null, address: clientAddress }, cost)) ?? null;
  }

  mountAgencyRoutes(app, agencies, {
    authenticate, contextOf,
    unauthenticated: (response) => refuse(response, { status: 401, code: 'UNAUTHENTICATED', zh: '请先登录', en: 'Sign in first.', headers: { 'www-authenticate': 'DPoP' } }),
    toAccounts: (request, response) => handOver('accounts', request, response),
  });

  app.use(async (request, response, next) => {
    const route = routeFor(routes, request.path);
    if (!route) return next();
    if (!(request.method === 'GET' || request.method === 'POST')) {
      return refuse(response, { status: 405, code: 'METHOD_NOT_ALLOWED', zh: '只接受 GET 和 POST', en: 'Use GET or POST.', headers: { allow: 'GET, POST' } });
    }
    if (!(await authenticate(request, response))) return;
    const context = contextOf(response);
    if (!context.actor) {
      return refuse(response, { status: 401, code: 'UNAUTHENTICATED', zh: '请先登录', en: 'Sign in first.', headers: { 'www-authenticate': 'Bearer' } });
    }
    await handOver(route.subgraph, request, response);
  });

  async function handOver(name: string, request: Request, response: Response): Promise<void> {
    const context = contextOf(response);
    const late = await heldBack(response, FILE_COST);
    if (late) return refuse(response, late);
    const fail = (error: Error) => {
      log.warn({ subgraph: name, reason: (error as Error & { code?: string }).code ?? error.name, traceId: context.traceId }, 'a request was not passed on');
      const { message, extensions } = unavailable(context.locale);
      if (!response.headersSent) response.status(503).json({ errors: [{ message, extensions }] });
    };
    const subgraph = subgraphs[name];
    if (!subgraph) return fail(new Error('no such subgraph'));
    passThrough(subgraph, request, response, await subgraphHeaders(name, actorSigningKey, context), fail);
  }

  if (!production) {
    const { devClock, explorer } = options;
    if (explorer) app.use('/explorer', explorerRouter(explorer));
    if (devClock) mountDevClock(app, devClock, refuse);
  }

  app.use((_request, response) => refuse(response, { status: 404, code: 'PATH_NOT_FOUND', zh: '没有这个地址', en: 'There is nothing here.' }));

  app.use((error: Error & { type?: string; status?: number }, _request: Request, response: Response, _next: NextFunction) => {
    if (response.headersSent) return void response.destroy();
    switch (error.type) {
      case 'entity.too.large':
        return refuse(response, { status: 413, code: 'BODY_TOO_LARGE', zh: '请求超过 256 KB', en: 'The request is larger than 256 KB.', headers: { connection: 'close' } });
      case 'charset.unsupported':
      case 'encoding.unsupported':
        return refuse(response, { status: 415, code: 'CONTENT_TYPE_NOT_SUPPORTED', zh: '不支持该编码', en: 'This encoding is not supported.' });
      case 'entity.parse.failed':
      case 'request.size.invalid':
      case 'request.aborted':
        return refuse(response, { status: 400, code: 'BODY_INVALID', zh: '请求正文不是 JSON', en: 'The body is not JSON.' });
    }
    if (error.status === 400) return refuse(response, { status: 400, code: 'REQUEST_INVALID', zh: '请求无法解读', en: 'The request cannot be read.' });
    fail(response, error);
  });

  for (const { prefix, subgraph } of routes) if (!subgraphs[subgraph]) throw new Error(`SUBGRAPH_MISSING: the route ${prefix} names ${subgraph}`);

  return {
    app,
    async listen(port, host = '127.0.0.1') {
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      const bound = (server.address() as AddressInfo).port;
      return { port: bound, url: `http://${host}:${bound}/graphql` };
    },
    async close() {
      isReady = false;
      await live?.close();
      await apollo.stop();
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** `GET` tells the product's time, `POST {"now": ISO | null}` moves it, null goes back to the real time. */
function mountDevClock(app: Express, clock: SettableClock, refuse: (response: Response, refusal: Refusal) => void): void {
  const show = (response: Response) => void response.json({ now: clock.now().toISOString() });
  app.get('/dev/clock', (_request, response) => show(response));
  app.post('/dev/clock', express.json({ limit: 1024 }), (request, response) => {
    const { now } = (request.body ?? {}) as { now?: unknown };
    const time = typeof now === 'string' ? new Date(now) : null;
    if (now !== null && !(time && Number.isFinite(time.getTime()))) {
      return refuse(response, { status: 400, code: 'CLOCK_INVALID', zh: 'now 须为 ISO 时间或 null', en: 'now must be an ISO time or null.', extensions: { field: 'now' } });
    }
    clock.set(time);
    return show(response);
  });
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Which hops' word on the client's address is believed. */
function trustOf(app: Express, proxies: string[] | undefined): (address: string, hop: number) => boolean {
  app.set('trust proxy', proxies ?? false);
  return app.get('trust proxy fn') as (address: string, hop: number) => boolean;
}

/** The nearest address that is not one of our own proxies. */
function addressOf({ socket, headers }: IncomingMessage, isTrusted: (address: string, hop: number) => boolean): string | null {
  const nearest = socket.remoteAddress ?? null;
  const told = headers['x-forwarded-for'];
  if (nearest === null || told === undefined || !isTrusted(nearest, 0)) return nearest;
  const hops = [nearest, ...String(told).split(',').map((hop) => hop.trim()).filter(Boolean).reverse()];
  return hops.find((hop, index) => !isTrusted(hop, index)) ?? hops.at(-1)!;
}

/** A long run of digits could be somebody's number. */
function withoutDigits(text: string): string {
  return text.slice(0, 200).replace(/\d{6,}[Xx]?/g, '#');
}
