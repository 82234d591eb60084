/** What JSON cannot hold as it is: quotes, backslashes, control characters, and halves of surrogate pairs. */
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A string as JSON text, as `JSON.stringify` writes it. */
export function textOf(value: string): string {
  return NEEDS_CARE.test(value) ? JSON.stringify(value) : `"${value}"`;
}

/** Any value as JSON text; what JSON has no word for becomes null. */
export function jsonOf(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  return JSON.stringify(value) ?? 'null';
}

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** JavaScript that reads a key of `object`; keys that every object inherits are read only where the object has its own. */
export function readKey(object: string, key: string): string {
  const name = JSON.stringify(key);
  return INHERITED.has(key) ? `(Object.hasOwn(${object},${name})?${object}[${name}]:undefined)` : `${object}[${name}]`;
}
