import { ApolloGateway } from '@apollo/gateway';
import { getOperationAST, parse, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql';
import { Registry, Histogram } from 'prom-client';
import { generateKeyPair, importSigningKey, type OperationResult } from '@xueji/platform';
import { SubgraphClient, type GatewayContext } from '../data-sources';
import type { SubgraphOperation } from '../transport';
import { CompiledExecutor } from './executor';
import { NotCompiled } from './plan';

/** How one executor answered: `data` as JSON text, errors and faults in an order of their own. */
export interface Told {
  data: string | undefined;
  errors: string[];
  faults: string[];
}

export interface BothExecutors {
  schema: GraphQLSchema;
  stock(document: DocumentNode, variables?: Record<string, unknown>, operationName?: string): Promise<Told>;
  /** @returns why it is left to the stock executor, when it is */
  compiled(document: DocumentNode, variables?: Record<string, unknown>, operationName?: string): Promise<Told | NotCompiled>;
  stop(): Promise<void>;
}

export const context = (): GatewayContext => ({ actor: null, clientAddress: null, locale: 'en', acceptLanguage: undefined, traceId: 'a'.repeat(32), actorTokens: new Map() });

/** Both executors over one supergraph and the same subgraphs. */
export async function bothExecutors(supergraphSdl: string, answer: (name: string, operation: SubgraphOperation) => OperationResult | Promise<OperationResult>, { batches = false } = {}): Promise<BothExecutors> {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  const actorSigningKey = await importSigningKey((await generateKeyPair()).privateKey);
  const seconds = new Histogram({ name: 'oracle_seconds', help: '-', labelNames: ['subgraph', 'outcome'] as const, registers: [new Registry()] });
  const clients: Record<string, SubgraphClient> = {};
  const gateway = new ApolloGateway({
    supergraphSdl, logger: { debug() {}, info() {}, warn() {}, error() {} }, queryPlannerConfig: { debug: { maxEvaluatedPlans: 500 } },
    buildService: ({ name }) => (clients[name] = new SubgraphClient({
      name, actorSigningKey, seconds, onFailure: () => undefined,
      transport: { isRemote: batches, send: async (operation) => answer(name, operation), close: () => Promise.resolve() },
    })),
  });
  let schema!: GraphQLSchema;
  gateway.onSchemaLoadOrUpdate((loaded) => (schema = loaded.apiSchema));
  const { executor } = await gateway.load();
  const compiledExecutor = new CompiledExecutor(gateway, { clients, batches });
  // The planner is the same for both, and by far the slowest part.
  const planner = (gateway as unknown as { queryPlanner: { buildQueryPlan(...args: unknown[]): unknown } }).queryPlanner;
  const build = planner.buildQueryPlan.bind(planner);
  let last: { document: DocumentNode; plan: unknown } | null = null;
  let planning: DocumentNode | null = null;
  planner.buildQueryPlan = (...args) => {
    if (last && last.document === planning) return last.plan;
    last = { document: planning!, plan: build(...args) };
    return last.plan;
  };

  return {
    schema,
    async stock(document, variables = {}, operationName) {
      planning = document;
      const operation = getOperationAST(document, operationName);
      const result = await executor({
        document, operation, queryHash: String(Math.random()), request: { variables, operationName, query: '-' }, context: context(), metrics: {}, schema, logger: console, source: '-',
      } as never) as { data?: unknown; errors?: GraphQLError[]; extensions?: { valueCompletion?: GraphQLError[] } };
      return { data: result.data === undefined ? undefined : JSON.stringify(result.data), errors: shown(result.errors), faults: places(result.extensions?.valueCompletion) };
    },
    async compiled(document, variables = {}, operationName) {
      planning = document;
      const execute = compiledExecutor.compile(document, getOperationAST(document, operationName)!, operationName).for(variables);
      if (execute instanceof NotCompiled) return execute;
      const { data, errors, faults } = await execute(variables, context());
      return { data, errors: shown(errors), faults: places(faults) };
    },
    stop: () => gateway.stop(),
  };
}

function shown(errors: readonly GraphQLError[] = []): string[] {
  return errors.map(({ message, path, extensions }) => JSON.stringify([message, path, Object.entries(extensions).sort(([a], [b]) => (a < b ? -1 : 1))])).sort();
}

/** Where something was at fault; the same place may be told twice when two parts of an operation meet there. */
function places(faults: readonly GraphQLError[] = []): string[] {
  return [...new Set(faults.map(({ path }) => JSON.stringify(path)))].sort();
}

/** The places of errors without the numbers in their paths. */
export function withoutIndexes(errors: readonly string[]): string[] {
  return errors.map((error) => {
    const [message, path, extensions] = JSON.parse(error) as [string, (string | number)[] | null, unknown];
    return JSON.stringify([message, path?.filter((key) => typeof key === 'string'), extensions]);
  }).sort();
}

export const documentOf = (text: string): DocumentNode => parse(text);
