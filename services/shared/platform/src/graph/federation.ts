import { buildSubgraphSchema } from '@apollo/subgraph';
import DataLoader from 'dataloader';
import {
  isInterfaceType, isObjectType, Kind, lexicographicSortSchema, parse, print, printSchema, visit,
  type ASTNode, type ConstDirectiveNode, type DocumentNode, type GraphQLSchema, type TypeDefinitionNode,
} from 'graphql';
import { buildSchemaSync, createResolversMap, type BuildSchemaOptions, type ContainerType } from 'type-graphql';
import type { Actor } from '../auth';
import { declaredRules, directiveOf, type AccessRule } from './access';
import type { Locale } from './errors';

/** What every resolver finds in its context; services may add to it. One per request. */
export interface GraphContext {
  /** null: nobody has signed in. */
  actor: Actor | null;
  locale: Locale;
  loaders: Map<string, DataLoader<any, any>>;
}

/**
 * Loads entities of one type by id, in the order asked; null where there is none *or the actor may not see it*.
 * The access rule of the fields has been checked already, the row scope is the loader's to check.
 */
export type ReferenceLoader<Context extends GraphContext = any> = (ids: readonly string[], context: Context) => Promise<readonly (object | null)[]>;

/** Directives for what type-graphql cannot decorate: enums, enum values (`Enum.VALUE`), unions and scalars. */
export type ExtraDirectives = Record<string, string>;

export interface FederatedSchemaOptions {
  /** The resolver classes of this subgraph, listed one by one. */
  resolvers: Function[];
  /** Entity classes reached only by reference. */
  orphanedTypes?: Function[];
  /** One loader per entity type that this subgraph resolves. */
  references?: Record<string, ReferenceLoader>;
  extraDirectives?: ExtraDirectives;
  scalarsMap?: BuildSchemaOptions['scalarsMap'];
  /** Where instances of the resolver classes come from; without it type-graphql makes one of each. */
  container?: ContainerType;
}

export interface FederatedSchema {
  schema: GraphQLSchema;
  /** Sorted federation 2 SDL with one access directive per field. */
  sdl: string;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires", "@requiresScopes", "@shareable", "@tag"])`;

/**
 * Builds a subgraph from type-graphql classes. Throws when a field has no access rule, when an entity cannot be
 * resolved, or when its key is harder to read than another field: the gateway could not fetch that field then.
 */
export function buildFederatedSchema(options: FederatedSchemaOptions): FederatedSchema {
  const { resolvers, orphanedTypes = [], references = {}, extraDirectives = {}, scalarsMap, container } = options;
  const source = buildSchemaSync({
    resolvers: resolvers as [Function, ...Function[]],
    orphanedTypes,
    skipCheck: true,
    validate: false,
    ...(scalarsMap && { scalarsMap }),
    ...(container && { container }),
  });
  const rules = declaredRules(source);
  assertReferences(source, references);
  assertReadableKeys(source, rules);
  const sdl = printSubgraphSdl(source, extraDirectives, rules);
  const map = createResolversMap(source) as Record<string, any>;
  for (const [type, load] of Object.entries(references)) {
    map[type] = { ...map[type], __resolveReference: referenceResolver(type, load, externalFields(source, type)) };
  }
  return { schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: map }), sdl };
}

/** Makes a reference loader for an entity owned elsewhere, of which only the id is known here. */
export function stubs<T extends { id: string }>(stub: new () => T): ReferenceLoader {
  return async (ids) => ids.map((id) => Object.assign(new stub(), { id }));
}

/** Prints the schema with its applied directives, sorted, each field with its access directive last. */
export function printSubgraphSdl(schema: GraphQLSchema, extraDirectives: ExtraDirectives = {}, rules: Map<string, AccessRule> = declaredRules(schema)): string {
  const document = visit(parse(printSchema(lexicographicSortSchema(schema)), { noLocation: true }), {
    enter(node): ASTNode | null | false | undefined {
      switch (node.kind) {
        case Kind.DIRECTIVE_DEFINITION:
        case Kind.SCHEMA_DEFINITION:
          return null;
        case Kind.SCALAR_TYPE_DEFINITION:
        case Kind.UNION_TYPE_DEFINITION:
          return withDirectives(node, extra(node.name.value));
        case Kind.ENUM_TYPE_DEFINITION:
          return {
            ...withDirectives(node, extra(node.name.value)),
            values: node.values?.map((value) => withDirectives(value, extra(`${node.name.value}.${value.name.value}`))),
          };
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
          return decorated(schema, node, rules);
        default:
          return undefined;
      }
    },
  }) as DocumentNode;
  return `${LINK}\n\n${print(document)}\n`;

  function extra(coordinate: string): ConstDirectiveNode[] {
    const text = extraDirectives[coordinate];
    const definition = text && (parse(`scalar S ${text}`, { noLocation: true }).definitions[0] as TypeDefinitionNode);
    return definition ? [...definition.directives!] : [];
  }
}

