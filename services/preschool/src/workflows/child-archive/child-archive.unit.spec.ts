import { findRule, profileFor } from '@xueji/standards';
import { actorFor, walkTable } from '@xueji/testing';
import { systemActor, type Actor } from '@xueji/platform';
import { citedRules, decide } from '@xueji/workflow';
import type { Child } from '../../child/child.entity';
import type { ChildFacts } from './child-archive.facts';
import { readArchive, type ChildArchiveDataInput, type ChildInput } from './child-archive.inputs';
import type { ChildSituation } from './child-archive.rules';
import { childArchive, type ChildState } from './child-archive.workflow';

const NOW = new Date('2026-07-10T02:00:00Z');
const INSTITUTION = 's-1161000101';
const COUNTY = 'b-610113';

const archive: ChildArchiveDataInput = {
  name: '示例幼儿', sex: '2', birthDate: '2021-09-01', ethnicity: '01', nationality: 'CHN', identityDocumentType: '1', identityDocumentNumber: '999901202109010084',
  guardian: { name: '示例家长', relationship: '2', phone: '000-0000-0000' }, paperArchiveKeeper: '档案室', classId: 'k',
};

const record = (state: ChildState, changes: Partial<Child> = {}): Child => ({
  id: 'c', state, version: 1, submittedBy: 'somebody else', dueAt: null, dueRule: null, dueFlagged: false, createdAt: NOW, updatedAt: NOW, institutionId: INSTITUTION,
  path: `/cn/b-61/b-6101/${COUNTY}/${INSTITUTION}/`, registeredOn: '2026-07-01', ...readArchive(archive, NOW, true), nationalStudentNumber: null, studentNumberType: null,
  problemKind: null, problemChildId: null, problemDisputed: false, arbiterId: COUNTY, attachments: [], graduatedOn: null, leftOn: null, ...changes,
});

const facts = (command: string): ChildFacts => ({
  institution: { id: INSTITUTION, path: '/cn/', divisionCode: '610113', takesChildren: true }, policy: profileFor('61', NOW), classInstitutionId: INSTITUTION,
  duplicate: command === 'reportProblem' ? { kind: 'DUPLICATE_DOCUMENT', childId: 'd', isElsewhere: true } : null, arbiterId: COUNTY, sequence: 1, isHandedOver: true,
});

const input = (): ChildInput => ({
  registration: { name: '示例幼儿', registeredOn: '2026-07-01' }, archive: readArchive(archive, NOW, true), attachments: ['proof-1'], leftOn: '2026-07-05', reason: '说明',
});

const who = (duty: string, relation: string): Actor => (duty === 'SYSTEM' ? systemActor : actorFor(duty, relation === 'arbiter' ? COUNTY : INSTITUTION));

const situation = (command: string, from: ChildState | null, actor: Actor): ChildSituation => ({ record: from === null ? null : record(from), actor, input: input(), facts: facts(command), now: NOW, command });

describe('the table of the child archive', () => {
  walkTable(childArchive, { allowed: (row, from, by) => situation(row.command, from, who(by.duty, by.relation)) });

  it('cites only rules of the catalogue', () => {
    expect(citedRules(childArchive as never).filter((id) => findRule(id) === null)).toEqual([]);
  });
});

const refusal = (s: ChildSituation) => {
  const decision = decide(childArchive, s);
  return decision.allowed ? null : { code: decision.error.code, rule: decision.error.rule, field: decision.error.field };
};

