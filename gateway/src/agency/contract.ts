import {
  buildASTSchema, Kind, print, TypeInfo, visit, visitWithTypeInfo,
  type DefinitionNode, type DocumentNode, type FieldDefinitionNode, type GraphQLSchema, type ObjectTypeDefinitionNode, type TypeNode,
} from 'graphql';

/** The part of the graph that one agreement opens. */
export interface Contract {
  /** what the agency's explorer and generated clients are made from */
  sdl: string;
  /** null: the agreement names nothing to begin a query with */
  schema: GraphQLSchema | null;
}

const FREE_ARGUMENTS = new Set(['first', 'after', 'id']);
const isFrame = (type: string) => /(Connection|Edge)$/.test(type) || type === 'PageInfo';

const namedTypeOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type));

/**
 * The supergraph filtered to the coordinates of an agreement (`Type.field`, `Type.field(argument:)`): only those fields and arguments, the frames of
 * their lists, and the types that can still be reached; no directive but `@deprecated`.
 */
export function contractOf(supergraph: DocumentNode, fields: readonly string[]): Contract {
  const agreed = new Set(fields);
  const definitions = new Map<string, DefinitionNode>();
  for (const node of supergraph.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value !== 'Mutation' && node.name.value !== 'Subscription') definitions.set(node.name.value, agreedPart(node, agreed));
    if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.SCALAR_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) definitions.set(node.name.value, node);
  }
  dropEmpty(definitions);
  const kept = reachable(definitions);
  const document = visit({ kind: Kind.DOCUMENT, definitions: kept } as DocumentNode, { Directive: (directive) => (directive.name.value === 'deprecated' ? undefined : null) });
  return kept.length === 0 ? { sdl: '', schema: null } : { sdl: `${print(document)}\n`, schema: buildASTSchema(document) };
}

function agreedPart(type: ObjectTypeDefinitionNode, agreed: ReadonlySet<string>): ObjectTypeDefinitionNode {
  const name = type.name.value;
  const fields = (type.fields ?? []).filter((field) => isFrame(name) || agreed.has(`${name}.${field.name.value}`)).map((field): FieldDefinitionNode => ({
    ...field,
    arguments: (field.arguments ?? []).filter((argument) => FREE_ARGUMENTS.has(argument.name.value) || agreed.has(`${name}.${field.name.value}(${argument.name.value}:)`)),
  }));
  return { ...type, interfaces: [], fields };
}

/** Takes away types without fields and fields of such types, until none is left. */
function dropEmpty(definitions: Map<string, DefinitionNode>): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, node] of definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      const fields = node.fields!.filter((field) => isBuiltIn(namedTypeOf(field.type)) || definitions.has(namedTypeOf(field.type)));
      // A list whose records show nothing is no list.
      const isHollow = fields.length === 0 || (/Edge$/.test(name) && !fields.some((field) => field.name.value === 'node')) || (/Connection$/.test(name) && !fields.some((field) => field.name.value === 'edges'));
      if (isHollow) definitions.delete(name);
      else definitions.set(name, { ...node, fields });
      changed ||= isHollow || fields.length !== node.fields!.length;
    }
  }
}

const isBuiltIn = (type: string) => ['ID', 'String', 'Int', 'Float', 'Boolean'].includes(type);

function reachable(definitions: ReadonlyMap<string, DefinitionNode>): DefinitionNode[] {
  const seen = new Set<string>();
  const waiting = ['Query'];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = definitions.get(name);
    if (!node || seen.has(name)) continue;
    seen.add(name);
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) for (const field of node.fields!) waiting.push(namedTypeOf(field.type), ...field.arguments!.map((argument) => namedTypeOf(argument.type)));
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) for (const field of node.fields!) waiting.push(namedTypeOf(field.type));
  }
  return [...seen].sort().map((name) => definitions.get(name)!);
}

/** The first thing of a document that the contract does not hold, as a coordinate; null when it holds all. Whether it exists elsewhere makes no difference. */
export function outsideOf({ schema }: Contract, document: DocumentNode): string | null {
  let outside: string | null = null;
  const found = (coordinate: string) => {
    outside ??= coordinate;
    return false as const;
  };
  const empty = buildASTSchema({ kind: Kind.DOCUMENT, definitions: [] });
  const types = new TypeInfo(schema ?? empty);
  visit(document, visitWithTypeInfo(types, {
    OperationDefinition(operation) {
      const [first] = operation.selectionSet.selections;
      const name = first?.kind === Kind.FIELD ? first.name.value : '…';
      if (operation.operation !== 'query') return found(`${operation.operation === 'mutation' ? 'Mutation' : 'Subscription'}.${name}`);
      return schema ? undefined : found(`Query.${name}`);
    },
    FragmentDefinition: ({ typeCondition }) => (schema?.getType(typeCondition.name.value) ? undefined : found(typeCondition.name.value)),
    InlineFragment: ({ typeCondition }) => (!typeCondition || schema?.getType(typeCondition.name.value) ? undefined : found(typeCondition.name.value)),
    Field(field) {
      const parent = types.getParentType();
      const definition = types.getFieldDef();
      const coordinate = `${parent?.name ?? '…'}.${field.name.value}`;
      if (!definition) return found(coordinate);
      const strange = field.arguments?.find(({ name }) => !definition.args.some((argument) => argument.name === name.value));
      return strange ? found(`${coordinate}(${strange.name.value}:)`) : undefined;
    },
  }));
  return outside;
}

/** Does the document ask for the schema rather than for data? `mixed`: for both. */
export function introspectionIn(document: DocumentNode): 'none' | 'only' | 'mixed' {
  let schema = 0;
  let data = 0;
  visit(document, {
    Field(field) {
      if (field.name.value === '__schema' || field.name.value === '__type') {
        schema += 1;
        return false;
      }
      if (field.name.value !== '__typename') data += 1;
      return undefined;
    },
    FragmentDefinition: ({ typeCondition }) => (typeCondition.name.value.startsWith('__') ? false : undefined),
  });
  return schema === 0 ? 'none' : data === 0 ? 'only' : 'mixed';
}
