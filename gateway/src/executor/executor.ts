import { operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlanner } from '@apollo/query-planner';
import { Kind, visit, type DocumentNode, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext, SubgraphClient } from '../data-sources';
import { AnswerWriter, type Conditions } from './answer-text';
import { Waves } from './batches';
import { compilePlan, NotCompiled, type Run } from './plan';

/** How the answer to one operation stands. */
export interface Answer {
  /** JSON */
  data: string;
  /** of subgraphs, and of asking them */
  errors: GraphQLError[];
  /** values that did not fit the schema; told only when there are no errors, as the stock executor does */
  faults: GraphQLError[];
}

export type Execute = (variables: Readonly<Record<string, unknown>>, context: GatewayContext) => Promise<Answer>;

/** For all the values its @skip and @include may take, how an operation is run; or why the stock executor must. */
export interface CompiledOperation {
  for(variables: Readonly<Record<string, unknown>>): Execute | NotCompiled;
}

export interface ExecutorSetting {
  clients: Readonly<Record<string, SubgraphClient>>;
  /** several fetches of one moment to one remote subgraph as one request */
  batches: boolean;
}

/** Combinations of conditions that are kept for one operation; who uses more pays by compiling again. */
const VARIANTS = 16;

/**
 * Turns an operation into functions: the plan that the Apollo gateway's own planner makes becomes calls and joins, the selection becomes a writer of
 * JSON text. Made anew whenever the gateway loads a supergraph.
 */
export class CompiledExecutor {
  private readonly planner: QueryPlanner;
  private readonly apiSchema: Schema;
  private readonly supergraphSchema: GraphQLSchema;

  constructor(gateway: ApolloGateway, private readonly setting: ExecutorSetting) {
    // Not part of the gateway's public face; its version is pinned, and it must not be built twice.
    const { queryPlanner, apiSchema, supergraphSchema } = gateway as unknown as { queryPlanner?: QueryPlanner; apiSchema?: Schema; supergraphSchema?: GraphQLSchema };
    if (!queryPlanner || !apiSchema || !supergraphSchema) throw new Error('GATEWAY_CHANGED: the gateway library keeps its planner elsewhere');
    [this.planner, this.apiSchema, this.supergraphSchema] = [queryPlanner, apiSchema, supergraphSchema];
  }

  /** @param document valid for the schema clients see */
  compile(document: DocumentNode, node: OperationDefinitionNode, operationName: string | undefined): CompiledOperation {
    const read = readingOf(document);
    if (read.hasIntrospection) return { for: () => new NotCompiled('introspection') };
    const operation = operationFromDocument(this.apiSchema, document, { ...(operationName !== undefined && { operationName }), validate: false });
    const plan = this.planner.buildQueryPlan(operation);
    const defaults = new Map(node.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined]));
    const names = read.conditions.filter((name) => defaults.has(name));
    const variants = new Map<string, Execute | NotCompiled>();

    const compileFor = (conditions: Conditions): Execute | NotCompiled => {
      try {
        const step = compilePlan(plan, conditions, { schema: this.supergraphSchema, ...this.setting });
        const writer = new AnswerWriter(operation, conditions);
        return async (variables, context) => {
          const run: Run = { variables, context, data: {}, errors: [], waves: new Waves(context), asked: new Map() };
          await step(run);
          const { text, isFaulty } = writer.write(run.data);
          return { data: text, errors: run.errors, faults: isFaulty && run.errors.length === 0 ? writer.explain(run.data) : [] };
        };
      } catch (error) {
        if (error instanceof NotCompiled) return error;
        throw error;
      }
    };

    return {
      for: (variables) => {
        const conditions: Record<string, boolean> = {};
        for (const name of names) {
          const value = Object.hasOwn(variables, name) && variables[name] !== undefined ? variables[name] : defaults.get(name);
          if (typeof value !== 'boolean') return new NotCompiled('condition');
          conditions[name] = value;
        }
        const key = names.map((name) => (conditions[name] ? '1' : '0')).join('');
        let variant = variants.get(key);
        if (!variant) {
          if (variants.size >= VARIANTS) variants.delete(variants.keys().next().value!);
          variant = compileFor(conditions);
          variants.set(key, variant);
        }
        return variant;
      },
    };
  }
}

function readingOf(document: DocumentNode): { hasIntrospection: boolean; conditions: string[] } {
  const conditions = new Set<string>();
  let hasIntrospection = false;
  visit(document, {
    Field: ({ name }) => {
      hasIntrospection ||= name.value === '__schema' || name.value === '__type';
    },
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { hasIntrospection, conditions: [...conditions] };
}
