import { systemActor, type Actor } from '@xueji/platform';
import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import type { ProblemRecord } from './problem-record.entity';
import type { ProblemFacts } from './problem-record.facts';
import type { ProblemInput } from './problem-record.inputs';
import type { ProblemSituation } from './problem-record.rules';
import { problemRecord, type ProblemState } from './problem-record.workflow';

const SCHOOL = 's-2161000101';
const now = new Date('2026-11-20T02:00:00Z');
const student = { id: 'p-1', schoolId: SCHOOL, holderPath: `/cn/b-61/b-6101/b-610113/${SCHOOL}/` };
const facts: ProblemFacts = { student, competentAuthorityId: 'b-610113', superiorId: 'b-6101' };
const proof = [{ fileName: '户籍证明.pdf', sha256: 'a'.repeat(64) }];
const inputs: Record<string, ProblemInput> = {
  open: { studentId: 'p-1', kind: 'ID_NAME_MISMATCH', reason: null }, submit: { resolution: 'SUBSTANTIATED', proof, reason: null, attachments: [] },
  approve: {}, escalate: { reason: '与外县一名学生证件号冲突' }, refuse: { reason: '材料不符' }, confirm: { reason: '公安部身份认证：一致' },
};
const problem = (state: ProblemState, change: Partial<ProblemRecord> = {}) => ({
  id: 'q-1', version: 2, state, studentId: 'p-1', kind: 'ID_NAME_MISMATCH', schoolId: SCHOOL, holderPath: student.holderPath, handlerId: 'b-610113', submittedBy: 'a-clerk', proof, resolution: 'SUBSTANTIATED', ...change,
}) as ProblemRecord;
const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
const people: Record<string, Actor> = { ministry: actorFor('REGISTRY_ADMIN', 'cn'), nobody: systemActor, holdingSchool: actorFor('REGISTRY_ADMIN', SCHOOL), decidingBureau: bureau };

const situation = (command: string, from: ProblemState | null, actor: Actor, change: Partial<ProblemSituation> = {}): ProblemSituation => ({
  record: from && problem(from), actor, input: inputs[command]!, facts, now, command, ...change,
});
const outcome = (s: ProblemSituation) => {
  const decision = decide(problemRecord, s);
  return decision.allowed ? { to: decision.to, ...decision.patch, told: decision.events(problem('RESOLVED')).map(({ type, data }) => [type.split('.')[4], data]) } : { code: decision.error.code, rule: decision.error.rule };
};

describe('problem record', () => {
  walkTable(problemRecord, { allowed: (row, from, by) => situation(row.command, from, people[by.relation]!) });

  it('is assigned to the school that holds the pupil, and told with kind and instant [REG-PROB-01] [REG-PROB-02] [REG-PROB-09]', () => {
    expect(outcome(situation('open', null, systemActor))).toMatchObject({
      to: 'OPEN', schoolId: SCHOOL, kind: 'ID_NAME_MISMATCH', told: [['opened', { studentId: 'p-1', kind: 'ID_NAME_MISMATCH', openedAt: '2026-11-20T02:00:00.000Z' }]],
    });
  });

  it('goes to the bureau of the school, and one level up each time it is passed on, to the Ministry at last [REG-PROB-03]', () => {
    expect(outcome(situation('submit', 'OPEN', people.holdingSchool!))).toMatchObject({ to: 'SUBMITTED', handlerId: 'b-610113' });
    expect(outcome(situation('escalate', 'SUBMITTED', bureau))).toMatchObject({ to: 'ESCALATED', handlerId: 'b-6101' });
    const withMinistry = { record: problem('ESCALATED', { handlerId: 'cn' }), facts: { ...facts, superiorId: null } };
    expect(outcome(situation('escalate', null, people.ministry!, withMinistry))).toEqual({ code: 'PROBLEM_AT_TOP_LEVEL', rule: 'REG-PROB-03' });
    expect(outcome(situation('approve', null, people.ministry!, withMinistry))).toMatchObject({ to: 'RESOLVED', told: [['resolved', { resolvedAt: '2026-11-20T02:00:00.000Z', studentId: 'p-1' }]] });
  });

  it('is ended by the system when the authority no longer doubts, wherever it lies, and by no person so [AGY-IF-06]', () => {
    for (const from of ['OPEN', 'SUBMITTED', 'ESCALATED'] as const) {
      expect(outcome(situation('confirm', from, systemActor))).toMatchObject({ to: 'RESOLVED', resolution: null, told: [['resolved', { studentId: 'p-1', kind: 'ID_NAME_MISMATCH' }]] });
      for (const person of [people.ministry!, people.holdingSchool!, bureau]) expect(outcome(situation('confirm', from, person))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    }
  });

  it('is decided by the bureau that has it and by no other level [REG-PROB-07]', () => {
    for (const other of ['b-6101', 'b-61', 'b-610112']) expect(outcome(situation('approve', 'SUBMITTED', actorFor('REGISTRY_ADMIN', other)))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(outcome(situation('approve', 'SUBMITTED', actorFor('REGISTRY_LEADER', 'b-610113')))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });

  it.each([
    ['without proof', { resolution: 'SUBSTANTIATED', proof: [] }, 'PROBLEM_PROOF_MISSING'],
    ['with a proof that no digest identifies', { resolution: 'SUBSTANTIATED', proof: [{ fileName: 'x', sha256: 'x' }] }, 'PROBLEM_PROOF_MISSING'],
    ['as a change, which the key-information workflow makes', { resolution: 'CHANGED', proof }, 'PROBLEM_RESOLUTION_UNAVAILABLE'],
    ['as a deletion, which voids the record', { resolution: 'DELETED', proof }, 'PROBLEM_RESOLUTION_UNAVAILABLE'],
  ])('is not submitted %s [REG-PROB-03] [REG-PROB-09]', (_what, input, code) => {
    expect(outcome(situation('submit', 'OPEN', people.holdingSchool!, { input: input as ProblemInput }))).toMatchObject({ code });
  });

  it('comes back to the school when the bureau refuses, to be applied for anew [GEN-FLOW-03]', () => {
    expect(outcome(situation('refuse', 'SUBMITTED', bureau))).toMatchObject({ to: 'OPEN', resolution: null, handlerId: null });
    expect(outcome(situation('refuse', 'SUBMITTED', bureau, { input: {} }))).toEqual({ code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03' });
  });
});
