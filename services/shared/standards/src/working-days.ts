import published from 'chinese-days/dist/chinese-days.json';
import { addCalendarDays, cstDate, endOfCstDay, type CstDay } from './cst-day';

/** What a year's notice says where the built-in calendar is silent or wrong. */
export interface CalendarOverrides {
  /** Years whose holidays and make-up days are complete once these overrides are applied. */
  readonly completeYears: readonly number[];
  readonly days: Readonly<Record<CstDay, 'WORK' | 'REST'>>;
}

export interface WorkingDayDeadline {
  /** 23:59:59 CST of the last working day. */
  readonly dueAt: Date;
  /** True when a year on the way is not covered, so its days were taken as Monday to Friday. */
  readonly flagged: boolean;
}

export interface WorkingCalendar {
  isWorkingDay(day: CstDay | Date): boolean;
  /** True when the year's holidays are known. */
  covers(year: number): boolean;
  /** The day of receipt is day 0. @throws RangeError `WORKING_DAYS_INVALID` unless n is a whole number from 1 to 1000 */
  addWorkingDays(receivedAt: Date, n: number): WorkingDayDeadline;
}

/** Add a year here as soon as the State Council publishes it, if the calendar package has no release with it yet. */
const OVERRIDES: CalendarOverrides = { completeYears: [], days: {} };

/** A calendar from the published holidays and one's own overrides (the overrides win). */
export function workingCalendar(overrides: CalendarOverrides = OVERRIDES): WorkingCalendar {
  const { holidays, workdays }: { holidays: Record<CstDay, string>; workdays: Record<CstDay, string> } = published;
  const days = new Map<CstDay, boolean>();
  for (const day of Object.keys(holidays)) days.set(day, false);
  for (const day of Object.keys(workdays)) days.set(day, true);
  for (const [day, kind] of Object.entries(overrides.days)) days.set(day, kind === 'WORK');

  const completeYears = new Set(overrides.completeYears);
  // The package treats a year it lacks as one without holidays; National Day tells the two apart.
  const covers = (year: number): boolean => completeYears.has(year) || `${year}-10-01` in holidays;

  const isWorkingDay = (day: CstDay | Date): boolean => {
    const key = typeof day === 'string' ? day : cstDate(day);
    const weekday = new Date(`${key}T00:00:00Z`).getUTCDay();
    return days.get(key) ?? (weekday !== 0 && weekday !== 6);
  };

  return {
    isWorkingDay,
    covers,
    addWorkingDays(receivedAt, n) {
      if (!Number.isInteger(n) || n < 1 || n > 1000) throw new RangeError(`WORKING_DAYS_INVALID: ${n}`);
      let day = cstDate(receivedAt);
      let flagged = false;
      for (let left = n; left > 0; ) {
        day = addCalendarDays(day, 1);
        flagged ||= !covers(Number(day.slice(0, 4)));
        if (isWorkingDay(day)) left -= 1;
      }
      return { dueAt: endOfCstDay(day), flagged };
    },
  };
}

const standard = workingCalendar();

/** True on a weekday that is no public holiday, and on a make-up weekend [TRF-SLA-02]. */
export function isWorkingDay(day: CstDay | Date): boolean {
  return standard.isWorkingDay(day);
}

/** When a step received at `receivedAt` with n working days is due [TRF-GEN-03, TRF-SLA-02]. */
export function addWorkingDays(receivedAt: Date, n: number): WorkingDayDeadline {
  return standard.addWorkingDays(receivedAt, n);
}
