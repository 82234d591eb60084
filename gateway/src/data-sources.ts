import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ACTOR_HEADER, signActorToken, type Actor, type Locale, type OperationRequest, type OperationResult, type SigningKey } from '@xueji/platform';
import { GraphQLError } from 'graphql';
import type { Histogram } from 'prom-client';
import type { SubgraphOperation, Transport } from './transport';

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

export interface SubgraphClientOptions {
  name: string;
  transport: Transport;
  actorSigningKey: SigningKey;
  seconds: Histogram<'subgraph' | 'outcome'>;
  onFailure: (subgraph: string, reason: string, traceId: string) => void;
}

/** Asks one subgraph; whatever keeps it from answering becomes SUBGRAPH_UNAVAILABLE, and the rest of the data is served. */
export class SubgraphClient implements GraphQLDataSource {
  constructor(private readonly options: SubgraphClientOptions) {}

  get isRemote(): boolean {
    return this.options.transport.isRemote;
  }

  /** @throws GraphQLError SUBGRAPH_UNAVAILABLE */
  async ask(operation: SubgraphOperation, from: GatewayContext): Promise<OperationResult> {
    const { name, transport, actorSigningKey, seconds, onFailure } = this.options;
    const stop = seconds.startTimer({ subgraph: name });
    try {
      const result = await transport.send(operation, await subgraphHeaders(name, actorSigningKey, from));
      stop({ outcome: result.errors ? 'errors' : 'ok' });
      return result;
    } catch (error) {
      stop({ outcome: 'unavailable' });
      onFailure(name, (error as Error & { code?: string }).code ?? (error as Error).name, from.traceId);
      throw unavailable(from.locale);
    }
  }

  /** How the stock executor asks. */
  process({ request, context }: GraphQLDataSourceProcessOptions): Promise<any> {
    const query = request.query!;
    return this.ask(
      { query, queryJson: JSON.stringify(query), variablesJson: JSON.stringify(request.variables ?? {}), operationName: request.operationName, isMutation: query.startsWith('mutation') },
      context as GatewayContext,
    );
  }
}

export function unavailable(locale: Locale): GraphQLError {
  const message = { zh: '部分数据暂时无法取得，请稍后再试', en: 'Part of the data cannot be had for the moment. Try again later.' }[locale];
  return new GraphQLError(message, { extensions: { code: 'SUBGRAPH_UNAVAILABLE', rule: null, field: null } });
}

/** Codes that say something went wrong between us and a subgraph; not for clients. */
const BETWEEN_US = new Set([
  'DOWNSTREAM_SERVICE_ERROR', 'GATEWAY_ONLY', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR',
  'OPERATION_RESOLUTION_FAILURE', 'METHOD_NOT_ALLOWED', 'BODY_TOO_LARGE', 'BODY_INVALID',
]);

/** Subgraphs mask their own errors, so what has a code of theirs was meant to be seen. */
export function isAnswerOfSubgraph({ extensions }: GraphQLError): boolean {
  if (extensions.code === 'SUBGRAPH_UNAVAILABLE') return true;
  return 'serviceName' in extensions && typeof extensions.code === 'string' && !BETWEEN_US.has(extensions.code);
}
