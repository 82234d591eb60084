import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, Kind, parse, type DocumentNode, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { ACTOR_HEADER, verifyActorToken, type Actor, type AgencyGrant, type Caller, type VerifyingKey } from '../auth';
import type { Reading } from '../command/read-ledger';
import type { Logger } from '../logger';
import { checkOperation, rulesOf, throwRefusals } from './access-rules';
import { boundaries, withinLimits } from './document-boundaries';
import { describe, formatGraphQLError, localeOf, type Locale } from './errors';
import type { GraphContext } from './federation';
import { logReads, noteReads, readsOf, type PersonalTypes } from './personal-data';

export const BODY_LIMIT_BYTES = 256 * 1024;
const BODY_TIMEOUT_MS = 10_000;
const MAX_TOKENS = 10_000;
/** Keeps the request beside what a service puts into its context; the server hands on copies of the context. */
const RECEIVED = Symbol('received');

/** What the gateway said about one request. */
export interface SubgraphRequest {
  actor: Actor | null;
  clientAddress: string | null;
  locale: Locale;
  traceId: string;
}

export interface OperationRequest {
  query?: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

export interface OperationResult {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
}

export interface SubgraphServerOptions<Context extends GraphContext> {
  /** The audience that actor tokens must name. */
  name: string;
  schema: GraphQLSchema;
  sdl: string;
  makeContext: (request: SubgraphRequest) => Context | Promise<Context>;
  actorPublicKey: VerifyingKey;
  log: Logger;
  /** Serves whatever is not `/graphql`, e.g. uploads, after the actor token has been checked. Default: 404. */
  http?: (request: IncomingMessage, response: ServerResponse, from: SubgraphRequest) => void | Promise<void>;
  /** Serves a path that needs no token, e.g. `/livez`. Answers false when the path is none of these. */
  openHttp?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  /** Asked for each call of an agency; false: its agreement is over. Without it agencies are refused. */
  isAgreementLive?: (grant: AgencyGrant) => Promise<boolean>;
  /** Types that tell about pupils, and where their reading is recorded before the answer goes out. */
  personal?: PersonalTypes;
  recordReading?: (reading: Reading) => Promise<void>;
  /** Told of each operation: `ok` or the code of its first error, and how long it took. */
  observe?: (outcome: string, seconds: number) => void;
}

export interface SubgraphServer {
  name: string;
  /** Runs an operation inside the process; the answer is the one HTTP would give. Header names in lower case. */
  execute(request: OperationRequest, headers: IncomingHttpHeaders): Promise<OperationResult>;
  /** Serves one HTTP request: GraphQL on POST /graphql, else `openHttp`, else `http`. */
  handleHttp(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Port 0 takes any free one. */
  listen(port: number, host?: string): Promise<{ port: number; url: string }>;
  /** Lets running requests finish, then stops. */
  close(): Promise<void>;
}

/**
 * Serves a subgraph to the gateway and to nobody else: every request needs the gateway's token for this subgraph
 * (one that says "nobody has signed in" for anonymous requests), and every operation passes the access rules again.
 */
export async function createSubgraphServer<Context extends GraphContext>(options: SubgraphServerOptions<Context>): Promise<SubgraphServer> {
  const { name, schema, sdl, makeContext, actorPublicKey, log } = options;
  const settings = new WeakMap<GraphQLError, SubgraphRequest>();
  const document = parse(sdl);
  const rules = rulesOf(document);
  const keys = entityIds(document);
  if (options.personal) noteReads(schema, options.personal);

  const policy: ApolloServerPlugin<Context> = {
    async requestDidStart() {
      const started = process.hrtime.bigint();
      return {
        async willSendResponse({ request, contextValue, response: { body } }) {
          if (body.kind === 'single' && !(await isRecorded(contextValue, request.operationName ?? null))) {
            body.singleResult = notRecorded((contextValue as { [RECEIVED]?: SubgraphRequest })[RECEIVED]);
          }
          const [error] = (body.kind === 'single' && body.singleResult.errors) || [];
          options.observe?.(error ? String(error.extensions?.code ?? 'INTERNAL_ERROR') : 'ok', Number(process.hrtime.bigint() - started) / 1e9);
        },
        async didResolveOperation({ document, request, contextValue }) {
          const { actor } = contextValue;
          if (actor?.agency && !(await options.isAgreementLive?.(actor.agency))) throw agreementOver(contextValue.locale);
          const refusals = checkOperation({ schema, rules, document, operationName: request.operationName ?? null, variables: request.variables ?? null, actor, keys });
          if (refusals) throwRefusals(refusals, contextValue.locale);
        },
        async didEncounterErrors({ errors, contextValue }) {
          const request = (contextValue as { [RECEIVED]?: SubgraphRequest })[RECEIVED];
          if (request) for (const error of errors) settings.set(error, request);
        },
      };
    },
  };

  /** Nothing about a pupil goes out unless it is written down who read it; false when that failed. */
  async function isRecorded(context: Context, operation: string | null): Promise<boolean> {
    const reads = readsOf(context);
    const from = (context as { [RECEIVED]?: SubgraphRequest })[RECEIVED];
    if (!reads || reads.isEmpty || !from || !options.recordReading) return true;
    try {
      await options.recordReading({
        actor: from.actor, source: 'graph', clientAddress: from.clientAddress, traceId: from.traceId, operation, fields: [...reads.fields], pupils: [...reads.pupils], searches: [...reads.searches],
      });
      return true;
    } catch (error) {
      log.error({ traceId: from.traceId, ...describe(error) }, 'a reading could not be recorded');
      return false;
    }
  }

  const apollo = new ApolloServer<Context>({
    schema,
    introspection: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: [withinLimits],
    logger: { debug() {}, info() {}, warn: (message) => log.warn(message), error: (message) => log.error(message) },
    formatError: (_formatted, error) => {
      const { locale, traceId } = settings.get(error as GraphQLError) ?? { locale: 'zh' as const, traceId: newTraceId() };
      return formatGraphQLError(error, { locale, traceId, log });
    },
    plugins: [
      policy, boundaries,
      ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();

  async function receive(headers: IncomingHttpHeaders): Promise<SubgraphRequest | null> {
    const token = headers[ACTOR_HEADER];
    if (typeof token !== 'string') return null;
    try {
      const caller: Caller = await verifyActorToken(actorPublicKey, token, { audience: name });
      return { ...caller, locale: localeOf(headers['accept-language']), traceId: traceIdOf(headers.traceparent) ?? newTraceId() };
    } catch {
      return null;
    }
  }

  async function serve(request: SubgraphRequest): Promise<Context> {
    const context = Object.assign(await makeContext(request), { [RECEIVED]: request });
    if (options.recordReading) logReads(context);
    return context;
  }

  async function execute(operation: OperationRequest, headers: IncomingHttpHeaders): Promise<OperationResult> {
    const request = await receive(headers);
    if (!request) return notFromGateway(headers);
    try {
      const context = await serve(request);
      const { body } = await apollo.executeOperation(operation as { query: string }, { contextValue: context });
      if (body.kind !== 'single') throw new Error('incremental answers are not in use');
      return body.singleResult as OperationResult;
    } catch (error) {
      return { errors: [formatGraphQLError(error, { ...request, log })] };
    }
  }

  async function handleGraphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = await receive(request.headers);
    if (!from) return sendJson(response, 401, notFromGateway(request.headers));
    if (!/^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(request.headers['content-type'] ?? '')) {
      return sendJson(response, 415, refusal('CONTENT_TYPE_NOT_SUPPORTED', from.locale, '只接受 UTF-8 编码的 application/json', 'Send application/json in UTF-8.'));
    }
    const body = await readJson(request);
    if (body === 'late') return sendJson(response, 408, refusal('BODY_TIMEOUT', from.locale, '请求正文未能及时送达', 'The body did not arrive in time.'));
    if (body === 'too large') return sendJson(response, 413, refusal('BODY_TOO_LARGE', from.locale, '请求超过 256 KB', 'The request is larger than 256 KB.'));
    if (body === 'no json') return sendJson(response, 400, refusal('BODY_INVALID', from.locale, '请求正文不是 JSON', 'The body is not JSON.'));
    if (Array.isArray(body)) return sendJson(response, 400, refusal('BATCH_NOT_SUPPORTED', from.locale, '一次只能提交一个操作', 'Send one operation per request.'));
    const headers = new HeaderMap();
    for (const [key, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(key, String(value));
    const context = await serve(from);
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers, search: '', body },
      context: async () => context,
    });
    if (answer.body.kind !== 'complete') throw new Error('incremental answers are not in use');
    response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers));
    response.end(answer.body.string);
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/graphql') {
      if (request.method === 'POST') return handleGraphql(request, response);
      return sendJson(response, 405, refusal('METHOD_NOT_ALLOWED', 'zh', '只接受 POST', 'Use POST.'), { allow: 'POST' });
    }
    if (await options.openHttp?.(request, response)) return;
    const from = await receive(request.headers);
    if (!from) return sendJson(response, 401, notFromGateway(request.headers));
    // Files are for people: an agreement names fields.
    if (from.actor?.agency) return sendJson(response, 403, refusal('FIELD_NOT_AGREED', from.locale, '协议不包含文件', 'The agreement does not cover files.', 'AGY-IF-08'));
    if (options.http) return options.http(request, response, from);
    return sendJson(response, 404, refusal('PATH_NOT_FOUND', from.locale, '没有这个地址', 'There is nothing here.'));
  }

