import type { FetchNode } from '@apollo/query-planner';
import type { OperationResult } from '@xueji/platform';
import { Kind, parse, print, stripIgnoredCharacters, visit, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext, SubgraphClient } from '../data-sources';
import type { SubgraphOperation } from '../transport';

/** One fetch as a part of a larger query: its variables and root fields carry a prefix of their own. */
export interface Batchable {
  prefix: string;
  definitions: string;
  selections: string;
}

/** @returns null for a fetch that must go alone: a mutation, or one whose root fields are not plain */
export function batchable(node: FetchNode, index: number): Batchable | null {
  if (node.operationKind !== 'query') return null;
  const document = parse(node.operation, { noLocation: true });
  const [operation] = document.definitions as [OperationDefinitionNode];
  if (document.definitions.length !== 1 || operation.directives?.length || !operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD)) return null;
  const prefix = `b${index}_`;
  const renamed = visit(operation, {
    Variable: (variable) => ({ ...variable, name: { ...variable.name, value: prefix + variable.name.value } }),
  });
  const selections = renamed.selectionSet.selections.map((field) => (field.kind === Kind.FIELD ? { ...field, alias: { kind: Kind.NAME as const, value: prefix + (field.alias ?? field.name).value } } : field));
  const short = (text: string) => stripIgnoredCharacters(text);
  return {
    prefix,
    definitions: short((renamed.variableDefinitions ?? []).map((definition) => print(definition)).join(' ')),
    selections: short(selections.map((selection) => print(selection)).join(' ')),
  };
}

interface Waiting {
  operation: SubgraphOperation;
  variables: readonly Variable[];
  part: Batchable;
  resolve: (result: OperationResult | Promise<OperationResult>) => void;
  reject: (error: unknown) => void;
}

/** Gathers what one client request asks of a subgraph in one turn of the event loop, and sends it as one query. */
export class Waves {
  private readonly waiting = new Map<SubgraphClient, Waiting[]>();

  constructor(private readonly context: GatewayContext) {}

  ask(client: SubgraphClient, operation: SubgraphOperation, variables: readonly Variable[], part: Batchable): Promise<OperationResult> {
    return new Promise((resolve, reject) => {
      const wave = this.waiting.get(client);
      if (wave) return void wave.push({ operation, variables, part, resolve, reject });
      this.waiting.set(client, [{ operation, variables, part, resolve, reject }]);
      setImmediate(() => this.flush(client));
      return undefined;
    });
  }

  private flush(client: SubgraphClient): void {
    const wave = this.waiting.get(client)!;
    this.waiting.delete(client);
    const alone = () => wave.forEach(({ operation, resolve }) => resolve(client.ask(operation, this.context)));
    // The same fetch twice would need two prefixes; it is rare.
    if (wave.length === 1 || new Set(wave.map(({ part }) => part)).size < wave.length) return alone();
    client.ask(joined(wave), this.context).then((result) => {
      const parts = split(result, wave);
      // One that fails as a whole takes its companions with it; as queries they can be asked again, each for itself.
      if (!parts) return alone();
      wave.forEach(({ resolve }, index) => resolve(parts[index]!));
      return undefined;
    }, (error: unknown) => wave.forEach(({ reject }) => reject(error)));
  }
}

function joined(wave: readonly Waiting[]): SubgraphOperation {
  const definitions = wave.map(({ part }) => part.definitions).filter(Boolean).join(' ');
  const query = `query${definitions ? `(${definitions})` : ''}{${wave.map(({ part }) => part.selections).join(' ')}}`;
  const variables = wave.flatMap(({ variables, part }) => variables.map(([name, json]): Variable => [part.prefix + name, json]));
  return { query, queryJson: JSON.stringify(query), variablesJson: variablesJson(variables), isMutation: false };
}

/** A variable's name and its value as JSON text. */
export type Variable = readonly [name: string, json: string];

export function variablesJson(variables: readonly Variable[]): string {
  let text = '{';
  for (const [name, json] of variables) text += `${text === '{' ? '' : ','}"${name}":${json}`;
  return `${text}}`;
}

/** null: it cannot be told whose fault is whose. */
function split({ data, errors = [] }: OperationResult, wave: readonly Waiting[]): OperationResult[] | null {
  if (!data) return null;
  const results = wave.map(() => ({ data: {} as Record<string, unknown>, errors: [] as GraphQLFormattedError[] }));
  const owner = (key: string) => wave.findIndex(({ part }) => key.startsWith(part.prefix));
  for (const [key, value] of Object.entries(data)) {
    const index = owner(key);
    if (index >= 0) results[index]!.data[key.slice(wave[index]!.part.prefix.length)] = value;
  }
  for (const error of errors) {
    const [key, ...rest] = error.path ?? [];
    const index = typeof key === 'string' ? owner(key) : -1;
    if (index < 0) return null;
    results[index]!.errors.push({ ...error, path: [(key as string).slice(wave[index]!.part.prefix.length), ...rest] });
  }
  return results.map(({ data, errors }) => (errors.length > 0 ? { data, errors } : { data }));
}