function decorated(schema: GraphQLSchema, node: TypeDefinitionNode & { fields?: readonly any[] }, rules: Map<string, AccessRule>): TypeDefinitionNode {
  const type = schema.getType(node.name.value)!;
  const fields = 'getFields' in type ? type.getFields() : {};
  return {
    ...withDirectives(node, applied(type)),
    fields: node.fields!.map((field) => {
      const original = fields[field.name.value] as { astNode?: ASTNode | null; args?: readonly { name: string; astNode?: ASTNode | null }[] };
      const rule = isObjectType(type) ? [directiveOf(rules.get(`${type.name}.${field.name.value}`)!)] : [];
      return {
        ...withDirectives(field, [...applied(original), ...rule]),
        ...(field.arguments && {
          arguments: field.arguments.map((argument: any) =>
            withDirectives(argument, applied(original.args!.find(({ name }) => name === argument.name.value)!))),
        }),
      };
    }),
  } as TypeDefinitionNode;
}

function applied(element: { astNode?: ASTNode | null }): ConstDirectiveNode[] {
  const node = element.astNode as { directives?: readonly ConstDirectiveNode[] } | null | undefined;
  // `@deprecated` is printed by graphql itself.
  return (node?.directives ?? []).filter(({ name }) => name.value !== 'deprecated').map(withoutLocation);
}

function withoutLocation(directive: ConstDirectiveNode): ConstDirectiveNode {
  return visit(directive, { enter: ({ loc: _, ...node }: any) => node }) as ConstDirectiveNode;
}

function withDirectives<T extends { directives?: readonly ConstDirectiveNode[] }>(node: T, directives: ConstDirectiveNode[]): T {
  return { ...node, directives: [...(node.directives ?? []), ...directives] };
}

function referenceResolver(type: string, load: ReferenceLoader, external: string[]) {
  return async (reference: Record<string, unknown>, context: GraphContext): Promise<object | null> => {
    if (typeof reference.id !== 'string') return null;
    const key = `reference:${type}`;
    let loader: DataLoader<string, object | null> | undefined = context.loaders.get(key);
    if (!loader) {
      loader = new DataLoader<string, object | null>((ids) => load(ids, context));
      context.loaders.set(key, loader);
    }
    const entity = await loader.load(reference.id);
    // What another subgraph computed for `@requires` arrives inside the reference.
    for (const field of external) if (entity && field in reference) (entity as Record<string, unknown>)[field] = reference[field];
    return entity;
  };
}

function externalFields(schema: GraphQLSchema, typeName: string): string[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).filter((field) => applied(field).some(({ name }) => name.value === 'external')).map(({ name }) => name);
}

function isResolvable(key: ConstDirectiveNode): boolean {
  return !key.arguments?.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);
}

function entityKeys(schema: GraphQLSchema): Map<string, ConstDirectiveNode[]> {
  const keyed = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .map((type) => [type.name, applied(type).filter(({ name }) => name.value === 'key')] as const);
  return new Map(keyed.filter(([, keys]) => keys.length > 0).map(([name, keys]) => [name, keys]));
}

function assertReferences(schema: GraphQLSchema, references: Record<string, ReferenceLoader>): void {
  const entities = entityKeys(schema);
  const faults = [
    ...[...entities].filter(([name, keys]) => keys.some(isResolvable) && isObjectType(schema.getType(name)) && !references[name])
      .map(([name]) => `${name} has a key but no reference loader`),
    ...Object.keys(references).filter((name) => !entities.has(name)).map((name) => `${name} has a reference loader but no key`),
  ];
  if (faults.length > 0) throw new Error(`ENTITY_REFERENCE_MISSING:\n  ${faults.join('\n  ')}`);
}

function assertReadableKeys(schema: GraphQLSchema, rules: Map<string, AccessRule>): void {
  const strictness = ({ kind }: AccessRule) => ['public', 'authenticated', 'scopes'].indexOf(kind);
  const faults = [...entityKeys(schema).keys()].filter((name) => {
    const type = schema.getType(name);
    if (!isObjectType(type) || !type.getFields().id) return false;
    const key = rules.get(`${name}.id`)!;
    return Object.keys(type.getFields()).some((field) => strictness(rules.get(`${name}.${field}`)!) < strictness(key)) || key.kind === 'scopes';
  });
  if (faults.length > 0) throw new Error(`ENTITY_KEY_HIDDEN: the id must be at most as hard to read as the other fields, and need no scope: ${faults.join(', ')}`);
}
