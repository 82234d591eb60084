import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import { formatGraphQLError, type AccessRules, type Logger } from '@xueji/platform';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { AgencyDoor } from './agency/agency-door';
import { readJson } from './body';
import { isAnswerOfSubgraph, type GatewayContext } from './data-sources';
import type { CompiledExecutor, Execute } from './executor/executor';
import type { GatewayMetrics } from './metrics';
import { LIMITS } from './operation-limits';
import { KnownDocuments, type KnownOperation, type Variables } from './operations';
import type { Refusal } from './refusal';
import { sendJson } from './send-json';
import { documentAsked, type DocumentRequest, type TrustedDocuments } from './trusted-documents';

/** Of errors that leave no data, so many are told. */
export const MAX_ERRORS = 10;

export interface DoorSetting {
  /** Says what is wrong with an operation, and runs what is not compiled. */
  apollo: ApolloServer<GatewayContext>;
  /** null: the stock executor runs everything */
  compiled: () => { executor: CompiledExecutor; schema: GraphQLSchema } | null;
  rules: AccessRules;
  agencies: Pick<AgencyDoor, 'check' | 'describe'>;
  introspection: boolean;
  metrics: GatewayMetrics;
  log: Logger;
  refuse: (response: ServerResponse, refusal: Refusal) => void;
  /** Serves a subscription as a stream of events to a person who is signed in; absent: there are no subscriptions. */
  live?: { stream: (request: IncomingMessage, response: ServerResponse, body: object) => Promise<void> };
  /** Puts the actor into the request's context; false when the request has been refused. */
  authenticate: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** A refusal when the person or the address has asked for too much of late. */
  heldBack: (response: ServerResponse, cost: number) => Promise<Refusal | null>;
  /** `only`: no other documents are run. */
  documents: { trusted: TrustedDocuments; only: boolean };
}

interface Body extends DocumentRequest {
  variables?: unknown;
  operationName?: unknown;
}

export interface GraphqlDoor {
  /** Serves one request to the graph's address. */
  serve(request: IncomingMessage, response: ServerResponse, context: GatewayContext, named: (operationName: string) => void): Promise<void>;
  /** Forgets what was worked out for an earlier schema. */
  reset(): void;
}

/**
 * One JSON operation by POST. An operation that is in order in every respect and compiled is answered here, as text; anything else goes to Apollo
 * Server, which refuses it or runs it on the stock executor, so there is one place only that words refusals.
 */
