import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import type { SchoolCodeApplication } from '../../code-application/code-application.entity';
import { organizationRow } from '../record.fixture';
import type { CreateSchoolInput } from './school-lifecycle.inputs';
import type { LifecycleSituation } from './school-lifecycle.rules';
import { schoolLifecycle } from './school-lifecycle.workflow';

const primary: CreateSchoolInput = { requestId: 'r', authorityId: 'b-610113', name: '示例新建小学', schoolType: '21', divisionCode: '610113' };

const situation = (command: string, state: string | null, changes: Partial<LifecycleSituation> = {}): LifecycleSituation => ({
  command,
  record: state === null ? null : organizationRow('s-2161000101', { state, schoolIdentifier: state === 'PENDING_CODE' ? null : '2161000101' }),
  actor: command === 'createSchool' ? actorFor('PROVINCIAL_ADMIN', 'b-61') : actorFor('REGISTRY_ADMIN', 'cn'),
  input: command === 'createSchool' ? { school: primary } : { applicationId: 'a', identifier: '2161000777' },
  facts: {
    newId: 's-new', authority: command === 'createSchool' ? organizationRow('b-610113') : null,
    effectiveApplication: { id: 'a', newName: '示例更名小学' } as SchoolCodeApplication, identifierIsVoid: false,
  },
  now: new Date('2026-09-10T02:00:00Z'),
  ...changes,
});

const creating = (school: Partial<CreateSchoolInput>, authorityId = 'b-610113') =>
  decide(schoolLifecycle, { ...situation('createSchool', null), input: { school: { ...primary, ...school } }, facts: { ...situation('createSchool', null).facts, authority: organizationRow(authorityId) } });
const refusal = (decision: ReturnType<typeof decide>) => (decision.allowed ? 'allowed' : `${decision.error.code} ${decision.error.rule} ${decision.error.field}`);

describe('the lifecycle of a school', () => {
  walkTable(schoolLifecycle, { allowed: (row, from) => situation(row.command, from) });

  it('lets no registry admin change a school but through an effective code application [CODE-ORG-10]', () => {
    for (const [command, state] of [['receiveCode', 'PENDING_CODE'], ['rename', 'ACTIVE']] as const) {
      const s = situation(command, state);
      expect(refusal(decide(schoolLifecycle, { ...s, facts: { ...s.facts, effectiveApplication: null } }))).toBe('ACTOR_NOT_PERMITTED GEN-FLOW-02 null');
    }
  });

  it('keeps the code of a school that changes its name [CODE-ID-03]', () => {
    const decision = decide(schoolLifecycle, situation('rename', 'ACTIVE'));
    expect(decision.allowed && decision.patch).toEqual({ name: '示例更名小学' });
  });

  it('refuses an identifier of another type or province, and a void one [CODE-ID-02] [CODE-ID-06]', () => {
    const s = situation('receiveCode', 'PENDING_CODE');
    const given = (identifier: string, identifierIsVoid = false) => refusal(decide(schoolLifecycle, { ...s, input: { applicationId: 'a', identifier }, facts: { ...s.facts, identifierIsVoid } }));
    expect(given('2161000777')).toBe('allowed');
    expect(given('3161000777')).toBe('SCHOOL_IDENTIFIER_DIFFERS CODE-ID-02 identifier');
    expect(given('2134000777')).toBe('SCHOOL_IDENTIFIER_DIFFERS CODE-ID-02 identifier');
    expect(given('216100077')).toBe('SCHOOL_IDENTIFIER_DIFFERS CODE-ID-02 identifier');
    expect(given('2161000777', true)).toBe('SCHOOL_IDENTIFIER_VOID CODE-ID-06 identifier');
  });

  it.each([
    [{ schoolType: '41' }, 'SCHOOL_TYPE_OUT_OF_SCOPE GEN-SCOPE-01 schoolType'],
    [{ schoolType: 'xx' }, 'SCHOOL_TYPE_OUT_OF_SCOPE GEN-SCOPE-01 schoolType'],
    [{ stages: ['SENIOR'] }, 'SCHOOL_STAGES_INVALID GEN-SCOPE-01 stages'],
    [{ schoolType: '51' }, 'SCHOOL_STAGES_INVALID GEN-SCOPE-01 stages'],
    [{ name: '  ' }, 'TEXT_INVALID CODE-ORG-05 name'],
    [{ name: '名'.repeat(101) }, 'TEXT_INVALID CODE-ORG-05 name'],
    [{ phone: '0\u00001' }, 'TEXT_INVALID CODE-ORG-05 phone'],
    [{ localSchoolCode: '' }, 'TEXT_INVALID CODE-ORG-05 localSchoolCode'],
    [{ providerCategory: '77' }, 'CODE_UNKNOWN CODE-ORG-05 providerCategory'],
    [{ urbanRuralClass: '1' }, 'CODE_UNKNOWN CODE-ORG-05 urbanRuralClass'],
    [{ schoolingSystem: '9' }, 'CODE_UNKNOWN CODE-ORG-05 schoolingSystem'],
    [{ divisionCode: '610112' }, 'DIVISION_OUT_OF_AREA GEN-SCOPE-04 divisionCode'],
    [{ schoolType: '11', kindergartenLicence: ' ' }, 'TEXT_INVALID CODE-ORG-05 kindergartenLicence'],
    [{ schoolType: '11', kindergartenLicence: null }, 'KINDERGARTEN_LICENCE_MISSING GEN-SCOPE-02 kindergartenLicence'],
  ])('refuses a new school with %j', (wrong, expected) => {
    expect(refusal(creating(wrong))).toBe(expected);
  });

  it.each([
    [{ schoolType: '51', stages: ['PRIMARY', 'JUNIOR'] }],
    [{ stages: ['PRESCHOOL', 'PRIMARY'] }],
    [{ schoolType: '11', kindergartenLicence: '示例许可1' }],
    [{ providerCategory: '22', urbanRuralClass: '220', schoolingSystem: '2' }],
  ])('accepts a new school with %j, public or private [GEN-SCOPE-01] [GEN-SCOPE-02]', (right) => {
    expect(refusal(creating(right))).toBe('allowed');
  });

  it('puts a new school under a county, a city or a province and under nothing else [CODE-ORG-01] [CODE-ORG-03]', () => {
    expect(['b-610113', 'b-6101', 'b-61'].map((id) => refusal(creating({}, id)))).toEqual(['allowed', 'allowed', 'allowed']);
    expect(['cn', 's-2161000101'].map((id) => refusal(creating({}, id)))).toEqual(Array(2).fill('ORGANIZATION_PARENT_INVALID CODE-ORG-01 authorityId'));
  });
});
