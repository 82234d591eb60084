import { addWorkingDays, cstDate, startOfCstDay } from '@xueji/standards';
import fc from 'fast-check';
import { receivedBefore, reminderInstant, thresholds } from './reminder.instants';

const policy = { reminderAfterWorkingDays: 2, stepWorkingDays: 3 };
const at = (day: string) => new Date(`${day}T02:00:00Z`);

describe('the instants of reminders', () => {
  it.each([
    ['2026-09-30', '2026-10-09', '2026-10-10', '2026-10-14'],
    ['2026-02-12', '2026-02-14', '2026-02-24', '2026-02-27'],
    ['2026-11-20', '2026-11-24', '2026-11-25', '2026-11-30'],
  ])('a step received on %s is reminded of on %s, due on %s and escalated after %s [TRF-SLA-02] [TRF-SLA-03]', (received, before, due, escalated) => {
    const step = { receivedAt: at(received), dueAt: addWorkingDays(at(received), 3).dueAt };
    expect([cstDate(reminderInstant('BEFORE', step, policy)), cstDate(reminderInstant('DUE', step, policy)), cstDate(reminderInstant('OVERDUE', step, policy)), cstDate(reminderInstant('ESCALATED', step, policy))])
      .toEqual([before, due, due, escalated]);
    expect(reminderInstant('BEFORE', step, policy)).toEqual(startOfCstDay(before));
  });

  it('are reached for exactly those steps that the threshold lets through [TRF-SLA-03]', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (start, hours, before, days) => {
      const own = { reminderAfterWorkingDays: before, stepWorkingDays: days };
      const receivedAt = new Date(Date.parse('2025-10-01T00:30:00Z') + start * 3_600_000);
      const now = new Date(receivedAt.getTime() + hours * 3_600_000);
      const step = { receivedAt, dueAt: addWorkingDays(receivedAt, days).dueAt };
      const limits = thresholds(own, now);
      expect(receivedAt < limits.receivedBefore).toBe(reminderInstant('BEFORE', step, own) <= now);
      expect(step.dueAt < limits.dueBefore).toBe(reminderInstant('ESCALATED', step, own) < now);
    }), { numRuns: 500 });
  });

  it('count back over a holiday and its make-up days [TRF-SLA-02]', () => {
    expect(receivedBefore(at('2026-10-09'), 2)).toEqual(startOfCstDay('2026-10-08'));
    expect(receivedBefore(at('2026-10-07'), 1)).toEqual(startOfCstDay('2026-09-30'));
  });
});
