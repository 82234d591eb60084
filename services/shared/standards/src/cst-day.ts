/** A calendar day in China Standard Time, written `YYYY-MM-DD`. China keeps UTC+08:00 all year. */
export type CstDay = string;

const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const two = (n: number): string => String(n).padStart(2, '0');

function midnight(day: CstDay): number {
  const at = isCstDay(day) ? Date.parse(`${day}T00:00:00Z`) - OFFSET_MS : Number.NaN;
  if (Number.isNaN(at)) throw new RangeError(`CST_DAY_INVALID: ${day}`);
  return at;
}

export function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** True for a day that exists: `2026-02-29` is not one. */
export function isCstDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseCompactDay(text.slice(0, 4) + text.slice(5, 7) + text.slice(8)) !== null;
}

/** `YYYYMMDD` as a day, or null when there is no such day. */
export function parseCompactDay(text: string): CstDay | null {
  if (!/^\d{8}$/.test(text)) return null;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6));
  if (year === 0 || day === 0 || day > daysInMonth(year, month)) return null;
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

/** The day it is in China at this instant. */
export function cstDate(at: Date): CstDay {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 10);
}

/** 00:00:00 CST. @throws RangeError `CST_DAY_INVALID` */
export function startOfCstDay(day: CstDay): Date {
  return new Date(midnight(day));
}

/** 23:59:59 CST, the last second at which a deadline of that day is met. @throws RangeError `CST_DAY_INVALID` */
export function endOfCstDay(day: CstDay): Date {
  return new Date(midnight(day) + DAY_MS - 1000);
}

export function addCalendarDays(day: CstDay, days: number): CstDay {
  return cstDate(new Date(midnight(day) + days * DAY_MS));
}

/** Same day number n months on, clamped to the month's end: 2026-11-30 + 3 → 2027-02-28. */
export function addCalendarMonths(day: CstDay, months: number): CstDay {
  midnight(day);
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12);
  const month = (count % 12) + 1;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(Math.min(Number(day.slice(8)), daysInMonth(year, month)))}`;
}

/** 23:59:59 CST of the day n calendar months after the day of `from`. */
export function dueInMonths(from: Date, months: number): Date {
  return endOfCstDay(addCalendarMonths(cstDate(from), months));
}

/** The last day of a day's month; its `startOfCstDay` is the instant of the month-end snapshot [PRE-DATA-13]. */
export function lastDayOfMonth(day: CstDay): CstDay {
  midnight(day);
  return `${day.slice(0, 8)}${two(daysInMonth(Number(day.slice(0, 4)), Number(day.slice(5, 7))))}`;
}
