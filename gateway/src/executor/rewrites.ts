import type { FetchDataRewrite } from '@apollo/query-planner';
import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import { own, setOwn, type Data } from './merge';

const TYPE = '... on ';

/** Is an object with this `__typename` one of `condition`, an object type or an abstract one? */
export function isOfType(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const [type, wanted] = [schema.getType(typename), schema.getType(condition)];
  return isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
}

/** Carries out what the plan says is to be renamed or set in what goes to a subgraph or comes from it. */
export function applyRewrites(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[], value: unknown): void {
  for (const rewrite of rewrites) {
    const key = rewrite.path.at(-1);
    if (key === undefined) continue;
    eachAt(schema, rewrite.path.slice(0, -1), value, (object) => {
      if (rewrite.kind === 'ValueSetter') {
        setOwn(object, key, rewrite.setValueTo);
        return;
      }
      const renamed = own(object, key);
      if (!renamed) return;
      setOwn(object, rewrite.renameKeyTo, renamed);
      object[key] = undefined;
    });
  }
}

function eachAt(schema: GraphQLSchema, path: readonly string[], value: unknown, change: (object: Data) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) eachAt(schema, path, each, change);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as Data;
  const [first, ...rest] = path;
  if (first === undefined) return change(object);
  if (!first.startsWith(TYPE)) return eachAt(schema, rest, own(object, first), change);
  const typename = object.__typename;
  if (!typename || isOfType(schema, String(typename), first.slice(TYPE.length))) eachAt(schema, rest, object, change);
}
