import { Supergraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { OperationResult } from '@xueji/platform';
import {
  execute, getNamedType, getNullableType, GraphQLError, GraphQLObjectType, isAbstractType, isEnumType, isListType, isNonNullType, isObjectType, parse,
  type DocumentNode, type GraphQLFieldResolver, type GraphQLOutputType, type GraphQLResolveInfo, type GraphQLSchema,
} from 'graphql';
import type { SubgraphOperation } from '../transport';
import type { Data } from './merge';

/** What goes wrong, each as a share of all places where it could; decided by what is asked, so that every executor meets the same. */
export interface Faults {
  seed: number;
  /** a field is null that may be */
  isNull: number;
  /** a resolver throws */
  throws: number;
  /** a value leaves the subgraph that its schema does not allow */
  misfits: number;
  /** subgraphs that do not answer */
  away: readonly string[];
  /** subgraphs that answer with an error and nothing else */
  refusing: readonly string[];
}

export const NO_FAULTS: Faults = { seed: 1, isNull: 0, throws: 0, misfits: 0, away: [], refusing: [] };

export type Resolvers = Record<string, Record<string, (...args: any[]) => unknown>>;

export interface MockSubgraphs {
  names: readonly string[];
  /** @throws when the subgraph is away */
  answer(name: string, operation: SubgraphOperation, faults: Faults): OperationResult;
  /** how often each was asked, and what */
  asked: { name: string; query: string; variables: Data }[];
}

/** An even spread of 32 bits. */
export function hash(text: string): number {
  let h = 2_166_136_261;
  for (let index = 0; index < text.length; index += 1) h = Math.imul(h ^ text.charCodeAt(index), 16_777_619);
  h = Math.imul(h ^ (h >>> 15), 2_246_822_507);
  h = Math.imul(h ^ (h >>> 13), 3_266_489_909);
  return (h ^ (h >>> 16)) >>> 0;
}

const share = (text: string): number => hash(text) / 2 ** 32;

/** A few of each kind, so that the same entity is met at many places. */
const ENTITIES = 5;

const SEED = Symbol('seed');

interface Thing {
  __typename: string;
  [SEED]: string;
  [key: string]: unknown;
}

const TEXTS = ['示例学校', 'plain', 'a "quoted" one', 'two\nlines', '\u2028', 'back\\slash', '', '😀 pair', '\u0001', 'x'.repeat(70)];

/**
 * Every subgraph of a supergraph, answering out of nothing: what a field holds follows from its object's type and key, its name and its arguments.
 * `resolvers` take precedence, by subgraph.
 */
export function mockSubgraphs(supergraphSdl: string, resolvers: Record<string, Resolvers> = {}): MockSubgraphs {
  const schemas = new Map<string, GraphQLSchema>();
  const keys = new Map<string, Set<string>>();
  for (const subgraph of Supergraph.build(supergraphSdl, { validateSupergraph: false }).subgraphs().values()) {
    const sdl = subgraph.toString();
    const schema = buildSubgraphSchema({ typeDefs: parse(/^type Query\b/m.test(sdl) ? sdl : `${sdl}\ntype Query { nothing: Boolean }`), ...(resolvers[subgraph.name] && { resolvers: resolvers[subgraph.name] as any }) });
    const entities = schema.getQueryType()!.getFields()._entities;
    if (entities) {
      entities.resolve = (_source, { representations }: { representations: Data[] }, { faults }: { faults: Faults }, info) =>
        representations.map((each) => entityOf(each, info, faults, resolvers[subgraph.name]?.[String(each.__typename)]?.__resolveReference));
    }
    schemas.set(subgraph.name, schema);
    for (const type of subgraph.schema.types()) {
      for (const directive of type.appliedDirectives.filter(({ name }) => name === 'key')) {
        const fields = String((directive.arguments() as { fields: unknown }).fields).split(/[^\w]+/).filter(Boolean);
        keys.set(type.name, new Set([...(keys.get(type.name) ?? []), ...fields]));
      }
    }
  }
  const documents = new Map<string, DocumentNode>();
  const asked: MockSubgraphs['asked'] = [];

  return {
    names: [...schemas.keys()],
    asked,
    answer(name, { query, variablesJson }, faults) {
      const variables = JSON.parse(variablesJson) as Data;
      asked.push({ name, query, variables });
      if (faults.away.includes(name)) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
      if (faults.refusing.includes(name)) return { errors: [{ message: 'refused', extensions: { code: 'GATEWAY_ONLY' } }] };
      const document = documents.get(query) ?? parse(query);
      documents.set(query, document);
      const schema = schemas.get(name)!;
      const { data, errors } = execute({
        schema, document, variableValues: variables, contextValue: { faults }, rootValue: { __typename: 'root', [SEED]: String(faults.seed) }, fieldResolver: fieldResolver(keys, faults), typeResolver: (thing: Thing) => thing.__typename,
      }) as { data?: Data | null; errors?: GraphQLError[] };
      const sent = JSON.parse(JSON.stringify({ data, ...(errors && { errors }) })) as OperationResult;
      if (faults.misfits > 0 && sent.data) misfit(sent.data, `${faults.seed} ${query}`, variables, faults.misfits);
      return sent;
    },
  };
}

/** An entity as a reference names it. */
function thingOf(typename: string, reference: Data): Thing {
  const { __typename: _typename, ...known } = reference;
  const id = 'id' in known ? JSON.stringify(known.id) : JSON.stringify(Object.entries(known).sort());
  return { ...known, __typename: typename, [SEED]: `${typename} ${id}` };
}

function fieldResolver(keys: ReadonlyMap<string, ReadonlySet<string>>, faults: Faults): GraphQLFieldResolver<Thing, unknown> {
  return (source, args, _context, info) => {
    const known = source[info.fieldName];
    if (known !== undefined) return typeof known === 'function' ? known.call(source, args) : known;
    const isKey = keys.get(info.parentType.name)?.has(info.fieldName) ?? false;
    const seed = `${source[SEED]} ${info.fieldName} ${Object.keys(args).length > 0 ? JSON.stringify(args) : ''}`;
    if (!isKey && share(`${seed} throws ${faults.seed}`) < faults.throws) {
      const kind = hash(`${seed} kind`) % 3;
      throw new GraphQLError(`no ${info.fieldName}`, kind === 0 ? {} : { extensions: { code: kind === 1 ? 'RECORD_REFUSED' : 'INTERNAL_ERROR', rule: 'X-1', field: null } });
    }
    return valueOf(info.returnType, seed, info, keys, isKey ? NO_FAULTS : faults);
  };
}

function entityOf(representation: Data, info: GraphQLResolveInfo, faults: Faults, resolve?: (reference: Data) => unknown): unknown {
  const typename = String(representation.__typename);
  const thing = thingOf(typename, representation);
  if (share(`${thing[SEED]} lost ${faults.seed}`) < faults.isNull / 2) return null;
  if (resolve) return { [SEED]: thing[SEED], ...(resolve(representation) as object) };
  const type = info.schema.getType(typename);
  if (type && isAbstractType(type)) return { ...thing, __typename: pick(info.schema.getPossibleTypes(type), thing[SEED]).name };
  return thing;
}

const pick = <T>(from: readonly T[], seed: string): T => from[hash(`${seed} pick`) % from.length]!;

function valueOf(type: GraphQLOutputType, seed: string, info: GraphQLResolveInfo, keys: ReadonlyMap<string, ReadonlySet<string>>, faults: Faults): unknown {
  if (!isNonNullType(type) && share(`${seed} null ${faults.seed}`) < faults.isNull) return null;
  const wanted = getNullableType(type);
  if (isListType(wanted)) return Array.from({ length: hash(`${seed} length`) % 4 }, (_, index) => valueOf(wanted.ofType as GraphQLOutputType, `${seed} ${index}`, info, keys, faults));
  const named = getNamedType(wanted);
  if (isEnumType(named)) return pick(named.getValues(), seed).value;
  const object = isAbstractType(named) ? pick(info.schema.getPossibleTypes(named), seed) : named;
  if (isObjectType(object)) return objectOf(object, seed, keys);
  switch (named.name) {
    case 'Int': return hash(seed) % 1000;
    case 'Float': return (hash(seed) % 1000) / 8;
    case 'Boolean': return hash(seed) % 2 === 0;
    case 'ID': return `i-${hash(seed) % 1000}`;
    case 'String': return pick(TEXTS, seed);
    default: return pick<unknown>(['2026-09-01T00:00:00.000Z', 7, true, { a: 1, b: ['x', null], c: { d: '"' } }], seed);
  }
}

function objectOf(type: GraphQLObjectType, seed: string, keys: ReadonlyMap<string, ReadonlySet<string>>): Thing {
  const isEntity = keys.get(type.name)?.has('id') ?? false;
  if (!isEntity) return { __typename: type.name, [SEED]: seed };
  const id = `${type.name}-${hash(`${seed} entity`) % ENTITIES}`;
  return { __typename: type.name, [SEED]: `${type.name} ${JSON.stringify(id)}`, id };
}

/** Spoils values here and there. What becomes of an entity depends on its representation only, not on where in a list it was asked for. */
function misfit(data: Data, seed: string, variables: Data, part: number): void {
  const spoil = (value: unknown, at: string): unknown => {
    if (share(`${at} misfit`) < part) return value === null ? null : [null, null, 12.5, 'Ünknown', true][hash(`${at} how`) % 5];
    if (Array.isArray(value)) return value.map((each, index) => spoilInside(each, `${at} ${index}`));
    return spoilInside(value, at);
  };
  const spoilInside = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((each, index) => spoilInside(each, `${at} ${index}`));
    if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) {
      // Lists and objects stay what they are, or become null: what else may become of them the executors say differently.
      const isLeaf = typeof each !== 'object';
      if (key !== '__typename' && key !== 'id') (value as Data)[key] = isLeaf ? spoil(each, `${at} ${key}`) : share(`${at} ${key} gone`) < part ? null : spoilInside(each, `${at} ${key}`);
    }
    return value;
  };
  if (Array.isArray(data._entities)) {
    const representations = variables.representations as unknown[];
    data._entities.forEach((entity, index) => spoilInside(entity, `${seed} ${JSON.stringify(representations[index])}`));
  } else spoilInside(data, `${seed} ${JSON.stringify(variables)}`);
}