export function graphqlDoor({ apollo, compiled, rules, agencies, introspection, metrics, log, refuse, authenticate, heldBack, documents: { trusted, only: onlyTrusted }, live }: DoorSetting): GraphqlDoor {
  const documents = new KnownDocuments(introspection);

  async function serve(request: IncomingMessage, response: ServerResponse, context: GatewayContext, named: (operationName: string) => void): Promise<void> {
    if (request.method !== 'POST') return refuse(response, { status: 405, code: 'METHOD_NOT_ALLOWED', zh: '只接受 POST', en: 'Use POST.', headers: { allow: 'POST' } });
    if (!/^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i.test(request.headers['content-type'] ?? '')) {
      return refuse(response, { status: 415, code: 'CONTENT_TYPE_NOT_SUPPORTED', zh: '只接受 UTF-8 编码的 application/json', en: 'Send application/json in UTF-8.' });
    }
    const read = await readJson(request);
    if ('fault' in read) return refuseBody(request, response, read.fault);
    if (Array.isArray(read.body)) return refuse(response, { status: 400, code: 'BATCH_NOT_SUPPORTED', zh: '一次只能提交一个操作', en: 'Send one operation per request.' });
    if (!(await authenticate(request, response))) return;

    // What an agency may ask is bounded by its agreement.
    const asked = documentAsked(read.body as Body, trusted, { onlyTrusted: onlyTrusted && !context.actor?.agency });
    if ('refusal' in asked) return refuse(response, asked.refusal);
    const body = withDocument(read.body as Body, asked.query);
    const operationName = typeof body.operationName === 'string' ? body.operationName : undefined;
    const variables = (body.variables && typeof body.variables === 'object' ? body.variables : {}) as Variables;
    const document = typeof body.query === 'string' ? documents.find(body.query) : null;
    const operation = document?.operation(operationName) ?? null;
    // The gateway library takes an operation that cannot be told for a fault of its own.
    if (document && !operation) {
      return refuse(response, { status: 400, code: 'OPERATION_RESOLUTION_FAILURE', zh: '请求中没有该名称的操作，或未指明执行哪一个', en: 'There is no operation of this name, or it is not said which one to run.', extensions: { field: 'operationName' } });
    }
    if (operation?.node.operation === 'subscription' || (live && request.headers.accept === 'text/event-stream')) return subscribe(request, response, body, context);
    const limit = document?.limitPassed(variables);
    if (limit) {
      const max = limit === 'cycle' ? null : LIMITS[limit];
      return refuse(response, {
        status: 400, code: 'OPERATION_TOO_COMPLEX', extensions: { limit, max },
        zh: `操作过于复杂：${limit}${max === null ? '' : ` 上限为 ${max}`}`, en: `The operation is too complex: ${limit}${max === null ? '' : ` is at most ${max}`}.`,
      });
    }
    const late = document && (await heldBack(response, document.cost(variables)));
    if (late) return refuse(response, late);
    const agency = context.actor?.agency;
    if (agency && document) {
      const outside = agencies.check(agency, document.document);
      if (outside) return refuse(response, outside);
      const described = introspection ? agencies.describe(agency, document.document) : null;
      if (described) return sendJson(response, 200, described);
    }
    if (operationName !== undefined && document) named(operationName);

    const type = contentTypeFor(request.headers.accept);
    const execute = operation && document && type && isPlain(body) ? compiledFor(operation, document.isValid.bind(document), variables, context) : null;
    return execute && type ? sendCompiled(response, type, await execute(variables, context), context) : sendStock(request, response, body, context);
  }

  function subscribe(request: IncomingMessage, response: ServerResponse, body: Body, { actor }: GatewayContext): void | Promise<void> {
    // An agreement covers reading on request; what changes is for people.
    if (actor?.agency) return refuse(response, { status: 403, code: 'FIELD_NOT_AGREED', zh: '协议不包含实时更新', en: 'The agreement does not cover live updates.', extensions: { rule: 'AGY-IF-08' } });
    if (!live) return refuse(response, { status: 400, code: 'SUBSCRIPTIONS_NOT_SERVED', zh: '此处不提供实时更新', en: 'There are no live updates here.' });
    if (!/^text\/event-stream\b/i.test(request.headers.accept ?? '')) {
      return refuse(response, { status: 406, code: 'EVENT_STREAM_REQUIRED', zh: '订阅请用 WebSocket，或以 Accept: text/event-stream 请求', en: 'Subscribe by WebSocket, or with Accept: text/event-stream.' });
    }
    if (!actor) return refuse(response, { status: 401, code: 'UNAUTHENTICATED', zh: '请先登录', en: 'Sign in first.', headers: { 'www-authenticate': 'Bearer' } });
    return live.stream(request, response, body);
  }

  /** null: Apollo Server must see to it. */
  function compiledFor(operation: KnownOperation, isValid: (schema: GraphQLSchema) => boolean, variables: Variables, { actor }: GatewayContext): Execute | null {
    const way = compiled();
    if (!way) return null;
    const { executor, schema } = way;
    if (!isValid(schema) || !operation.hasFittingVariables(schema, variables) || !operation.isAllowed(schema, rules, actor, variables)) return null;
    const execute = operation.compile(executor).for(variables);
    if (typeof execute === 'function') {
      metrics.compiled.inc();
      return execute;
    }
    metrics.fallbacks.inc({ reason: execute.reason });
    return null;
  }

  function sendCompiled(response: ServerResponse, type: string, { data, errors, faults }: Awaited<ReturnType<Execute>>, context: GatewayContext): void {
    let text = `{"data":${data}}`;
    if (errors.length > 0) {
      const shown = (data === 'null' ? errors.slice(0, MAX_ERRORS) : errors).map((error) => formatted(error, context));
      text = `{"errors":${JSON.stringify(shown)},"data":${data}}`;
    } else if (faults.length > 0) text = `{"data":${data},"extensions":${JSON.stringify({ valueCompletion: faults })}}`;
    const bytes = Buffer.from(text, 'utf8');
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
    response.end(bytes);
  }

  const formatted = (error: GraphQLError, { locale, traceId }: GatewayContext) => formatGraphQLError(error, { locale, traceId, log, passes: isAnswerOfSubgraph });

  async function sendStock(request: IncomingMessage, response: ServerResponse, body: Body, context: GatewayContext): Promise<void> {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, String(value));
    const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: { method: 'POST', headers, search: '', body }, context: async () => context });
    if (answer.body.kind !== 'complete') throw new Error('incremental answers are not in use');
    response.writeHead(answer.status ?? 200, { ...Object.fromEntries(answer.headers), 'content-length': Buffer.byteLength(answer.body.string) });
    response.end(answer.body.string);
  }

  function refuseBody(request: IncomingMessage, response: ServerResponse, fault: 'late' | 'too large' | 'encoding' | 'no json'): void {
    switch (fault) {
      case 'late':
        refuse(response, { status: 408, code: 'BODY_TIMEOUT', zh: '请求正文未能及时送达', en: 'The body did not arrive in time.', headers: { connection: 'close' } });
        response.once('finish', () => request.destroy());
        return;
      case 'too large': return refuse(response, { status: 413, code: 'BODY_TOO_LARGE', zh: '请求超过 256 KB', en: 'The request is larger than 256 KB.', headers: { connection: 'close' } });
      case 'encoding': return refuse(response, { status: 415, code: 'CONTENT_TYPE_NOT_SUPPORTED', zh: '不支持该编码', en: 'This encoding is not supported.' });
      case 'no json': return refuse(response, { status: 400, code: 'BODY_INVALID', zh: '请求正文不是 JSON', en: 'The body is not JSON.' });
    }
  }

  return { serve, reset: () => documents.clear() };
}

