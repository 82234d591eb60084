import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { OperationResult } from '@xueji/platform';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { GatewayContext, SubgraphClient } from '../data-sources';
import type { SubgraphOperation } from '../transport';
import type { Conditions } from './answer-text';
import { batchable, variablesJson, type Batchable, type Variable, type Waves } from './batches';
import { isData, merge, own, type Data } from './merge';
import { compileRepresentation, representationOf } from './representation';
import { applyRewrites } from './rewrites';

/** What a plan runs in: one client request. */
export interface Run {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
  readonly data: Data;
  readonly errors: GraphQLError[];
  readonly waves: Waves;
  /** identical queries of this request, on their way or answered */
  readonly asked: Map<string, Promise<OperationResult>>;
}

/** One part of a plan. Never rejects: what goes wrong is in `run.errors`. */
type Step = (run: Run) => Promise<void>;

type Path = readonly (string | number)[];

/** Thrown while compiling: the stock executor must take this operation. The reason is a metric's label. */
export class NotCompiled extends Error {
  constructor(readonly reason: 'introspection' | 'subscription' | 'defer' | 'context' | 'condition') {
    super(reason);
    this.name = 'NotCompiled';
  }
}

export interface PlanSetting {
  /** the supergraph's own types, those hidden from clients among them */
  schema: GraphQLSchema;
  clients: Readonly<Record<string, SubgraphClient>>;
  batches: boolean;
}

/** Turns a plan into one function, for given values of the variables its conditions name. */
export function compilePlan(plan: QueryPlan, conditions: Conditions, setting: PlanSetting): Step {
  if (!plan.node) return () => Promise.resolve();
  if (plan.node.kind === 'Subscription') throw new NotCompiled('subscription');
  const compiler = new PlanCompiler(conditions, setting);
  const step = compiler.step(plan.node, []) ?? (() => Promise.resolve());
  compiler.finish();
  return step;
}

class PlanCompiler {
  private readonly fetches: { node: FetchNode; settle: (sharing: Sharing) => void }[] = [];
  private hasParallel = false;

  constructor(private readonly conditions: Conditions, private readonly setting: PlanSetting) {}

  step(node: PlanNode, path: Path): Step | null {
    switch (node.kind) {
      case 'Sequence': {
        const steps = node.nodes.map((each) => this.step(each, path)).filter((step) => step !== null);
        return async (run) => {
          for (const step of steps) await step(run);
        };
      }
      case 'Parallel': {
        this.hasParallel = true;
        const steps = node.nodes.map((each) => this.step(each, path)).filter((step) => step !== null);
        return async (run) => void (await Promise.all(steps.map((step) => step(run))));
      }
      case 'Flatten': return this.step(node.node, [...path, ...node.path]);
      case 'Condition': {
        const branch = this.conditions[node.condition] ? node.ifClause : node.elseClause;
        return branch ? this.step(branch, path) : null;
      }
      case 'Fetch': return this.fetch(node, path);
      case 'Defer': throw new NotCompiled('defer');
    }
  }

  /** Knows all fetches: which can share an answer, and which can go in one request. */
  finish(): void {
    // What was read before a change may not be taken for what is read after it.
    const isReading = this.fetches.every(({ node }) => node.operationKind === 'query');
    for (const { node, settle } of this.fetches) {
      const mates = this.fetches.filter((other) => other.node.serviceName === node.serviceName && other.node !== node);
      settle({
        isRepeated: isReading && mates.some((other) => other.node.operation === node.operation),
        batch: this.setting.batches && this.hasParallel && mates.length > 0 && this.setting.clients[node.serviceName]!.isRemote ? batchable(node, this.fetches.findIndex((each) => each.node === node)) : null,
      });
    }
  }

  private fetch(node: FetchNode, path: Path): Step {
    if (node.contextRewrites?.length) throw new NotCompiled('context');
    const client = this.setting.clients[node.serviceName];
    if (!client) throw new Error(`SUBGRAPH_MISSING: a plan names ${node.serviceName}`);
    const fetch = new Fetch(node, path, client, this.setting.schema);
    this.fetches.push({ node, settle: (sharing) => (fetch.sharing = sharing) });
    return (run) => fetch.run(run);
  }
}

interface Sharing {
  isRepeated: boolean;
  batch: Batchable | null;
}

class Fetch {
  sharing: Sharing = { isRepeated: false, batch: null };
  private readonly queryJson: string;
  private readonly represent: ((object: Data) => string | null) | null;

  constructor(private readonly node: FetchNode, private readonly path: Path, private readonly client: SubgraphClient, private readonly schema: GraphQLSchema) {
    this.queryJson = JSON.stringify(node.operation);
    const { requires, inputRewrites } = node;
    this.represent = !requires ? null : !inputRewrites?.length ? compileRepresentation(schema, requires) : (object) => {
      const found = representationOf(schema, object, requires);
      if (!found?.__typename) return null;
      applyRewrites(schema, inputRewrites, found);
      return JSON.stringify(found);
    };
  }

  async run(run: Run): Promise<void> {
    const objects: Data[] = [];
    gather(run.data, this.path, 0, objects);
    if (objects.length === 0) return;
    try {
      if (this.represent) await this.askForEntities(run, objects, this.represent);
      else await this.askForRoot(run, objects);
    } catch (error) {
      run.errors.push(error instanceof GraphQLError ? error : new GraphQLError((error as Error).message, { originalError: error as Error }));
    }
  }

