import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** How large an operation is. Fragments count each time they are spread. */
export interface Measure {
  /** nesting of fields */
  depth: number;
  aliases: number;
  /** fields of the query or mutation itself */
  rootFields: number;
  directives: number;
  /** all fields */
  fields: number;
  /** objects that may be read: each field with a selection counts once, times `first` or `last` of the fields around it */
  cost: number;
  /** selections looked at to find this out; grows with the length of the document alone */
  visited: number;
}

export type Measured = Exclude<keyof Measure, 'visited'>;

const NOTHING: Measure = { depth: 0, aliases: 0, rootFields: 0, directives: 0, fields: 0, cost: 0, visited: 0 };

/** The measure of each operation of a document, or `cycle` for one whose fragments spread one another. Takes no schema. */
export function measureDocument(document: DocumentNode, variables: Record<string, unknown>, { introspection }: { introspection: boolean }): (Measure | 'cycle')[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [measureOperation(node, fragments, variables, introspection)] : []));
}

/** The first limit that the document passes, or null. What is not in `limits` is not limited. */
export function limitPassedBy(measures: readonly (Measure | 'cycle')[], limits: Partial<Record<Measured, number>>): Measured | 'cycle' | null {
  for (const measure of measures) {
    if (measure === 'cycle') return 'cycle';
    for (const name of ['rootFields', 'depth', 'aliases', 'directives', 'fields', 'cost'] as const) if (measure[name] > (limits[name] ?? Infinity)) return name;
  }
  return null;
}

/** Takes time linear in the length of the document: reused fragments are multiplied, not walked again. */
function measureOperation(
  operation: OperationDefinitionNode, fragments: Map<string, FragmentDefinitionNode>, variables: Record<string, unknown>, introspection: boolean,
): Measure | 'cycle' {
  const known = new Map<string, Measure>();
  const open = new Set<string>();
  const defaults = new Map(operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]));
  let hasCycle = false;
  let visited = 0;

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
    if (introspection && (field.name.value === '__schema' || field.name.value === '__type')) return { ...NOTHING, rootFields: 1 };
    const inner = field.selectionSet ? measureSelection(field.selectionSet) : NOTHING;
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (field.alias ? 1 : 0),
      rootFields: 1,
      directives: inner.directives + (field.directives?.length ?? 0),
      fields: inner.fields + 1,
      cost: field.selectionSet ? pageSize(field) * (1 + inner.cost) : 0,
      visited: 0,
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
      visited += 1;
      const each = selection.kind === Kind.FIELD ? measureField(selection)
        : selection.kind === Kind.INLINE_FRAGMENT ? measureSelection(selection.selectionSet)
        : measureFragment(selection.name.value);
      sum.depth = Math.max(sum.depth, each.depth);
      sum.aliases += each.aliases;
      sum.rootFields += each.rootFields;
      sum.directives += each.directives + (selection.kind === Kind.FIELD ? 0 : selection.directives?.length ?? 0);
      sum.fields += each.fields;
      sum.cost += each.cost;
    }
    return sum;
  };

  const measure = measureSelection(operation.selectionSet);
  measure.directives += operation.directives?.length ?? 0;
  return hasCycle ? 'cycle' : { ...measure, visited };
}