/** The request with the text of its document in place of the hash. */
function withDocument(body: Body, query: string | null): Body {
  const { documentId: _id, extensions: _extensions, ...rest } = body;
  return query === null ? rest : { ...rest, query };
}

/** Is there nothing in the body that Apollo Server would refuse or answer in another way? */
function isPlain({ variables, operationName }: Body): boolean {
  const isRecord = (value: unknown) => typeof value === 'object' && !Array.isArray(value);
  return (variables === undefined || isRecord(variables))
    && (operationName === undefined || operationName === null || typeof operationName === 'string');
}

const JSON_TYPES = ['application/json', 'application/graphql-response+json'] as const;

/** Which of the two types of a GraphQL answer the client likes best; null: neither. */
export function contentTypeFor(accept: string | undefined): string | null {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return 'application/json; charset=utf-8';
  const ranges = accept.slice(0, 1000).split(',').map((entry, order) => {
    const [range = '', ...parameters] = entry.trim().toLowerCase().split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, order, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const liked = JSON_TYPES.flatMap((type) => {
    const fitting = ranges.filter(({ range }) => range === type || range === 'application/*' || range === '*/*').map((each) => ({ ...each, specific: each.range === type ? 2 : each.range === 'application/*' ? 1 : 0 }));
    const [best] = fitting.sort((a, b) => b.specific - a.specific || a.order - b.order);
    return best && best.quality > 0 ? [{ type, ...best }] : [];
  });
  const [best] = liked.sort((a, b) => b.quality - a.quality || b.specific - a.specific || a.order - b.order);
  return best ? `${best.type}; charset=utf-8` : null;
}
