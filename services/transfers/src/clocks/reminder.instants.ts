import { addCalendarDays, addWorkingDays, cstDate, isWorkingDay, startOfCstDay, type TransferPolicy } from '@xueji/standards';

/** BEFORE and DUE tell the reviewer, OVERDUE the reviewer's superior, ESCALATED the one above that [TRF-SLA-03] [TRF-SLA-01]. */
export const ReminderKind = { BEFORE: 'BEFORE', DUE: 'DUE', OVERDUE: 'OVERDUE', ESCALATED: 'ESCALATED' } as const;
export type ReminderKind = keyof typeof ReminderKind;

type ReminderPolicy = Pick<TransferPolicy, 'reminderAfterWorkingDays' | 'stepWorkingDays'>;

/** What came in before this instant (00:00 CST of a day) has seen the beginning of its nth working day. */
export function receivedBefore(now: Date, workingDays: number): Date {
  let day = cstDate(now);
  for (let left = workingDays; ; day = addCalendarDays(day, -1)) {
    if (isWorkingDay(day)) left -= 1;
    if (left === 0) return startOfCstDay(day);
  }
}

/** Which cases a clock that looks at `now` reminds of: those received, or due, before these instants. */
export const thresholds = (policy: ReminderPolicy, now: Date): { receivedBefore: Date; dueBefore: Date } => ({
  receivedBefore: receivedBefore(now, policy.reminderAfterWorkingDays),
  dueBefore: receivedBefore(new Date(startOfCstDay(cstDate(now)).getTime() - 1), policy.stepWorkingDays),
});

/**
 * The instant a reminder belongs to: the morning of the day the policy names, the due instant, and the end of as many working days again
 * as the step had.
 */
export function reminderInstant(kind: ReminderKind, step: { receivedAt: Date; dueAt: Date }, policy: ReminderPolicy): Date {
  if (kind === 'BEFORE') return startOfCstDay(cstDate(addWorkingDays(step.receivedAt, policy.reminderAfterWorkingDays).dueAt));
  return kind === 'ESCALATED' ? addWorkingDays(step.dueAt, policy.stepWorkingDays).dueAt : step.dueAt;
}
