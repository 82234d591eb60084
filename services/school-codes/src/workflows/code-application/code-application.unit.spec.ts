import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { SchoolCodeApplication } from '../../code-application/code-application.entity';
import { organizationRow } from '../record.fixture';
import type { CodeApplicationInput } from './code-application.inputs';
import type { CodeApplicationSituation } from './code-application.rules';
import { codeApplication } from './code-application.workflow';

const uncoded = organizationRow('s-2161000101', { state: 'PENDING_CODE', schoolIdentifier: null });
const holders: Record<string, string> = { SUBMITTED: 'b-6101', CITY_APPROVED: 'b-61', PROVINCE_APPROVED: 'cn' };

const situation = (command: string, state: string | null, changes: Partial<CodeApplicationSituation> = {}): CodeApplicationSituation => {
  const isReview = command === 'approve' || command === 'refuse';
  const bureau = isReview ? holders[state!]! : 'b-610113';
  return {
    command,
    record: state === null ? null : Object.assign(new SchoolCodeApplication(), {
      id: 'a', state, version: 1, kind: 'NEW', newName: null, schoolId: uncoded.id, path: uncoded.path, applicantId: 'b-610113', holderId: holders[state] ?? null, submittedBy: 'a-registry-admin.b-610113',
    }),
    actor: actorFor('REGISTRY_ADMIN', bureau),
    input: isReview ? { reason: '材料不全' } : { schoolId: uncoded.id, kind: 'NEW', codePlanningConfirmed: true },
    facts: { school: uncoded, bureau: organizationRow(bureau), openApplicationId: null },
    now: new Date('2026-09-10T02:00:00Z'),
    ...changes,
  };
};

const applying = (input: Partial<CodeApplicationInput>, school = uncoded, openApplicationId: string | null = null) => {
  const s = situation('applyForSchoolCode', null);
  const decision = decide(codeApplication, { ...s, input: { ...s.input, ...input }, facts: { ...s.facts, school, openApplicationId } });
  return decision.allowed ? decision.patch : `${decision.error.code} ${decision.error.rule} ${decision.error.field}`;
};

describe('a code application', () => {
  walkTable(codeApplication, { allowed: (row, from) => situation(row.command, from) });

  it('is refused without the confirmation of the code-planning department [CODE-APPLY-01]', () => {
    expect(applying({ codePlanningConfirmed: false })).toBe('CODE_PLANNING_NOT_CONFIRMED CODE-APPLY-01 codePlanningConfirmed');
  });

  it('is refused while another one of the school is open [CODE-APPLY-01]', () => {
    expect(applying({}, uncoded, 'other')).toBe('CODE_APPLICATION_OPEN CODE-APPLY-01 schoolId');
  });

  it('asks for a first code only where there is none, for a name only where there is one [CODE-ID-01] [CODE-ID-03]', () => {
    const coded = organizationRow('s-2161000101');
    expect(applying({}, coded)).toBe('SCHOOL_ALREADY_CODED CODE-ID-01 kind');
    expect(applying({ kind: 'RENAME', newName: '示例新名小学' })).toBe('SCHOOL_CODE_MISSING CODE-ID-03 kind');
    expect(applying({ kind: 'RENAME', newName: ' 示例新名小学 ' }, coded)).toMatchObject({ kind: 'RENAME', newName: '示例新名小学', holderId: 'b-6101' });
  });

  it('takes a new name for a change of name and for nothing else [CODE-ORG-10]', () => {
    const coded = organizationRow('s-2161000101');
    const refused = 'NEW_NAME_INVALID CODE-ORG-10 newName';
    expect(applying({ newName: '示例新名小学' })).toBe(refused);
    expect([undefined, '', '名'.repeat(101), '名\u0000', coded.name].map((newName) => applying({ kind: 'RENAME', newName: newName ?? null }, coded))).toEqual(Array(5).fill(refused));
  });

  it('skips the city where the county stands under the province [CODE-APPLY-02] [CODE-ORG-02]', () => {
    const s = situation('approve', 'SUBMITTED');
    const underProvince = { ...s, actor: actorFor('REGISTRY_ADMIN', 'b-41'), record: Object.assign(s.record!, { holderId: 'b-41' }), facts: { ...s.facts, bureau: organizationRow('b-41') } };
    expect(decide(codeApplication, underProvince)).toMatchObject({ allowed: true, to: 'PROVINCE_APPROVED', patch: { holderId: 'cn', effectiveOn: null } });
  });

  it('becomes effective with the review of the Ministry, on the day of it in China [CODE-APPLY-02]', () => {
    const decision = decide(codeApplication, situation('approve', 'PROVINCE_APPROVED', { now: new Date('2026-09-10T17:00:00Z') }));
    expect(decision).toMatchObject({ allowed: true, to: 'EFFECTIVE', patch: { holderId: null, effectiveOn: '2026-09-11' } });
  });

  it('is due at the end of the code exercise where the province has one [CODE-APPLY-05]', () => {
    expect(decide(codeApplication, situation('approve', 'SUBMITTED'))).toMatchObject({ deadline: { dueAt: new Date('2026-09-20T15:59:59Z'), rule: 'CODE-APPLY-05' } });
    const anhui = organizationRow('s-2134000101', { schoolIdentifier: null });
    const s = situation('approve', 'SUBMITTED');
    expect(decide(codeApplication, { ...s, facts: { ...s.facts, school: anhui } })).toMatchObject({ allowed: true, deadline: null });
  });
});
