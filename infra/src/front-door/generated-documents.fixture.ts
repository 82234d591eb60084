import {
  getNamedType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, isScalarType, Kind, parse,
  type FieldNode, type GraphQLInputType, type GraphQLObjectType, type GraphQLSchema, type SelectionSetNode,
} from 'graphql';
import type { Chance } from './stand.fixture';

/** Texts that have broken something somewhere before. */
const ODD_TEXTS = [
  '', ' ', 'x', '\u0000', '\ud800', '𠀀𡃁', 'é', '‮abc', '%', '_', '\\', '\'', '"', '`', '${7*7}', '{{7*7}}', '../../etc/passwd', '<script>', '; drop table student', '1 or 1=1', '__proto__', 'constructor', '2026-02-30', '9999-99-99', 'null', 'NaN',
  '99990120150101001X', 'a'.repeat(3000), '示例'.repeat(50), 'b-61', 'cn', 's-2161000101', 'W10', 'WyJ4IiwieSJd', '-1', '1e999', '\n\r\t',
];
const ODD_NUMBERS = [0, 1, -1, 5, 100, 101, 2_147_483_647, -2_147_483_648, 2_147_483_648, 1e308, 0.5];

export interface GeneratedDocument {
  query: string;
  variables: Record<string, unknown>;
}

/** Documents over a schema: most of them in order, some too large, some broken. */
export function documentsOver(schema: GraphQLSchema, chance: Chance) {
  const roots = [schema.getQueryType()!, ...(schema.getMutationType() ? [schema.getMutationType()!] : [])];
  // Signing out would end the session that all these requests are made in.
  const isOurs = (name: string) => !/^(_|join__|link__|requiresScopes__|signOut$)/.test(name);

  function value(type: GraphQLInputType, depth = 0): unknown {
    if (chance.next() < 0.05) return chance.pick<unknown>([null, [], {}, true, 'x', 7]);
    if (isNonNullType(type)) return value(type.ofType, depth);
    if (isListType(type)) return Array.from({ length: chance.below(3) }, () => value(type.ofType, depth + 1));
    if (isEnumType(type)) return chance.next() < 0.9 ? chance.pick(type.getValues()).name : 'NOT_A_VALUE';
    if (isInputObjectType(type)) {
      return Object.fromEntries(Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || chance.next() < 0.4).map((field) => [field.name, depth > 4 ? null : value(field.type, depth + 1)]));
    }
    if (isScalarType(type) && type.name === 'Int') return chance.next() < 0.7 ? 1 + chance.below(3) : chance.pick(ODD_NUMBERS);
    if (isScalarType(type) && type.name === 'Boolean') return chance.next() < 0.5;
    if (isScalarType(type) && type.name === 'DateTimeISO') return chance.pick(['2026-09-01T00:00:00Z', 'x', '', '9999-99-99T99:99:99Z']);
    return chance.pick(ODD_TEXTS);
  }

  function generate(): GeneratedDocument {
    const variables: Record<string, unknown> = {};
    const declared: string[] = [];
    const fragments: string[] = [];
    const size = chance.next() < 0.1 ? 200 : 12;
    let budget = size;

    function selection(type: GraphQLObjectType, depth: number): string {
      const fields = Object.values(type.getFields()).filter(({ name }) => isOurs(name));
      const parts: string[] = [];
      for (const field of chance.some(fields, 1 + chance.below(4))) {
        budget -= 1;
        if (budget < 0 && parts.length > 0) break;
        const named = getNamedType(field.type);
        const given = field.args.filter((argument) => (isNonNullType(argument.type) && argument.defaultValue === undefined) || chance.next() < 0.3).map((argument) => {
          const name = `v${declared.length}`;
          declared.push(`$${name}: ${argument.type.toString()}`);
          variables[name] = value(argument.type);
          return `${argument.name}: $${name}`;
        });
        const alias = chance.next() < 0.15 ? `${chance.pick(['a', 'b', '__proto__', 'constructor', 'c'])}${chance.below(3)}: ` : '';
        const directive = chance.next() < 0.1 ? chance.pick([' @include(if: true)', ' @skip(if: false)', ' @skip(if: true)', ' @unknown']) : '';
        let inner = '';
        if (isObjectType(named)) inner = depth > 14 || (budget <= 0 && depth > 2) ? ' { __typename }' : ` { ${selection(named, depth + 1)} }`;
        else if (isInterfaceType(named)) inner = ' { __typename }';
        parts.push(`${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${directive}${inner}`);
      }
      if (parts.length === 0) parts.push('__typename');
      if (chance.next() < 0.15) {
        const name = chance.pick(['__schema', 'F', 'G', 'on1', '_service']) + fragments.length;
        fragments.push(`fragment ${name} on ${type.name} { ${parts.join(' ')} }`);
        // The same fragment at one more place.
        return chance.next() < 0.3 ? `...${name} ... on ${type.name} { ...${name} }` : `...${name}`;
      }
      return parts.join(' ');
    }

    const root = chance.next() < 0.75 ? roots[0]! : roots.at(-1)!;
    const inside = selection(root, 1);
    const query = `${root === roots[0] ? 'query' : 'mutation'} Generated${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${inside} } ${fragments.join(' ')}`;
    return chance.next() < 0.2 ? { query: broken(query), variables } : { query, variables };
  }

  /** A letter or two out of place. */
  function broken(query: string): string {
    const at = chance.below(query.length);
    return query.slice(0, at) + chance.pick(['{', '}', '"', '$', '...', '\u0000', '😀', '', '__schema { types { name } }', ' @skip']) + query.slice(at + chance.below(3));
  }

  return generate;
}

/** How large a document is, counted by walking every fragment wherever it is spread; null when there is an end to patience. An own count, to hold the product's against. */
export function sizeByHand(query: string, variables: Record<string, unknown>): { depth: number; aliases: number; rootFields: number; directives: number; fields: number; cost: number } | null {
  const document = parse(query);
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [])));
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return null;
  const total = { depth: 0, aliases: 0, rootFields: 0, directives: operation.directives?.length ?? 0, fields: 0, cost: 0 };
  let steps = 0;
  const pages = (field: FieldNode): number => Math.max(1, ...(field.arguments ?? []).filter(({ name }) => ['first', 'last'].includes(name.value)).map(({ value }) => {
    const number = value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.INT ? Number(value.value) : 1;
    return typeof number === 'number' ? number : 1;
  }));
  function walk({ selections }: SelectionSetNode, depth: number, times: number): boolean {
    for (const node of selections) {
      steps += 1;
      if (steps > 50_000 || depth > 300) return false;
      total.directives += node.directives?.length ?? 0;
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (fragment && !walk(fragment, depth, times)) return false;
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        if (!walk(node.selectionSet, depth, times)) return false;
      } else {
        total.fields += 1;
        total.depth = Math.max(total.depth, depth);
        if (node.alias) total.aliases += 1;
        if (depth === 1) total.rootFields += 1;
        if (node.selectionSet) {
          const here = times * pages(node);
          total.cost += here;
          if (!walk(node.selectionSet, depth + 1, here)) return false;
        }
      }
    }
    return true;
  }
  return walk(operation.selectionSet, 1, 1) ? total : null;
}
