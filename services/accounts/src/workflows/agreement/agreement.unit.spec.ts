import { agencyActor, systemActor, type Actor } from '@xueji/platform';
import { PURPOSES, PURPOSE_PROFILES, SHAREABLE_FIELDS } from '@xueji/standards';
import { actorFor, demoOrganization, demoPath, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { Agreement } from '../../agreement/agreement.entity';
import type { AgreementInput } from './agreement.inputs';
import type { AgreementSituation } from './agreement.rules';
import { agreementWorkflow, type AgreementState } from './agreement.workflow';

const now = new Date('2026-11-22T02:00:00Z');
const later = new Date('2027-11-22T02:00:00Z');
const areaOf = (id: string) => ({ id, path: demoPath(id), level: demoOrganization(id).level });
const clerk = actorFor('REGISTRY_ADMIN', 'b-61');

const agreement = (state: AgreementState, changes: Partial<Agreement> = {}): Agreement =>
  Object.assign(new Agreement(), { id: 'g', state, version: 1, submittedBy: 'a-somebody-else', areaId: 'b-610113', areaPath: demoPath('b-610113'), purpose: 'STUDENT_AID', fields: ['Student.name'], validFrom: now, validUntil: later, ...changes });

const asked: AgreementInput = {
  agencyName: '示例资助中心', purpose: 'STUDENT_AID', legalBasis: '依据', fields: ['Query.students', 'Student.name'], areaId: 'b-610113', validFrom: now, validUntil: later, dailyQuota: 100,
  confidentialityAccepted: true, reason: '超范围使用',
};

const given = (command: string, changes: Partial<AgreementSituation> = {}): AgreementSituation => ({ record: null, actor: clerk, input: asked, now, command, facts: { area: areaOf('b-610113') }, ...changes });

const outcome = (s: AgreementSituation) => {
  const decision = decide(agreementWorkflow, s);
  return decision.allowed ? decision.to : { code: decision.error.code, rule: decision.error.rule, field: decision.error.field, ...decision.error.details };
};
const request = (input: Partial<AgreementInput>, area: string | null = 'b-610113', actor: Actor = actorFor('REGISTRY_ADMIN', 'cn')) =>
  outcome(given('requestAgreement', { actor, input: { ...asked, ...input }, facts: { area: area === null ? null : areaOf(area) } }));

describe('the table of an agreement', () => {
  walkTable(agreementWorkflow, {
    allowed: (row, from, by) => {
      const person: Record<string, Actor> = { bureauOfArea: actorFor(by.duty === 'SYSTEM' ? 'SUPPORT' : by.duty, 'b-61'), approvingBureau: clerk, superiorBureau: actorFor(by.duty === 'SYSTEM' ? 'SUPPORT' : by.duty, 'b-61'), clock: systemActor };
      const record = from === null ? null : agreement(from, row.command === 'expireAgreement' ? { validUntil: now } : {});
      return given(row.command, { record, actor: person[by.relation]! });
    },
  });
});

describe('an agreement', () => {
  it.each([
    ['without a name of the agency', { agencyName: ' ' }, 'AGENCY_UNNAMED', 'AGY-IF-02', 'agencyName'],
    ['for an unknown purpose', { purpose: 'CURIOSITY' }, 'PURPOSE_UNKNOWN', 'AGY-IF-07', 'purpose'],
    ['without a legal basis', { legalBasis: '' }, 'LEGAL_BASIS_MISSING', 'AGY-IF-02', 'legalBasis'],
    ['without a promise to keep the data secret', { confidentialityAccepted: false }, 'CONFIDENTIALITY_NOT_ACCEPTED', 'AGY-IF-02', 'confidentialityAccepted'],
    ['without fields', { fields: [] }, 'FIELDS_UNNAMED', 'AGY-IF-08', 'fields'],
    ['naming a field twice', { fields: ['Student.name', 'Student.name'] }, 'FIELDS_UNNAMED', 'AGY-IF-08', 'fields'],
    ['that ends before it begins', { validUntil: new Date(now.getTime() - 1) }, 'PERIOD_INVALID', 'AGY-IF-02', 'validUntil'],
    ['for longer than three years', { validUntil: new Date('2030-11-22T02:00:00Z') }, 'PERIOD_INVALID', 'AGY-IF-02', 'validUntil'],
    ['without a quota', { dailyQuota: 0 }, 'QUOTA_INVALID', 'AGY-IF-02', 'dailyQuota'],
  ])('%s is refused [AGY-IF-02]', (_, input, code, rule, field) => {
    expect(request(input)).toMatchObject({ code, rule, field });
  });

  it('of an area that does not exist is refused [AGY-IF-01]', () => {
    expect(request({}, null)).toMatchObject({ code: 'AREA_UNKNOWN', rule: 'AGY-IF-01' });
  });

  it('cannot name telephone numbers, families, staff, mutations or whole types [AGY-IF-08]', () => {
    for (const field of ['Student.phone', 'Student.familyMembers', 'Student.enteredBy', 'Account.username', 'Mutation.login', 'Student', 'Student.*', 'Query._entities']) {
      expect(request({ fields: ['Student.name', field] })).toMatchObject({ code: 'FIELD_NOT_SHAREABLE', rule: 'AGY-IF-08', fields: [field] });
    }
  });

  it.each(PURPOSES.map((purpose) => [purpose, PURPOSE_PROFILES[purpose]] as const))('for %s holds its own fields and no other, in areas of its levels [AGY-IF-07]', (purpose, profile) => {
    const area = profile.areas.includes('PROVINCE') ? 'b-61' : 'b-610113';
    for (const field of SHAREABLE_FIELDS) {
      const serves = field.groups.some((group) => profile.groups.includes(group)) && (!field.unmasked || profile.unmasked);
      expect([field.coordinate, request({ purpose, fields: [field.coordinate] }, area)]).toEqual([field.coordinate, serves ? 'REQUESTED' : expect.objectContaining({ code: 'FIELD_BEYOND_PURPOSE', rule: 'AGY-IF-07' })]);
    }
    for (const id of ['cn', 'b-61', 'b-6101', 'b-610113', 's-1161000101', 's-2161000101']) {
      const fields = [SHAREABLE_FIELDS.find((field) => !field.unmasked && field.groups.some((group) => profile.groups.includes(group)))!.coordinate];
      expect([id, request({ purpose, fields }, id)]).toEqual([id, profile.areas.includes(demoOrganization(id).level) ? 'REQUESTED' : expect.objectContaining({ code: 'AREA_NOT_OF_PURPOSE' })]);
    }
  });

  it('gives statistics offices counts and never a pupil [AGY-IF-13]', () => {
    expect(request({ purpose: 'STATISTICS', fields: ['Query.students', 'Student.grade'] })).toMatchObject({ code: 'FIELD_BEYOND_PURPOSE', purposeRule: 'AGY-IF-13' });
    expect(request({ purpose: 'STATISTICS', fields: ['Query.enrolmentCounts', 'EnrolmentCell.count'] })).toBe('REQUESTED');
  });

  it('with police, population, tax and exit-entry authorities is between them and a province or the Ministry [AGY-IF-06]', () => {
    for (const purpose of ['POLICE_IDENTITY', 'POPULATION', 'TAX_SOCIAL_SECURITY', 'EXIT_ENTRY']) {
      const fields = ['Student.name', 'Student.identityDocumentNumberFull'];
      expect([request({ purpose, fields }, 'b-61'), request({ purpose, fields }, 'cn'), request({ purpose, fields }, 'b-610113')]).toEqual(['REQUESTED', 'REQUESTED', expect.objectContaining({ code: 'AREA_NOT_OF_PURPOSE' })]);
    }
  });

  it('lets the systems of the stages beside and after know of graduates, and of nobody else [AGY-IF-05]', () => {
    expect(request({ purpose: 'STAGE_LINK', fields: ['Query.graduatePool', 'Graduation.student', 'Student.name', 'Student.nationalStudentNumberFull'] }, 'b-61')).toBe('REQUESTED');
    expect(request({ purpose: 'STAGE_LINK', fields: ['Query.students'] }, 'b-61')).toMatchObject({ code: 'FIELD_BEYOND_PURPOSE', purposeRule: 'AGY-IF-05' });
  });

  it('shares preschool data with provinces through their system, and with cities, counties and institutions through the open platform [AGY-IF-09] [AGY-IF-10]', () => {
    const fields = ['Query.children', 'Child.name'];
    const levels = (purpose: string) => ['cn', 'b-61', 'b-6101', 'b-610113', 's-1161000101'].filter((id) => request({ purpose, fields }, id) === 'REQUESTED');
    expect(levels('PRESCHOOL_PROVINCE')).toEqual(['b-61']);
    expect(levels('OPEN_SHARING')).toEqual(['b-6101', 'b-610113', 's-1161000101']);
  });

  it('is asked for by a bureau for its own area only [AGY-IF-01]', () => {
    for (const [duty, id] of [['REGISTRY_ADMIN', 'b-34'], ['REGISTRY_ADMIN', 'b-610112'], ['REGISTRY_ADMIN', 's-2161000101'], ['REGISTRY_LEADER', 'b-61'], ['SYSTEM_ADMIN', 'b-61']] as const) {
      expect(request({}, 'b-610113', actorFor(duty, id))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    }
    for (const [duty, id] of [['REGISTRY_ADMIN', 'b-610113'], ['REGISTRY_ADMIN', 'b-6101'], ['PROVINCIAL_ADMIN', 'b-61'], ['REGISTRY_ADMIN', 'cn']] as const) expect(request({}, 'b-610113', actorFor(duty, id))).toBe('REQUESTED');
    const agency = agencyActor({ agencyName: 'x', areaLevel: 'COUNTY', areaPath: demoPath('b-610113'), grant: { agreementId: 'g', purpose: 'STUDENT_AID', fields: [], validUntil: later.toISOString(), dailyQuota: 1, keyThumbprint: 'k' } });
    expect(request({}, 'b-610113', agency)).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });

  it('is approved by the province of its area, one beyond a province by the Ministry, and never by who asked for it [AGY-IF-02] [GEN-FLOW-05]', () => {
    const approve = (actor: Actor, record: Agreement) => outcome(given('approveAgreement', { actor, record }));
    const national = agreement('REQUESTED', { areaId: 'cn', areaPath: '/cn/' });
    expect(approve(clerk, agreement('REQUESTED'))).toBe('ACTIVE');
    expect(approve(actorFor('REGISTRY_ADMIN', 'cn'), national)).toBe('ACTIVE');
    for (const [actor, record] of [[clerk, national], [actorFor('REGISTRY_ADMIN', 'cn'), agreement('REQUESTED')], [actorFor('REGISTRY_ADMIN', 'b-34'), agreement('REQUESTED')], [actorFor('REGISTRY_ADMIN', 'b-610113'), agreement('REQUESTED')]] as const) {
      expect(approve(actor, record)).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    }
    expect(approve(clerk, agreement('REQUESTED', { submittedBy: clerk.accountId }))).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
    expect(approve(clerk, agreement('REQUESTED', { validUntil: now }))).toMatchObject({ code: 'AGREEMENT_OVER', rule: 'AGY-IF-02' });
  });

  it('is suspended by its province or the Ministry with a reason, and stays so [AGY-IF-12]', () => {
    const suspend = (actor: Actor, input: AgreementInput = asked) => outcome(given('suspendAgreement', { actor, record: agreement('ACTIVE'), input }));
    for (const actor of [clerk, actorFor('PROVINCIAL_ADMIN', 'b-61'), actorFor('REGISTRY_ADMIN', 'cn')]) expect(suspend(actor)).toBe('SUSPENDED');
    for (const id of ['b-34', 'b-6101', 'b-610113']) expect(suspend(actorFor('REGISTRY_ADMIN', id))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(suspend(clerk, {})).toMatchObject({ code: 'REASON_REQUIRED' });
    expect(agreementWorkflow.rows.some((row) => row.from === 'SUSPENDED')).toBe(false);
  });

  it('ends by itself on its day, not before', () => {
    expect(outcome(given('expireAgreement', { actor: systemActor, record: agreement('ACTIVE', { validUntil: now }) }))).toBe('EXPIRED');
    expect(outcome(given('expireAgreement', { actor: systemActor, record: agreement('ACTIVE') }))).toMatchObject({ code: 'AGREEMENT_NOT_OVER' });
  });
});
