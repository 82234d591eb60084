import { scopeRule, type Scope } from '@xueji/standards';
import {
  getOperationAST, GraphQLError, isAbstractType, isIntrospectionType, Kind, TypeInfo, visit, visitWithTypeInfo,
  type ArgumentNode, type DirectiveNode, type DocumentNode, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode,
} from 'graphql';
import type { Actor, AgencyGrant } from '../auth';
import { ruleOf, type AccessRule } from './access';
import type { Locale } from './errors';

/** Access rules by `Type.field`. */
export type AccessRules = ReadonlyMap<string, AccessRule>;

/** Why one field of an operation is refused. */
export interface Refusal {
  code: 'UNAUTHENTICATED' | 'FIELD_FORBIDDEN' | 'FIELD_NOT_AGREED';
  /** ID of the rule that reserves the scope; null when the field has no rule at all or nobody has signed in. */
  rule: string | null;
  /** `Type.field` */
  field: string;
  messages: { zh: string; en: string };
}

/** Reads the rules from a subgraph's SDL or from a supergraph. A directive on a type holds for its fields without one. */
export function rulesOf(document: DocumentNode): Map<string, AccessRule> {
  const rules = new Map<string, AccessRule>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const byType = ruleOf(node.directives ?? []);
    for (const field of node.fields ?? []) {
      const rule = ruleOf(field.directives ?? []) ?? byType;
      if (rule) rules.set(`${node.name.value}.${field.name.value}`, rule);
    }
  }
  return rules;
}

/**
 * May the actor run the operation? Checks each field it selects, on every object type an abstract type can be;
 * what @skip and @include leave out for these variables does not count. A field without a rule is refused.
 * @returns null, or one refusal per field
 */
export function checkOperation({ schema, rules, document, operationName, variables = {}, actor, keys }: {
  schema: GraphQLSchema;
  rules: AccessRules;
  document: DocumentNode;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
  actor: Actor | null;
  /** at a subgraph: the `Type.id` of its entities, which the gateway asks for by itself */
  keys?: ReadonlySet<string>;
}): Refusal[] | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const isLeftOut = condition(operation, variables ?? {});
  const fragments = new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const refusals = new Map<string, Refusal>();
  // A fragment selects the same fields wherever it is spread, so each is read once.
  const waiting: (OperationDefinitionNode | FragmentDefinitionNode)[] = [operation];
  const read = new Set<string>();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const types = new TypeInfo(schema);
    visit(node, visitWithTypeInfo(types, {
      Field(field) {
        if (isLeftOut(field.directives)) return false;
        const parent = types.getParentType();
        const name = field.name.value;
        if (!parent || name === '__typename' || isIntrospectionType(parent) || name === '__schema' || name === '__type') return undefined;
        for (const type of isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent]) {
          const refusal = actor?.agency ? refuseAgency(`${type.name}.${name}`, field.arguments ?? [], actor.agency, keys) : refuse(`${type.name}.${name}`, rules, actor);
          if (refusal) refusals.set(refusal.field, refusal);
        }
        return undefined;
      },
      InlineFragment: (fragment) => (isLeftOut(fragment.directives) ? false : undefined),
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value);
        if (!fragment || isLeftOut(spread.directives) || read.has(spread.name.value)) return;
        read.add(spread.name.value);
        waiting.push(fragment);
      },
    }));
  }
  return refusals.size > 0 ? [...refusals.values()] : null;
}

/** Throws the refusals as one error of the operation: 401 when nobody has signed in, otherwise 403. */
export function throwRefusals(refusals: Refusal[], locale: Locale): never {
  const [first] = refusals as [Refusal, ...Refusal[]];
  const isAnonymous = first.code === 'UNAUTHENTICATED';
  throw new GraphQLError(first.messages[locale], {
    extensions: {
      code: first.code, rule: first.rule, field: first.field, fields: refusals.map(({ field }) => field).slice(0, 20),
      http: { status: isAnonymous ? 401 : 403 },
    },
  });
}

function refuse(field: string, rules: AccessRules, actor: Actor | null): Refusal | null {
  // The reference door of a subgraph: what it selects is checked by type.
  if (field === 'Query._entities') return null;
  const rule = rules.get(field);
  if (!rule) return forbidden(field, null);
  if (rule.kind === 'public') return null;
  if (!actor) {
    return { code: 'UNAUTHENTICATED', rule: 'ACC-PWD-01', field, messages: { zh: `请先登录：${field} 须登录后使用`, en: `Sign in first: ${field} is not public.` } };
  }
  if (rule.kind === 'authenticated') return null;
  const held = new Set<Scope>(actor.scopes);
  if (rule.anyOf.some((all) => all.length > 0 && all.every((scope) => held.has(scope)))) return null;
  const missing = rule.anyOf.flat().find((scope) => !held.has(scope));
  return forbidden(field, missing ? ruleOfScope(missing) : null);
}

/** Arguments that only choose a page or one record by its opaque id; any other could tell a field that was not agreed. */
const FREE_ARGUMENTS = new Set(['first', 'after', 'id']);
/** The frame of a list holds no data of its own. */
const FRAME = /^(\w+(Connection|Edge)\.(edges|node|cursor|pageInfo)|PageInfo\.\w+)$/;

/** An agency has no scopes: what its agreement names is allowed, all else is refused, public fields too [AGY-IF-08]. */
function refuseAgency(field: string, given: readonly ArgumentNode[], { fields }: AgencyGrant, keys?: ReadonlySet<string>): Refusal | null {
  if (field === 'Query._entities' || FRAME.test(field) || keys?.has(field)) return null;
  const wanted = [field, ...given.filter(({ name }) => !FREE_ARGUMENTS.has(name.value)).map(({ name }) => `${field}(${name.value}:)`)];
  const missing = wanted.find((coordinate) => !fields.includes(coordinate));
  return missing === undefined ? null : notAgreed(missing);
}

/** The refusal of what an agreement does not name; the same whether the field exists or not. */
export const notAgreed = (field: string): Refusal => ({
  code: 'FIELD_NOT_AGREED', rule: 'AGY-IF-08', field, messages: { zh: `协议未包含 ${field}，予以拒绝`, en: `The agreement does not cover ${field}.` },
});

function forbidden(field: string, rule: string | null): Refusal {
  return { code: 'FIELD_FORBIDDEN', rule, field, messages: { zh: `您的岗位无权使用 ${field}`, en: `Your duty does not allow ${field}.` } };
}

function ruleOfScope(scope: Scope): string | null {
  return scopeRule[scope] ?? null;
}

/** Tells whether @skip or @include leaves a selection out; anything unclear stays in and is checked. */
function condition(operation: OperationDefinitionNode, variables: Record<string, unknown>): (directives?: readonly DirectiveNode[]) => boolean {
  const defaults = new Map(operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]));
  return (directives = []) => directives.some((directive) => {
    const kind = directive.name.value;
    if (kind !== 'skip' && kind !== 'include') return false;
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    let given: unknown;
    if (value?.kind === Kind.BOOLEAN) given = value.value;
    if (value?.kind === Kind.VARIABLE) {
      const name = value.name.value;
      const fallback = defaults.get(name);
      given = Object.hasOwn(variables, name) && variables[name] !== undefined ? variables[name] : fallback?.kind === Kind.BOOLEAN ? fallback.value : undefined;
    }
    return kind === 'skip' ? given === true : given === false;
  });
}
