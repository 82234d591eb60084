import type { QueryPlanFieldNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { jsonOf, readKey, textOf } from './json-text';
import { merge, own, setOwn, type Data } from './merge';
import { isOfType } from './rewrites';

/** What a subgraph must know of an object to find it, as JSON text; null when the object lacks some of it. */
export type Represent = (object: Data) => string | null;

const nameOf = (field: QueryPlanFieldNode): string => field.alias ?? field.name;
const isField = (node: QueryPlanSelectionNode): node is QueryPlanFieldNode => node.kind === 'Field';

/** The same as an object, for the selections that need joining. */
export function representationOf(schema: GraphQLSchema, source: Data | null, selections: readonly QueryPlanSelectionNode[]): Data | null {
  if (source === null || source === undefined) return null;
  const result: Data = {};
  const inner = (value: unknown, inside: readonly QueryPlanSelectionNode[]): unknown =>
    Array.isArray(value) ? value.map((each) => inner(each, inside)) : representationOf(schema, value as Data | null, inside);
  for (const selection of selections) {
    if (isField(selection)) {
      const value = own(source, nameOf(selection));
      if (value === undefined) return null;
      setOwn(result, nameOf(selection), selection.selections ? inner(value, selection.selections) : value);
    } else if (matches(schema, source, selection)) {
      const part = representationOf(schema, source, selection.selections);
      if (part) merge(result, part);
    }
  }
  return result;
}

/** Compiles a `requires` selection: one function for each type of object it meets. */
export function compileRepresentation(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]): Represent {
  return writerOf(schema, selections, (found) => typeof found.__typename === 'string');
}

function writerOf(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[], suffices: (found: Data) => boolean = () => true): Represent {
  if (selections.every(isField)) return fieldsWriter(schema, selections);
  const byType = new Map<unknown, Represent>();
  return (object) => {
    const typename = own(object, '__typename');
    let write = byType.get(typename);
    if (!write) {
      write = writerForType(schema, selections, object, suffices);
      byType.set(typename, write);
    }
    return write(object);
  };
}

function writerForType(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[], example: Data, suffices: (found: Data) => boolean): Represent {
  const parts = selections.filter((selection) => isField(selection) || matches(schema, example, selection));
  const [only] = parts;
  if (parts.length === 1 && only && !isField(only) && only.selections.every(isField)) return fieldsWriter(schema, only.selections);
  return (object) => {
    const found = representationOf(schema, object, selections);
    return found && suffices(found) ? JSON.stringify(found) : null;
  };
}

function matches(schema: GraphQLSchema, source: Data, { typeCondition }: QueryPlanInlineFragmentNode): boolean {
  const typename = own(source, '__typename');
  return typeof typename === 'string' && typeCondition !== undefined && isOfType(schema, typename, typeCondition);
}

function fieldsWriter(schema: GraphQLSchema, fields: readonly QueryPlanFieldNode[]): Represent {
  const inner: Represent[] = [];
  const lines = [...new Map(fields.map((field) => [nameOf(field), field])).values()].map((field, index) => {
    const key = JSON.stringify(`${index === 0 ? '{' : ','}${JSON.stringify(nameOf(field))}:`);
    const read = `v=${readKey('o', nameOf(field))};if(v===undefined)return null;`;
    if (!field.selections) return `${read}r+=${key}+(typeof v==='string'?text(v):json(v));`;
    inner.push(writerOf(schema, field.selections));
    return `${read}r+=${key}+nested(v,inner[${inner.length - 1}]);`;
  });
  // oxlint-disable-next-line no-new-func -- made of names that the planner took from the schema, each quoted
  return new Function('text', 'json', 'nested', 'inner', `"use strict";return function(o){let v,r=${lines.length > 0 ? "''" : "'{'"};${lines.join('')}return r+'}'}`)(textOf, jsonOf, nested, inner) as Represent;
}

function nested(value: unknown, write: Represent): string {
  if (Array.isArray(value)) return `[${value.map((each) => nested(each, write)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return 'null';
  return write(value as Data) ?? 'null';
}