  async function handleHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await route(request, response);
    } catch (error) {
      const from = { locale: localeOf(request.headers['accept-language']), traceId: traceIdOf(request.headers.traceparent) ?? newTraceId() };
      const formatted = formatGraphQLError(error, { ...from, log });
      if (response.headersSent) response.destroy();
      else sendJson(response, STATUSES[String(formatted.extensions?.code)] ?? 422, { errors: [formatted] });
    }
  }

  let server: Server | undefined;
  return {
    name,
    execute,
    handleHttp,
    async listen(port, host = '127.0.0.1') {
      // Longer than the gateway keeps an idle connection, so that it never sends on one we are closing.
      server = createServer({ headersTimeout: 10_000, requestTimeout: 130_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 65_000 }, (request, response) => void handleHttp(request, response));
      await new Promise<void>((resolve, reject) => server!.once('error', reject).listen(port, host, resolve));
      const bound = (server.address() as AddressInfo).port;
      return { port: bound, url: `http://${host}:${bound}/graphql` };
    },
    async close() {
      await new Promise<void>((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      await apollo.stop();
    },
  };
}

/** Of plain HTTP answers; every other refusal is a 422. */
const STATUSES: Record<string, number> = { INTERNAL_ERROR: 500, RECORD_NOT_FOUND: 404 };

export const newTraceId = (): string => randomBytes(16).toString('hex');

/** The trace id of a W3C `traceparent` header, null when there is no valid one. */
export function traceIdOf(traceparent: string | string[] | undefined): string | null {
  const id = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(String(traceparent ?? ''))?.[1];
  return id && !/^0+$/.test(id) ? id : null;
}

function notFromGateway(headers: IncomingHttpHeaders): OperationResult {
  return refusal('GATEWAY_ONLY', localeOf(headers['accept-language']), '只接受网关的请求', 'Only the gateway may call.');
}

function refusal(code: string, locale: Locale, zh: string, en: string, rule = 'OPS-RUN-06'): OperationResult {
  return { errors: [{ message: { zh, en }[locale], extensions: { code, rule, field: null } }] };
}

function agreementOver(locale: Locale): GraphQLError {
  const message = { zh: '数据共享协议已停止或到期', en: 'The data-sharing agreement is suspended or has expired.' }[locale];
  return new GraphQLError(message, { extensions: { code: 'AGREEMENT_ENDED', rule: 'AGY-IF-12', field: null, http: { status: 403 } } });
}

const notRecorded = (from: SubgraphRequest | undefined): { errors: GraphQLFormattedError[] } => ({
  errors: [{ message: { zh: '系统内部错误，请凭追踪编号联系技术支持', en: 'Something went wrong on our side. Quote the trace id to support.' }[from?.locale ?? 'zh'], extensions: { code: 'INTERNAL_ERROR', traceId: from?.traceId ?? null } }],
});

/** `Type.id` of the entities, which the gateway asks for to join what several subgraphs know. */
function entityIds(document: DocumentNode): Set<string> {
  return new Set(document.definitions.flatMap((node) =>
    (node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives?.some(({ name }) => name.value === 'key') ? [`${node.name.value}.id`] : [])));
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<unknown | 'late' | 'too large' | 'no json'> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return 'too large';
  const chunks: Buffer[] = [];
  let length = 0;
  let timer: NodeJS.Timeout;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), BODY_TIMEOUT_MS)));
  // A plain `for await` would close the connection on return, before the refusal is sent.
  const pieces = (request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([pieces.next(), late]);
      if (next === 'late') return 'late';
      if (next.done) break;
      length += next.value.length;
      if (length > BODY_LIMIT_BYTES) return 'too large';
      chunks.push(next.value);
    }
  } finally {
    clearTimeout(timer!);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return 'no json';
  }
}