  private async askForRoot(run: Run, objects: readonly Data[]): Promise<void> {
    const result = await this.ask(run, this.variables(run));
    for (const error of result.errors ?? []) run.errors.push(this.errorOf(error, error.path && [...this.path, ...error.path]));
    const { data } = result;
    if (!data) return;
    if (this.node.outputRewrites) applyRewrites(this.schema, this.node.outputRewrites, data);
    objects.forEach((object, index) => merge(object, index === 0 ? data : structuredClone(data)));
  }

  private async askForEntities(run: Run, objects: readonly Data[], represent: (object: Data) => string | null): Promise<void> {
    // Equal representations are asked for once, and what comes back is given to each object.
    const places = new Map<string, number>();
    const wanted: Data[][] = [];
    for (const object of objects) {
      const text = represent(object);
      if (text === null) continue;
      const place = places.get(text);
      if (place === undefined) {
        places.set(text, wanted.length);
        wanted.push([object]);
      } else wanted[place]!.push(object);
    }
    if (wanted.length === 0) return;
    const result = await this.ask(run, this.variables(run, `[${[...places.keys()].join(',')}]`));
    if (result.errors) this.reportEntityErrors(run, result.errors, places, represent);
    if (!result.data) return;
    const entities = result.data._entities;
    if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
    if (entities.length !== wanted.length) throw new Error(`Expected "data._entities" to contain ${wanted.length} elements`);
    for (const [place, entity] of entities.entries()) {
      if (!isData(entity)) continue;
      const receivers = wanted[place]!;
      if (!entity.__typename) entity.__typename = receivers[0]!.__typename;
      if (this.node.outputRewrites) applyRewrites(this.schema, this.node.outputRewrites, entity);
      for (const receiver of receivers) merge(receiver, entity);
    }
  }

  /** `representations` is a JSON list; what the client did not give is left to the defaults in the subgraph's operation. */
  private variables({ variables }: Run, representations?: string): Variable[] {
    const given: Variable[] = representations === undefined ? [] : [['representations', representations]];
    for (const name of this.node.variableUsages ?? []) {
      const value = own(variables, name);
      if (value !== undefined) given.push([name, JSON.stringify(value)]);
    }
    return given;
  }

  private ask(run: Run, variables: readonly Variable[]): Promise<OperationResult> {
    const { operation, operationName, operationKind } = this.node;
    const json = variablesJson(variables);
    const wanted: SubgraphOperation = { query: operation, queryJson: this.queryJson, variablesJson: json, operationName, isMutation: operationKind === 'mutation' };
    const send = () => (this.sharing.batch ? run.waves.ask(this.client, wanted, variables, this.sharing.batch) : this.client.ask(wanted, run.context));
    if (!this.sharing.isRepeated) return send();
    const key = `${this.node.serviceName} ${operation} ${json}`;
    const asked = run.asked.get(key);
    // A copy: objects of two places must never become one.
    if (asked) return asked.then((result) => structuredClone(result));
    const answer = send();
    run.asked.set(key, answer.then((result) => structuredClone(result)));
    run.asked.get(key)!.catch(() => undefined);
    return answer;
  }

  private reportEntityErrors(run: Run, errors: readonly GraphQLFormattedError[], places: ReadonlyMap<string, number>, represent: (object: Data) => string | null): void {
    let paths: Path[][] | null = null;
    for (const error of errors) {
      const place = error.path?.[1];
      if (typeof place !== 'number') {
        run.errors.push(this.errorOf(error, error.path && [...this.path, ...error.path]));
        continue;
      }
      if (!paths) {
        paths = [];
        locate(run.data, this.path, 0, [], (object, path) => {
          const index = places.get(represent(object) ?? '');
          if (index !== undefined) (paths![index] ??= []).push(path);
        });
      }
      // One for each place the entity stands at.
      for (const path of paths[place] ?? [[]]) run.errors.push(this.errorOf(error, [...path, ...error.path!.slice(2)]));
    }
  }

  private errorOf({ message, extensions }: GraphQLFormattedError, path: Path | undefined): GraphQLError {
    return new GraphQLError(message || 'Error while fetching subquery from a service', {
      ...(path && { path }),
      extensions: { ...extensions, code: extensions?.code ?? 'DOWNSTREAM_SERVICE_ERROR', serviceName: this.node.serviceName },
    });
  }
}

/** The objects at a path; `@` stands for each element of a list. */
function gather(value: unknown, path: Path, at: number, found: Data[]): void {
  if (value === null || typeof value !== 'object') return;
  if (at === path.length) {
    if (Array.isArray(value)) for (const each of value) gather(each, path, at, found);
    else found.push(value as Data);
    return;
  }
  const key = path[at]!;
  if (key === '@') {
    if (Array.isArray(value)) for (const each of value) gather(each, path, at + 1, found);
  } else if (!Array.isArray(value)) gather(own(value as Data, String(key)), path, at + 1, found);
}

/** The same, with the way to each as it is in the answer. */
function locate(value: unknown, path: Path, at: number, way: Path, tell: (object: Data, way: Path) => void): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const [index, each] of value.entries()) locate(each, path, next, [...way, index], tell);
  } else if (at === path.length) tell(value as Data, way);
  else locate(own(value as Data, String(path[at])), path, at + 1, [...way, path[at]!], tell);
}
