import fc from 'fast-check';
import { addCalendarMonths, cstDate, dueInMonths, endOfCstDay, isCstDay, lastDayOfMonth, parseCompactDay, startOfCstDay } from './cst-day';
import { addWorkingDays, isWorkingDay, workingCalendar } from './working-days';

const noon = (day: string): Date => new Date(`${day}T04:00:00Z`);

describe('days in China', () => {
  it('turns at 16:00 UTC', () => {
    expect([cstDate(new Date('2026-11-20T15:59:59.999Z')), cstDate(new Date('2026-11-20T16:00:00Z'))]).toEqual(['2026-11-20', '2026-11-21']);
    expect(startOfCstDay('2026-11-30').toISOString()).toBe('2026-11-29T16:00:00.000Z');
    expect(endOfCstDay('2026-11-30').toISOString()).toBe('2026-11-30T15:59:59.000Z');
  });

  it('brings every instant inside its own day', () => {
    fc.assert(fc.property(fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
      const day = cstDate(at);
      expect(startOfCstDay(day).getTime()).toBeLessThanOrEqual(at.getTime());
      expect(at.getTime()).toBeLessThan(endOfCstDay(day).getTime() + 1000);
    }));
  });

  it.each([
    ['2026-11-30', 3, '2027-02-28'], ['2024-01-31', 1, '2024-02-29'], ['2026-12-15', 1, '2027-01-15'],
    ['2026-03-31', -1, '2026-02-28'], ['2026-05-31', 12, '2027-05-31'],
  ])('adds calendar months clamped to the month end: %s + %i = %s [REG-PROB-05]', (from, months, to) => {
    expect(addCalendarMonths(from, months)).toBe(to);
  });

  it('is due at the last second of the day n months on [PRE-ARCH-01]', () => {
    expect(dueInMonths(new Date('2026-01-30T17:00:00Z'), 1).toISOString()).toBe('2026-02-28T15:59:59.000Z');
  });

  it('finds the day of the month-end snapshot [PRE-DATA-13]', () => {
    expect(startOfCstDay(lastDayOfMonth('2026-11-05')).toISOString()).toBe('2026-11-29T16:00:00.000Z');
    expect(lastDayOfMonth('2028-02-01')).toBe('2028-02-29');
  });

  it('knows no day that does not exist', () => {
    expect(['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '20260101'].filter(isCstDay)).toEqual([]);
    expect([parseCompactDay('20240229'), parseCompactDay('20230229'), parseCompactDay('20000229'), parseCompactDay('2024-2-2')]).toEqual(['2024-02-29', null, '2000-02-29', null]);
    expect(() => startOfCstDay('2026-02-30')).toThrow('CST_DAY_INVALID');
    expect(() => addCalendarMonths('2026-02-30', 1)).toThrow('CST_DAY_INVALID');
  });
});

describe('working days', () => {
  it.each([
    ['2026-02-12', 3, '2026-02-24'], ['2026-04-30', 3, '2026-05-08'], ['2026-09-30', 3, '2026-10-10'], ['2026-11-20', 3, '2026-11-25'],
    ['2026-11-21', 3, '2026-11-25'], ['2026-09-23', 5, '2026-10-08'], ['2026-07-15', 30, '2026-08-26'], ['2026-09-01', 30, '2026-10-19'],
  ])('received on %s with %i working days is due on %s [TRF-GEN-03] [TRF-SLA-02]', (received, n, due) => {
    expect(addWorkingDays(noon(received), n)).toEqual({ dueAt: endOfCstDay(due), flagged: false });
  });

  it('counts from the day it is in China, not in UTC [TRF-SLA-02]', () => {
    expect(cstDate(addWorkingDays(new Date('2026-11-19T16:30:00Z'), 3).dueAt)).toBe('2026-11-25');
  });

  it('works on a make-up weekend and rests on a holiday [TRF-SLA-02]', () => {
    expect(['2026-02-14', '2026-02-16', '2026-11-20', '2026-11-21'].map(isWorkingDay)).toEqual([true, false, true, false]);
    expect(isWorkingDay(new Date('2026-02-13T16:00:00Z'))).toBe(true);
  });

  it('falls back to Monday to Friday in a year without a calendar, and says so [TRF-SLA-02]', () => {
    const bare = workingCalendar({ completeYears: [], days: {} });
    expect(bare.covers(2099)).toBe(false);
    expect(bare.addWorkingDays(noon('2099-09-30'), 3)).toEqual({ dueAt: endOfCstDay('2099-10-05'), flagged: true });
    expect(bare.addWorkingDays(noon('2026-12-21'), 3).flagged).toBe(false);
  });

  it("takes a year's notice from the override table [TRF-SLA-02]", () => {
    const calendar = workingCalendar({ completeYears: [2099], days: { '2099-10-01': 'REST', '2099-10-02': 'REST', '2099-10-03': 'WORK' } });
    expect(calendar.addWorkingDays(noon('2099-09-30'), 2)).toEqual({ dueAt: endOfCstDay('2099-10-05'), flagged: false });
    expect(workingCalendar({ completeYears: [], days: { '2026-02-14': 'REST' } }).isWorkingDay('2026-02-14')).toBe(false);
  });

  it('is due on a working day with exactly n working days behind it [TRF-SLA-02]', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 60 }), (offset, n) => {
      const received = new Date(noon('2024-06-01').getTime() + offset * 86_400_000);
      const due = addWorkingDays(received, n).dueAt;
      let counted = 0;
      for (let at = received.getTime() + 86_400_000; cstDate(new Date(at)) <= cstDate(due); at += 86_400_000) counted += Number(isWorkingDay(new Date(at)));
      expect([isWorkingDay(due), counted]).toEqual([true, n]);
    }));
  });

  it.each([0, -1, 1.5, Number.NaN, 1001])('refuses %d working days', (n) => {
    expect(() => addWorkingDays(new Date(0), n)).toThrow('WORKING_DAYS_INVALID');
  });
});
