import { systemActor, type Actor } from '@xueji/platform';
import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import type { ClassFacts } from '../record-status/record-status.facts';
import type { JuniorNewcomerFacts } from './junior-newcomer.facts';
import type { JuniorNewcomerInput } from './junior-newcomer.inputs';
import type { PullSituation } from './junior-newcomer.rules';
import { juniorNewcomer, type PullState } from './junior-newcomer.workflow';
import type { NewcomerPull } from './newcomer-pull.entity';

const school = { id: 's-3161000101', path: '/cn/b-61/b-6101/b-610113/s-3161000101/', province: '61', divisionCode: '610113', stages: ['JUNIOR'], isActive: true, competentAuthorityId: 'b-610113' };
const classSection: ClassFacts = { id: 'c-7', schoolId: school.id, stage: 'JUNIOR', grade: 7, isFirstGrade: true, isLastGrade: false, hasClassTeacher: true };
const closesAt = new Date('2026-09-20T15:59:59Z');
const facts: JuniorNewcomerFacts = { school, classSection, window: { open: true, opensAt: new Date('2026-08-24T16:00:00Z'), closesAt, rule: 'REG-ENROL-08' }, graduateId: 'p-1', pulledAlready: false };

const clerk = actorFor('REGISTRY_ADMIN', school.id);
const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
const people: Record<string, Actor> = { pullingSchool: clerk, competentAuthority: bureau, nobody: systemActor };
const inputs: Record<string, JuniorNewcomerInput> = {
  pull: { name: '周示安', nationalStudentNumber: 'G999901201401156012', classId: classSection.id }, submit: {}, approve: {}, refuse: { reason: '材料不符' }, clear: { wonBySchoolId: 's-3161000201' },
};

const pull = { id: 'n-1', version: 2, studentId: 'p-1', schoolId: school.id, holderPath: school.path, classId: classSection.id, stage: 'JUNIOR', submittedBy: clerk.accountId } as unknown as NewcomerPull;

const situation = (command: string, from: PullState | null, actor: Actor, changed: Partial<JuniorNewcomerFacts> = {}): PullSituation => ({
  record: from && { ...pull, state: from }, actor, input: inputs[command]!, facts: { ...facts, ...changed }, now: new Date('2026-09-10T02:00:00Z'), command,
});

const refusalOf = (s: PullSituation) => {
  const decision = decide(juniorNewcomer, s);
  return decision.allowed ? null : { code: decision.error.code, rule: decision.error.rule, field: decision.error.field };
};

describe('junior newcomer', () => {
  walkTable(juniorNewcomer, { allowed: (row, from, by) => situation(row.command, from, people[by.relation]!) });

  it('refuses a pair that matches no entry of the pool [REG-ENROL-05]', () => {
    expect(refusalOf(situation('pull', null, clerk, { graduateId: null }))).toEqual({ code: 'GRADUATE_NOT_FOUND', rule: 'REG-ENROL-05', field: 'nationalStudentNumber' });
  });

  it('lets junior schools alone pull [REG-ENROL-05]', () => {
    expect(refusalOf(situation('pull', null, clerk, { school: { ...school, stages: ['PRIMARY'] } }))).toMatchObject({ code: 'SCHOOL_NOT_JUNIOR' });
    expect(refusalOf(situation('pull', null, clerk, { school: { ...school, isActive: false } }))).toMatchObject({ code: 'SCHOOL_NOT_JUNIOR' });
  });

  it('lets a school hold one pull of a graduate [REG-ENROL-12]', () => {
    expect(refusalOf(situation('pull', null, clerk, { pulledAlready: true }))).toMatchObject({ code: 'PULL_ALREADY_HELD', rule: 'REG-ENROL-12' });
  });

  it('pulls into a first-grade class of the school with a class teacher [REG-CLASS-03]', () => {
    for (const unfit of [null, { ...classSection, schoolId: 's-3161000201' }, { ...classSection, hasClassTeacher: false }, { ...classSection, isFirstGrade: false }, { ...classSection, stage: 'PRIMARY' as const }]) {
      expect(refusalOf(situation('pull', null, clerk, { classSection: unfit }))).toMatchObject({ code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', field: 'classId' });
    }
  });

  it('keeps pull and submission inside the window, the review not [GEN-FLOW-07] [GEN-FLOW-08]', () => {
    const closed = { window: { ...facts.window, open: false } };
    expect(refusalOf(situation('pull', null, clerk, closed))).toMatchObject({ code: 'WINDOW_CLOSED' });
    expect(refusalOf(situation('submit', 'PULLED', clerk, closed))).toMatchObject({ code: 'WINDOW_CLOSED' });
    expect(refusalOf(situation('approve', 'SUBMITTED', bureau, closed))).toBeNull();
  });

  it('is due at the end of the window [REG-ENROL-08] [GEN-FLOW-08]', () => {
    expect(decide(juniorNewcomer, situation('submit', 'PULLED', clerk))).toMatchObject({ allowed: true, deadline: { dueAt: closesAt, rule: 'REG-ENROL-08' } });
    expect(decide(juniorNewcomer, situation('submit', 'PULLED', clerk, { window: { ...facts.window, closesAt: null } }))).toMatchObject({ allowed: true, deadline: null });
  });

  it('submits and approves nobody who has left the pool [REG-ENROL-07]', () => {
    expect(refusalOf(situation('submit', 'PULLED', clerk, { graduateId: null }))).toMatchObject({ code: 'GRADUATE_LEFT_POOL', rule: 'REG-ENROL-07' });
    expect(refusalOf(situation('approve', 'SUBMITTED', bureau, { graduateId: null }))).toMatchObject({ code: 'GRADUATE_LEFT_POOL', rule: 'REG-ENROL-07' });
  });

  it('is not reviewed by the person who submitted [GEN-FLOW-05]', () => {
    const same = { ...bureau, accountId: clerk.accountId };
    expect(refusalOf(situation('approve', 'SUBMITTED', same))).toMatchObject({ rule: 'GEN-FLOW-05' });
  });
});
