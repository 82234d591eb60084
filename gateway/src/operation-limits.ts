import {
  GraphQLError, Kind, parse, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode,
} from 'graphql';

/** What one operation may ask for. Fragments count each time they are spread. */
export const LIMITS = {
  /** nesting of fields */
  depth: 12,
  aliases: 15,
  /** fields of the query or mutation itself */
  rootFields: 20,
  directives: 20,
  /** all fields, which bounds validation and planning */
  fields: 1000,
  /** objects that may be read: each field with a selection counts once, times `first` or `last` of the fields around it */
  cost: 3000,
  /** lexical tokens of the document */
  tokens: 2000,
} as const;

export type LimitName = Exclude<keyof typeof LIMITS, 'tokens'> | 'cycle';

interface Measure {
  depth: number;
  aliases: number;
  width: number;
  directives: number;
  fields: number;
  cost: number;
}

const NOTHING: Measure = { depth: 0, aliases: 0, width: 0, directives: 0, fields: 0, cost: 0 };

/**
 * Measures a document before it is validated, in time linear in its length: reused fragments are multiplied, not
 * walked again. Takes no schema. `introspection` leaves `__schema` and `__type` out, where these are allowed.
 * @returns the first limit passed, or null
 */
export function limitPassed(document: DocumentNode, variables: Record<string, unknown>, { introspection }: { introspection: boolean }): LimitName | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const measure = measureOperation(node, fragments, variables, introspection);
    if (measure === 'cycle') return 'cycle';
    if (measure.width > LIMITS.rootFields) return 'rootFields';
    for (const name of ['depth', 'aliases', 'directives', 'fields', 'cost'] as const) if (measure[name] > LIMITS[name]) return name;
  }
  return null;
}

function measureOperation(
  operation: OperationDefinitionNode, fragments: Map<string, FragmentDefinitionNode>, variables: Record<string, unknown>, introspection: boolean,
): Measure | 'cycle' {
  const known = new Map<string, Measure>();
  const open = new Set<string>();
  const defaults = new Map(operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]));
  let hasCycle = false;

  const pageSize = (field: FieldNode): number => {
    const sizes = (field.arguments ?? []).filter(({ name }) => name.value === 'first' || name.value === 'last').map(({ value }) => {
      if (value.kind === Kind.INT) return Number(value.value);
      if (value.kind !== Kind.VARIABLE) return 1;
      const given = variables[value.name.value];
      const fallback = defaults.get(value.name.value);
      return typeof given === 'number' ? given : fallback?.kind === Kind.INT ? Number(fallback.value) : 1;
    });
    return Math.max(1, ...sizes);
  };

  const measureField = (field: FieldNode): Measure => {
    if (introspection && (field.name.value === '__schema' || field.name.value === '__type')) return { ...NOTHING, width: 1 };
    const inner = field.selectionSet ? measureSelection(field.selectionSet) : NOTHING;
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (field.alias ? 1 : 0),
      width: 1,
      directives: inner.directives + (field.directives?.length ?? 0),
      fields: inner.fields + 1,
      cost: field.selectionSet ? pageSize(field) * (1 + inner.cost) : 0,
    };
  };

  const measureFragment = (name: string): Measure => {
    const measured = known.get(name);
    if (measured) return measured;
    const fragment = fragments.get(name);
    if (!fragment) return NOTHING;
    if (open.has(name)) {
      hasCycle = true;
      return NOTHING;
    }
    open.add(name);
    const measure = measureSelection(fragment.selectionSet);
    open.delete(name);
    known.set(name, measure);
    return measure;
  };

  const measureSelection = ({ selections }: SelectionSetNode): Measure => {
    const sum = { ...NOTHING };
    for (const selection of selections) {
      const each = selection.kind === Kind.FIELD ? measureField(selection)
        : selection.kind === Kind.INLINE_FRAGMENT ? measureSelection(selection.selectionSet)
        : measureFragment(selection.name.value);
      sum.depth = Math.max(sum.depth, each.depth);
      sum.aliases += each.aliases;
      sum.width += each.width;
      sum.directives += each.directives + (selection.kind === Kind.FIELD ? 0 : selection.directives?.length ?? 0);
      sum.fields += each.fields;
      sum.cost += each.cost;
    }
    return sum;
  };

  const measure = measureSelection(operation.selectionSet);
  measure.directives += operation.directives?.length ?? 0;
  return hasCycle ? 'cycle' : measure;
}

/** null: not a document. */
export function parseDocument(query: string): DocumentNode | null {
  try {
    return parse(query, { maxTokens: LIMITS.tokens, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
