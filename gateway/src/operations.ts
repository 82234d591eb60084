import { checkOperation, type AccessRules, type Actor, type Refusal } from '@xueji/platform';
import { getOperationAST, getVariableValues, Kind, specifiedRules, validate, visit, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CompiledExecutor, CompiledOperation } from './executor/executor';
import { costOf, limitPassed, parseDocument, type LimitName } from './operation-limits';

export type Variables = Record<string, unknown>;

/** Answers that depend on a few values only are worked out once for each. */
const REMEMBERED = 64;

function remembering<T>(): (key: string, work: () => T) => T {
  const known = new Map<string, T>();
  return (key, work) => {
    if (known.has(key)) return known.get(key)!;
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value!);
    const found = work();
    known.set(key, found);
    return found;
  };
}

/** A text that clients send, parsed once, and what has been found out about it. */
export class KnownDocument {
  private readonly pageVariables: string[] = [];
  private readonly conditionVariables: string[] = [];
  private readonly operations = new Map<string, KnownOperation | null>();
  private readonly limits = remembering<LimitName | null>();
  private readonly costs = remembering<number>();
  private valid: boolean | undefined;

  constructor(readonly document: DocumentNode, private readonly introspection: boolean) {
    visit(document, {
      Argument: ({ name: { value: name }, value }) => {
        if (value.kind === Kind.VARIABLE && (name === 'first' || name === 'last')) this.pageVariables.push(value.name.value);
      },
      Directive: ({ arguments: given = [] }) => {
        for (const { value } of given) if (value.kind === Kind.VARIABLE) this.conditionVariables.push(value.name.value);
      },
    });
  }

  /** @returns null when it cannot be told which operation is meant */
  operation(name: string | undefined): KnownOperation | null {
    const key = name ?? '';
    let operation = this.operations.get(key);
    if (operation === undefined) {
      const node = getOperationAST(this.document, name);
      if (!node) return null;
      operation = new KnownOperation(this, node, name, this.conditionVariables);
      this.operations.set(key, operation);
    }
    return operation;
  }

  limitPassed(variables: Variables): LimitName | null {
    return this.limits(pagesOf(this.pageVariables, variables), () => limitPassed(this.document, variables, { introspection: this.introspection }));
  }

  /** points of an allowance */
  cost(variables: Variables): number {
    return this.costs(pagesOf(this.pageVariables, variables), () => costOf(this.document, variables));
  }

  isValid(schema: GraphQLSchema): boolean {
    return (this.valid ??= validate(schema, this.document, specifiedRules, { maxErrors: 1 }).length === 0);
  }
}

export class KnownOperation {
  private readonly refusals = remembering<Refusal[] | null>();
  private compiled: CompiledOperation | undefined;

  constructor(private readonly known: KnownDocument, readonly node: OperationDefinitionNode, private readonly name: string | undefined, private readonly conditionVariables: string[]) {}

  /** May this actor run it? What the duty may see decides, so people of one duty share the answer. */
  isAllowed(schema: GraphQLSchema, rules: AccessRules, actor: Actor | null, variables: Variables): boolean {
    const check = () => checkOperation({ schema, rules, document: this.known.document, operationName: this.name ?? null, variables, actor });
    // An agency has no duty: each agreement names other fields.
    if (actor?.agency) return check() === null;
    return this.refusals(`${actor ? actor.scopes.join(' ') : '-'}|${conditionsOf(this.conditionVariables, variables)}`, check) === null;
  }

  hasFittingVariables(schema: GraphQLSchema, variables: Variables): boolean {
    const definitions = this.node.variableDefinitions;
    return !definitions?.length || 'coerced' in getVariableValues(schema, definitions, variables, { maxErrors: 1 });
  }

  compile(executor: CompiledExecutor): CompiledOperation {
    return (this.compiled ??= executor.compile(this.known.document, this.node, this.name));
  }
}

/** As far as they matter for @skip and @include, in few letters: whatever is no boolean leaves nothing out. */
function conditionsOf(names: readonly string[], variables: Variables): string {
  return names.map((name) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return value === true ? 't' : value === false ? 'f' : value === undefined ? 'u' : 'o';
  }).join('');
}

function pagesOf(names: readonly string[], variables: Variables): string {
  return names.map((name) => (typeof variables[name] === 'number' ? variables[name] : '')).join();
}

/** The texts met lately. Bounded in number and in size: what hangs on a text grows with it. */
export class KnownDocuments {
  private readonly known = new LRUCache<string, KnownDocument>({ max: 500, maxSize: 2_000_000, sizeCalculation: (_known, text) => text.length || 1 });

  constructor(private readonly introspection: boolean) {}

  /** @returns null when the text is no document; the server itself says what is wrong with it */
  find(text: string): KnownDocument | null {
    let known = this.known.get(text);
    if (known) return known;
    const document = parseDocument(text);
    if (!document) return null;
    known = new KnownDocument(document, this.introspection);
    this.known.set(text, known);
    return known;
  }

  clear(): void {
    this.known.clear();
  }
}
