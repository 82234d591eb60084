import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ACTOR_HEADER, signActorToken, type Actor, type Locale, type OperationRequest, type OperationResult, type SigningKey } from '@xueji/platform';
import { GraphQLError } from 'graphql';
import type { Histogram } from 'prom-client';

export const SUBGRAPH_TIMEOUT_MS = 10_000;

/** A subgraph in the same process: runs operations and serves its other paths. */
export interface LocalSubgraph {
  execute(request: OperationRequest, headers: Record<string, string>): Promise<OperationResult>;
  handleHttp(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse): void | Promise<void>;
}

/** `url` is that of its GraphQL endpoint, e.g. `http://127.0.0.1:4101/graphql`. */
export type Subgraph = { url: string } | { local: LocalSubgraph };

/** One client request as the gateway knows it. */
export interface GatewayContext {
  actor: Actor | null;
  clientAddress: string | null;
  locale: Locale;
  /** as sent by the client, passed on as it is */
  acceptLanguage: string | undefined;
  traceId: string;
  /** one token per subgraph, however often it is asked */
  actorTokens: Map<string, Promise<string>>;
}

type Send = (request: OperationRequest, headers: Record<string, string>) => Promise<OperationResult>;

/** The headers a subgraph gets: the signed actor, the language and the trace id, and nothing the client sent. */
export async function subgraphHeaders(subgraph: string, key: SigningKey, context: GatewayContext): Promise<Record<string, string>> {
  let token = context.actorTokens.get(subgraph);
  if (!token) {
    token = signActorToken(key, context.actor, { audience: subgraph, clientAddress: context.clientAddress });
    context.actorTokens.set(subgraph, token);
  }
  return {
    [ACTOR_HEADER]: await token,
    traceparent: `00-${context.traceId}-${context.traceId.slice(0, 16)}-01`,
    ...(context.acceptLanguage !== undefined && { 'accept-language': context.acceptLanguage }),
  };
}

/** Asks one subgraph; whatever keeps it from answering becomes SUBGRAPH_UNAVAILABLE, and the rest of the data is served. */
export class SubgraphDataSource implements GraphQLDataSource {
  constructor(
    private readonly options: {
      name: string;
      send: Send;
      actorSigningKey: SigningKey;
      seconds: Histogram<'subgraph' | 'outcome'>;
      onFailure: (subgraph: string, reason: string, traceId: string) => void;
    },
  ) {}

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<any> {
    const { name, send, actorSigningKey, seconds, onFailure } = this.options;
    const from = context as GatewayContext;
    const stop = seconds.startTimer({ subgraph: name });
    try {
      const headers = await subgraphHeaders(name, actorSigningKey, from);
      const operation: OperationRequest = { query: request.query!, variables: request.variables ?? {}, ...(request.operationName && { operationName: request.operationName }) };
      const result = await send(operation, headers);
      stop({ outcome: result.errors ? 'errors' : 'ok' });
      return result;
    } catch (error) {
      stop({ outcome: 'unavailable' });
      onFailure(name, (error as Error & { code?: string }).code ?? (error as Error).name, from.traceId);
      throw unavailable(from.locale);
    }
  }
}

export function unavailable(locale: Locale): GraphQLError {
  const message = { zh: '部分数据暂时无法取得，请稍后再试', en: 'Part of the data cannot be had for the moment. Try again later.' }[locale];
  return new GraphQLError(message, { extensions: { code: 'SUBGRAPH_UNAVAILABLE', rule: null, field: null } });
}

/** Calls a subgraph in the same process. */
export function sendLocal({ execute }: LocalSubgraph): Send {
  return (request, headers) => {
    let timer: NodeJS.Timeout;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(timeout()), SUBGRAPH_TIMEOUT_MS);
    });
    return Promise.race([execute(request, headers), late]).finally(() => clearTimeout(timer));
  };
}

/** Calls a subgraph over HTTP on kept connections. These idle shorter here than there, so that none is closed under a request. */
export function sendHttp(url: string): { send: Send; close: () => void } {
  const target = new URL(url);
  const isTls = target.protocol === 'https:';
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 256, timeout: 30_000 });
  const open = isTls ? httpsRequest : httpRequest;
  const send: Send = (operation, headers) => new Promise((resolve, reject) => {
    const body = Buffer.from(JSON.stringify(operation));
    const request = open(target, {
      method: 'POST', agent, signal: AbortSignal.timeout(SUBGRAPH_TIMEOUT_MS),
      headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length, accept: 'application/json' },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(answerOf(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('error', reject);
    request.end(body);
  });
  return { send, close: () => agent.destroy() };
}

function answerOf(text: string): OperationResult {
  const answer = JSON.parse(text) as OperationResult | null;
  if (typeof answer !== 'object' || answer === null || !('data' in answer || 'errors' in answer)) throw Object.assign(new Error('no GraphQL answer'), { code: 'ANSWER_INVALID' });
  return answer;
}

function timeout(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' });
}
