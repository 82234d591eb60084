import { actorFor, walkTable } from '@xueji/testing';
import type { Actor } from '@xueji/platform';
import { decide } from '@xueji/workflow';
import type { GuardianBinding } from './guardian-binding.entity';
import type { BindingInput } from './guardian-binding.inputs';
import type { BindingSituation } from './guardian-binding.rules';
import { guardianBinding, type BindingState } from './guardian-binding.workflow';

const SCHOOL = 's-2161000101';
const guardian = actorFor('GUARDIAN', 's-2161000102');
const leader = actorFor('REGISTRY_LEADER', SCHOOL);
const people: Record<string, Actor> = { oneself: guardian, holdingSchool: leader };
const student = { id: 'p-1', schoolId: SCHOOL, holderPath: `/cn/b-61/b-6101/b-610113/${SCHOOL}/` };
const inputs: Record<string, BindingInput> = { request: { name: '示例生', nationalStudentNumber: 'G1', relationship: '2' }, refuse: { reason: '非监护人' }, confirm: {}, drop: {}, end: {} };
const binding = (state: BindingState) => ({ id: 'g-1', version: 1, state, accountId: guardian.accountId, submittedBy: guardian.accountId, studentId: 'p-1', schoolId: SCHOOL }) as GuardianBinding;
const situation = (command: string, from: BindingState | null, actor: Actor, change: Partial<BindingSituation> = {}): BindingSituation => ({
  record: from && binding(from), actor, input: inputs[command]!, facts: { student: from ? null : student }, now: new Date('2026-11-20T02:00:00Z'), command, ...change,
});
const outcome = (s: BindingSituation) => {
  const decision = decide(guardianBinding, s);
  return decision.allowed ? { to: decision.to, ...decision.patch } : { code: decision.error.code, rule: decision.error.rule };
};

describe('guardian binding', () => {
  walkTable(guardianBinding, { allowed: (row, from, by) => situation(row.command, from, people[by.relation]!) });

  it('is asked for in the real name of the account, and confirmed by the school that holds the pupil [REG-QUERY-01] [ACC-AUDIT-02]', () => {
    expect(outcome(situation('request', null, guardian))).toMatchObject({ to: 'REQUESTED', accountId: guardian.accountId, realName: guardian.realName, schoolId: SCHOOL });
    expect(outcome(situation('request', null, { ...guardian, realNameVerified: false }))).toEqual({ code: 'ACTOR_NOT_REAL_NAME', rule: 'ACC-AUDIT-02' });
    expect(outcome(situation('confirm', 'REQUESTED', actorFor('REGISTRY_LEADER', 's-2161000102')))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });

  it('wants name and number of one pupil and a relationship of the form [ACC-PERM-03]', () => {
    expect(outcome(situation('request', null, guardian, { facts: { student: null } }))).toEqual({ code: 'GUARDIAN_PUPIL_NOT_FOUND', rule: 'ACC-PERM-03' });
    expect(outcome(situation('request', null, guardian, { input: { ...inputs.request, relationship: '7' } as BindingInput }))).toMatchObject({ code: 'GUARDIAN_RELATIONSHIP_UNKNOWN' });
  });

  it('is ended by the guardian or the school, and by nobody else [ACC-PERM-03]', () => {
    expect(outcome(situation('end', 'CONFIRMED', leader))).toMatchObject({ to: 'ENDED' });
    expect(outcome(situation('end', 'CONFIRMED', actorFor('GUARDIAN', SCHOOL)))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });
});
