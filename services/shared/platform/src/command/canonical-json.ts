/** JSON with sorted keys, so that equal values hash equally however they were stored. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
};

/** Each property of a record on its own, in the same form; null and undefined are alike. What is the very same in `known` is not written anew. */
export function canonicalColumns<R extends object>(record: R, known: { of: R; columns: ReadonlyMap<string, string> } | null = null): Map<string, string> {
  return new Map(Object.entries(record).map(([key, value]) => [key, known && known.of[key as keyof R] === value ? known.columns.get(key)! : canonicalJson(value)]));
}
