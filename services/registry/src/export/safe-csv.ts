/** A spreadsheet takes a cell that begins so for a formula; full-width signs count, for some programs read them alike. */
const LOOKS_LIVE = /^[\s\u200b\ufeff]*[=+\-@\t\r\n|%＝＋－＠]/u;

/** The value as text that no spreadsheet runs: a live beginning gets an apostrophe before it, control characters go. */
export function safeCell(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  // eslint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
  return LOOKS_LIVE.test(clean) ? `'${clean}` : clean;
}

/** One line of CSV (RFC 4180). */
export const csvLine = (values: readonly unknown[]): string => `${values.map((value) => quoted(safeCell(value))).join(',')}\r\n`;

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
