export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a key of an object's own, whatever objects inherit under that name. */
export function setOwn(target: Data, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { configurable: true, enumerable: true, writable: true, value });
  else target[key] = value;
}

export function own(source: Data, key: string): unknown {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}

/** Adds to `target` what `source` knows. Objects are joined, lists of equal length element by element; anything else is replaced. */
export function merge(target: Data, source: Data): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    if (typeof value !== 'object' || value === null) {
      setOwn(target, key, value);
      continue;
    }
    const known = own(target, key);
    if (known === value) continue;
    if (Array.isArray(value)) {
      if (Array.isArray(known) && known.length === value.length) mergeLists(known, value);
      else setOwn(target, key, value);
    } else if (isData(known)) merge(known, value as Data);
    else setOwn(target, key, value);
  }
}

function mergeLists(target: unknown[], source: unknown[]): void {
  for (let index = 0; index < source.length; index += 1) {
    const [known, value] = [target[index], source[index]];
    if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) mergeLists(known, value);
    else if (isData(known) && isData(value)) merge(known, value);
    else target[index] = value;
  }
}
