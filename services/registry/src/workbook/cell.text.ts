/** Longest text a cell can hold, in UTF-16 units (the format's own limit). */
export const MAX_CELL_CHARS = 32_767;
/** The same while each character may still be an escape of seven. */
export const MAX_STORED_CHARS = MAX_CELL_CHARS * 7;

/** `_x000D_` in the file stands for the character U+000D. */
export const decodeEscapes = (text: string) =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : text;

const NEEDS_ESCAPE = /[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escape = (found: string) => {
  if (found === '&') return '&amp;';
  if (found === '<') return '&lt;';
  if (found === '>') return '&gt;';
  if (found.length > 1) return `_x005F${found}`;
  return `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
};

/** Element text that reads back to exactly `text`, also where XML has no way to write a character. */
export const encodeText = (text: string) => text.replace(NEEDS_ESCAPE, escape);

/** A stored number as a person would type it: no exponent, no binary noise beyond 15 digits. */
export function plainNumber(stored: string): string {
  const text = stored.trim();
  if (text === '' || /^-?\d+$/.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  if (Number.isInteger(value)) return BigInt(value).toString();
  const rounded = Number(value.toPrecision(15));
  const plain = String(rounded);
  return plain.includes('e') ? rounded.toFixed(20).replace(/\.?0+$/, '') : plain;
}

/** 0 for A, 26 for AA; null when the reference names no column. */
export function columnOf(reference: string): number | null {
  let column = 0;
  let length = 0;
  for (; length < reference.length; length++) {
    const letter = reference.charCodeAt(length) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return length === 0 || length > 3 ? null : column - 1;
}

/** A for 0, AA for 26. */
export const columnName = (column: number): string => (column < 26 ? '' : columnName(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));
