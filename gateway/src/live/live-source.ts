import { createHash } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { OperationResult } from '@xueji/platform';
import { execute, parse, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { SubgraphClient, type GatewayContext, type SubgraphClientOptions } from '../data-sources';
import type { SubgraphOperation } from '../transport';
import { LIVE_SDL, LIVE_SUBGRAPH } from './live-schema';
import type { Told, Topic } from './notice';

/** The context of one delivery. */
export interface DeliveryContext extends GatewayContext {
  told: Told;
}

const ROOT_VALUES: Record<Topic, (told: Told) => object> = {
  taskAssigned: ({ cursor, type, key }) => ({ cursor, task: { __typename: type, id: key } }),
  transferUpdated: ({ cursor, key }) => ({ cursor, transferCase: { id: key } }),
  ticketMessage: ({ cursor, key, message }) => ({ cursor, ticket: { id: key }, message: { id: message } }),
  announcementPublished: ({ cursor, key }) => ({ cursor, announcement: { id: key } }),
};

/** The gateway's own subgraph: answers the first fetch of a subscription's plan with what the notice names. */
export class LiveSource extends SubgraphClient {
  private readonly schema: GraphQLSchema = buildSubgraphSchema({ typeDefs: parse(LIVE_SDL) });
  private readonly documents = new LRUCache<string, DocumentNode>({ max: 500 });

  constructor(options: Pick<SubgraphClientOptions, 'actorSigningKey' | 'seconds' | 'onFailure'>) {
    super({ ...options, name: LIVE_SUBGRAPH, transport: { isRemote: false, send: () => Promise.reject(new Error('nothing is sent')), close: () => Promise.resolve() } });
  }

  override async ask({ query, variablesJson }: SubgraphOperation, from: GatewayContext): Promise<OperationResult> {
    const { told } = from as DeliveryContext;
    let document = this.documents.get(query);
    if (!document) this.documents.set(query, (document = parse(query, { noLocation: true })));
    const rootValue = { [told.topic]: ROOT_VALUES[told.topic](told) };
    return (await execute({ schema: this.schema, document, rootValue, variableValues: JSON.parse(variablesJson) as Record<string, unknown> })) as OperationResult;
  }
}

/**
 * Has the planner give a subscription as what is done at each delivery: the notice, then the fetches that follow from it. Both executors know nothing
 * else of subscriptions. To be called whenever the gateway loads a supergraph.
 */
export function planDeliveries(gateway: ApolloGateway): void {
  const { queryPlanner } = gateway as unknown as { queryPlanner: QueryPlanner };
  const build = queryPlanner.buildQueryPlan.bind(queryPlanner);
  queryPlanner.buildQueryPlan = (operation, options): QueryPlan => {
    const plan = build(operation, options);
    if (plan.node?.kind !== 'Subscription') return plan;
    const { primary, rest } = plan.node;
    return { ...plan, node: rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary };
  };
}

export interface StockAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
}

/** Runs an operation on the gateway library's own executor. */
export async function runStock(gateway: ApolloGateway, schema: GraphQLSchema, { text, document, operationName, variables }: { text: string; document: DocumentNode; operationName: string | undefined; variables: Record<string, unknown> }, context: GatewayContext): Promise<StockAnswer> {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  return (await gateway.executor({
    request: { query: text, variables, ...(operationName !== undefined && { operationName }) },
    queryHash: createHash('sha256').update(text).digest('hex'), document, schema, context, logger: quiet, metrics: {}, source: text, operationName: operationName ?? null,
  } as never)) as StockAnswer;
}
