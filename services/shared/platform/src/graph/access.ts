import type { Scope } from '@xueji/standards';
import { GraphQLObjectType, isObjectType, type ConstDirectiveNode, type GraphQLSchema, Kind, parse, type ObjectTypeDefinitionNode } from 'graphql';
import { Extensions } from 'type-graphql';

/** Who may use a field. `anyOf`: one of the lists must be held completely. */
export type AccessRule =
  | { kind: 'public' }
  | { kind: 'authenticated' }
  | { kind: 'scopes'; anyOf: readonly (readonly Scope[])[] };

type AccessDecorator = (target: object, member?: string | symbol, descriptor?: TypedPropertyDescriptor<any>) => void;

/**
 * Every field of every object type needs a rule, of its own or from its class; the build fails otherwise.
 *
 * On a class of object type the rule holds for its fields that have none; on a resolver class for its queries and
 * mutations that have none. A field resolver without a rule takes that of the object type it extends.
 */
export const Access = {
  public: (): AccessDecorator => mark({ kind: 'public' }),
  authenticated: (): AccessDecorator => mark({ kind: 'authenticated' }),
  /** `scopes('a', ['b', 'c'])`: a, or b and c together. */
  scopes: (first: Scope | readonly Scope[], ...others: (Scope | readonly Scope[])[]): AccessDecorator =>
    mark({ kind: 'scopes', anyOf: [first, ...others].map((each) => (typeof each === 'string' ? [each] : each)) }),
};

// Extensions of one field met on several classes are merged by name, in no dependable order: so names carry what decides.
const OWN = 'access:own:';
const CLASS = 'access:class:';
const RESOLVER = 'access:resolver:';
let marks = 0;

function mark(rule: AccessRule): AccessDecorator {
  return (target, member, descriptor) => {
    if (member !== undefined) {
      Extensions({ [OWN + ++marks]: rule })(target, member as string, descriptor!);
      return;
    }
    const depth = inheritanceDepth(target);
    Extensions({ [CLASS + depth]: rule })(target as Function);
    const prototype = (target as Function).prototype as object;
    for (const method of Object.getOwnPropertyNames(prototype)) {
      if (method !== 'constructor') Extensions({ [RESOLVER + depth]: rule })(prototype, method, {} as PropertyDescriptor);
    }
  };
}

function inheritanceDepth(target: object): number {
  let depth = 0;
  for (let parent = Object.getPrototypeOf(target); parent?.prototype; parent = Object.getPrototypeOf(parent)) depth++;
  return depth;
}

/**
 * The rules of a type-graphql schema by `Type.field`.
 * @throws Error listing every field without a rule and every field with two different ones.
 */
export function declaredRules(schema: GraphQLSchema): Map<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  const faults: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const own = distinct(marked(field.extensions, OWN));
      if (own.length > 1) faults.push(`${coordinate} has two access rules`);
      const rule = own[0] ?? deepest(type.extensions, CLASS) ?? (isRoot(schema, type) ? deepest(field.extensions, RESOLVER) : undefined);
      if (rule) rules.set(coordinate, rule);
      else faults.push(`${coordinate} has no access rule`);
    }
  }
  if (faults.length > 0) throw new Error(`ACCESS_RULE_MISSING:\n  ${faults.sort().join('\n  ')}`);
  return rules;
}

function isRoot(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType();
}

function marked(extensions: Readonly<Record<string, unknown>>, prefix: string): [number, AccessRule][] {
  return Object.entries(extensions)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, rule]) => [Number(name.slice(prefix.length)), rule as AccessRule]);
}

function deepest(extensions: Readonly<Record<string, unknown>>, prefix: string): AccessRule | undefined {
  return marked(extensions, prefix).sort(([a], [b]) => b - a)[0]?.[1];
}

function distinct(found: [number, AccessRule][]): AccessRule[] {
  return [...new Map(found.map(([, rule]) => [JSON.stringify(rule), rule])).values()];
}

/** The federation directive that states the rule in a printed schema. */
export function directiveOf(rule: AccessRule): ConstDirectiveNode {
  const text =
    rule.kind === 'public' ? '@tag(name: "public")' :
    rule.kind === 'authenticated' ? '@authenticated' :
    `@requiresScopes(scopes: ${JSON.stringify(rule.anyOf)})`;
  const type = parse(`type T ${text} { f: Int }`, { noLocation: true }).definitions[0] as ObjectTypeDefinitionNode;
  return type.directives![0]!;
}

/** The rule stated by directives; the strictest where several are. null when none is. */
export function ruleOf(directives: readonly ConstDirectiveNode[]): AccessRule | null {
  const named = (name: string) => directives.filter((directive) => directive.name.value === name);
  const [scopes] = named('requiresScopes');
  if (scopes) return { kind: 'scopes', anyOf: scopeLists(scopes) };
  if (named('authenticated').length > 0) return { kind: 'authenticated' };
  const isPublic = named('tag').some(({ arguments: [name] = [] }) => name?.value.kind === Kind.STRING && name.value.value === 'public');
  return isPublic ? { kind: 'public' } : null;
}

function scopeLists(directive: ConstDirectiveNode): Scope[][] {
  const value = directive.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  const items = (node: typeof value) => (node?.kind === Kind.LIST ? node.values : node ? [node] : []);
  return items(value).map((list) => items(list).map((scope) => (scope.kind === Kind.STRING ? (scope.value as Scope) : ('' as Scope))));
}