describe('decisions about a child', () => {
  const clerk = who('REGISTRY_ADMIN', 'own');

  it('gives the archive until the end of the same day of the next month, clamped to its end [PRE-ARCH-01]', () => {
    const decision = decide(childArchive, { ...situation('register', null, clerk), input: { registration: { name: '示例', registeredOn: '2026-01-31' }, reason: '补录' } });
    expect(decision).toMatchObject({ allowed: true, deadline: { dueAt: new Date('2026-02-28T15:59:59Z'), rule: 'PRE-ARCH-01' } });
  });

  it.each([
    ['an organisation without preschool classes [GEN-SCOPE-02]', 'register', null, { facts: { institution: { id: 's', path: '/', divisionCode: '610113', takesChildren: false } } }, 'INSTITUTION_NOT_PRESCHOOL', 'GEN-SCOPE-02'],
    ['a registration of tomorrow [PRE-ARCH-01]', 'register', null, { input: { registration: { name: '示例', registeredOn: '2026-07-11' } } }, 'CHILD_REGISTERED_AHEAD', 'PRE-ARCH-01'],
    ['an entrant in July without a reason [PRE-DATA-06]', 'register', null, { input: { reason: ' ' } }, 'SEASON_REASON_REQUIRED', 'PRE-DATA-06'],
    ['a class that is not there [PRE-ARCH-08]', 'createArchive', 'REGISTERED', { facts: { classInstitutionId: null } }, 'PRESCHOOL_CLASS_MISSING', 'PRE-ARCH-08'],
    ['a class of another institution [PRE-ARCH-08]', 'createArchive', 'REGISTERED', { facts: { classInstitutionId: 's-1161000201' } }, 'PRESCHOOL_CLASS_MISSING', 'PRE-ARCH-08'],
    ['substantiation without proof [PRE-ARCH-07]', 'substantiate', 'PROBLEM', { input: { attachments: [] } }, 'SUBSTANTIATION_PROOF_REQUIRED', 'PRE-ARCH-07'],
    ['deletion without a reason [GEN-FLOW-03]', 'deleteArchive', 'PROBLEM', { input: { reason: '' } }, 'REASON_REQUIRED', 'GEN-FLOW-03'],
    ['leaving before registration [PRE-CHG-01]', 'leave', 'ACTIVE', { input: { leftOn: '2026-06-30' } }, 'CHILD_LEAVING_DAY_INVALID', 'PRE-CHG-01'],
    ['leaving tomorrow [PRE-CHG-01]', 'leave', 'ACTIVE', { input: { leftOn: '2026-07-11' } }, 'CHILD_LEAVING_DAY_INVALID', 'PRE-CHG-01'],
    ['graduation in June without a reason [PRE-DATA-06]', 'graduate', 'ACTIVE', { now: new Date('2026-06-30T15:59:59Z'), input: { reason: '' } }, 'SEASON_REASON_REQUIRED', 'PRE-DATA-06'],
  ] as const)('refuses %s', (_, command, from, changes, code, rule) => {
    const base = situation(command, from, clerk);
    const { input: otherInput = {}, facts: otherFacts = {}, now = NOW } = changes as unknown as { input?: object; facts?: object; now?: Date };
    expect(refusal({ ...base, now, input: { ...base.input, ...otherInput } as ChildInput, facts: { ...base.facts, ...otherFacts } as ChildFacts })).toMatchObject({ code, rule });
  });

  it('lets a child graduate in July without a reason [PRE-DATA-06]', () => {
    expect(refusal({ ...situation('graduate', 'ACTIVE', clerk), input: {} })).toBeNull();
  });

  it('issues no number while the same document stands in another archive, even when the proof is upheld [PRE-ARCH-05]', () => {
    const s = situation('upholdSubstantiation', 'SUBSTANTIATION', who('REGISTRY_ADMIN', 'arbiter'));
    expect(refusal({ ...s, facts: { ...s.facts, duplicate: { kind: 'DUPLICATE_DOCUMENT', childId: 'd', isElsewhere: false } } })).toMatchObject({ code: 'CHILD_DOCUMENT_TAKEN', rule: 'PRE-ARCH-05' });
    expect(refusal({ ...s, facts: { ...s.facts, duplicate: { kind: 'DUPLICATE_PERSON', childId: 'd', isElsewhere: false } } })).toBeNull();
  });

  it('refuses a review by whoever wrote the archive [GEN-FLOW-05]', () => {
    const leader = who('REGISTRY_LEADER', 'own');
    expect(refusal({ ...situation('reviewArchive', 'DRAFT', leader), record: record('DRAFT', { submittedBy: leader.accountId }) })).toMatchObject({ rule: 'GEN-FLOW-05' });
  });
});

describe('what an archive may say', () => {
  const fault = (changes: Partial<ChildArchiveDataInput>, allowSynthetic = true) => {
    try {
      readArchive({ ...archive, ...changes }, NOW, allowSynthetic);
      return null;
    } catch (error) {
      const { code, rule, field } = error as { code: string; rule: string; field: string };
      return [field, code, rule];
    }
  };

  it.each([
    [{ identityDocumentNumber: '999901202109010085' }, ['identityDocumentNumber', 'IDENTITY_NUMBER_CHECK_WRONG', 'REG-NUM-05']],
    [{ identityDocumentNumber: null }, ['identityDocumentNumber', 'IDENTITY_NUMBER_REQUIRED', 'PRE-ARCH-09']],
    [{ identityDocumentType: 'A', identityDocumentNumber: '?' }, ['identityDocumentNumber', 'IDENTITY_NUMBER_MALFORMED', 'PRE-ARCH-09']],
    [{ sex: '1' }, ['sex', 'IDENTITY_SEX_DIFFERS', 'REG-DATA-03']],
    [{ sex: '9' }, ['sex', 'CODE_UNKNOWN', 'GEN-DATA-01']],
    [{ birthDate: '2021-09-02' }, ['birthDate', 'IDENTITY_BIRTH_DATE_DIFFERS', 'REG-DATA-03']],
    [{ birthDate: '2026-07-11' }, ['birthDate', 'BIRTH_DATE_IN_FUTURE', 'PRE-ARCH-03']],
    [{ birthDate: '2021-02-29' }, ['birthDate', 'DAY_INVALID', 'GEN-DATA-01']],
    [{ ethnicity: '57' }, ['ethnicity', 'CODE_UNKNOWN', 'GEN-DATA-01']],
    [{ name: '示\u200b例' }, ['name', 'TEXT_INVALID', 'GEN-DATA-01']],
    [{ paperArchiveKeeper: '  ' }, ['paperArchiveKeeper', 'TEXT_INVALID', 'GEN-DATA-01']],
    [{ guardian: { ...archive.guardian, phone: 'abc' } }, ['guardian.phone', 'PHONE_INVALID', 'GEN-DATA-01']],
  ])('refuses %j, naming the field [PRE-ARCH-03] [PRE-ARCH-02]', (changes, expected) => {
    expect(fault(changes as Partial<ChildArchiveDataInput>)).toEqual(expected);
  });

  it('accepts documents of children from abroad, and none for type Z [PRE-ARCH-09]', () => {
    expect(fault({ identityDocumentType: 'A', identityDocumentNumber: ' e1234567 ', nationality: 'FRA' })).toBeNull();
    expect(fault({ identityDocumentType: 'Z', identityDocumentNumber: null })).toBeNull();
  });

  it('refuses an invented ID number where children are real [REG-ENROL-11]', () => {
    expect(fault({}, false)).toEqual(['identityDocumentNumber', 'IDENTITY_NUMBER_SYNTHETIC', 'REG-ENROL-11']);
  });
});
