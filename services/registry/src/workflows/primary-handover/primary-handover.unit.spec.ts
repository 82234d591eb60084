import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import type { Handover } from '../../handover/handover.entity';
import { primaryHandover } from './primary-handover.workflow';

const SCHOOL = 's-2161000101';
const input = { childId: 'c1', institutionId: 's-1161000101', schoolId: SCHOOL, holderPath: '/cn/' };
const system = { ...actorFor('REGISTRY_ADMIN', 'cn'), accountId: 'system', duty: 'SYSTEM' as never };
const situation = (command: string, from: string | null, actor = actorFor('REGISTRY_LEADER', SCHOOL)) => ({
  record: from === null ? null : ({ ...input, id: 'h1', state: from, version: 1, dueAt: new Date('2026-10-27T15:59:59Z'), dueFlagged: false } as Handover),
  actor, input, facts: { workingDays: 30 }, now: new Date('2026-09-01T02:00:00Z'), command,
});

describe('the hand-over from kindergarten [PRE-CHG-03]', () => {
  walkTable(primaryHandover, { allowed: (row, from, by) => situation(row.command, from, by.duty === 'SYSTEM' ? system : actorFor(by.duty, SCHOOL)) });

  it('is due 30 working days after the request and keeps that day once released [PRE-CHG-04]', () => {
    const requested = decide(primaryHandover, situation('request', null));
    expect(requested).toMatchObject({ allowed: true, deadline: { rule: 'PRE-CHG-04', flagged: false, dueAt: new Date('2026-10-19T15:59:59Z') } });
    expect(decide(primaryHandover, situation('release', 'REQUESTED', system))).toMatchObject({ deadline: { dueAt: new Date('2026-10-27T15:59:59Z') } });
  });

  it('cannot be started for another school [PRE-CHG-03]', () => {
    expect(decide(primaryHandover, situation('request', null, actorFor('REGISTRY_LEADER', 's-2161000102')))).toMatchObject({ allowed: false, error: { code: 'ACTOR_NOT_PERMITTED' } });
  });
});
