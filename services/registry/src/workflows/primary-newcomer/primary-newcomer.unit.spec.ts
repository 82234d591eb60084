import { actorFor, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import type { Newcomer } from '../../intake/newcomer.entity';
import type { NewcomerFacts } from './primary-newcomer.facts';
import { handoverFinding, matchFindings, type NewcomerSituation } from './primary-newcomer.rules';
import { primaryNewcomer } from './primary-newcomer.workflow';

const SCHOOL = 's-2161000101';
const BUREAU = 'b-610113';

const child = { id: 'c1', number: 'G99990120200115013X', numberType: 'FORMAL_ID', name: '甲', sex: '1', birthDate: '2020-01-15', documentType: '1', documentNumber: '99990120200115013X', ethnicity: '01', nationality: 'CHN', institutionId: 's-1161000101', state: 'GRADUATED' as const };

const facts = (change: Partial<NewcomerFacts> = {}): NewcomerFacts => ({
  school: { id: SCHOOL, identifier: '2161000101', isActive: true, runsPrimary: true, competentAuthorityId: BUREAU },
  window: { open: true, opensAt: null, closesAt: null, rule: 'REG-ENROL-08' }, schoolReview: true, year: 2026, yearIsOpen: true, hasClass: true,
  match: { duplicate: null, child: null }, handover: null, ...change,
});

const record = (state: string, change: Partial<Newcomer> = {}): Newcomer =>
  ({ id: 'n1', state, version: 3, submittedBy: 'someone-else', schoolId: SCHOOL, childId: null, name: '甲', sex: '1', birthDate: '2020-01-15', documentNumber: '99990120200115013X', findings: [], accepted: true, ...change }) as Newcomer;

const actorOf = (duty: string, relation: string) =>
  relation === 'nobody' ? { ...actorFor('REGISTRY_ADMIN', 'cn'), accountId: 'system', duty: 'SYSTEM' as never } : actorFor(duty, relation === 'competentAuthority' ? BUREAU : SCHOOL);

const situation = (command: string, from: string | null, change: Partial<NewcomerSituation> = {}): NewcomerSituation => ({
  record: from === null ? null : record(from), actor: actorFor('REGISTRY_ADMIN', SCHOOL), input: { accepted: true, reason: '信息不符', finding: handoverFinding('CHILD_NOT_GRADUATED', 'PRE-CHG-07'), file: 'x.jpg' },
  facts: facts(), now: new Date('2026-09-10T02:00:00Z'), command, ...change,
});

const outcome = (s: NewcomerSituation) => {
  const decision = decide(primaryNewcomer, s);
  return decision.allowed ? decision.to : `${decision.error.code} ${decision.error.rule}`;
};

describe('the way of a primary newcomer [REG-ENROL-04]', () => {
  walkTable(primaryNewcomer, { allowed: (row, from, by) => situation(row.command, from, { actor: actorOf(by.duty, by.relation) }) });

  it('goes to the leader first, or straight to the bureau where the province has no school review', () => {
    expect(outcome(situation('submit', 'VALIDATED'))).toBe('SCHOOL_REVIEW');
    expect(outcome(situation('submit', 'VALIDATED', { facts: facts({ schoolReview: false }) }))).toBe('SUBMITTED');
  });

  it('keeps a row with faults a draft and takes one without in', () => {
    expect(outcome(situation('import', null, { input: { accepted: false } }))).toBe('DRAFT');
    expect(outcome(situation('import', null))).toBe('VALIDATED');
  });

  it.each<[string, Partial<NewcomerFacts>, string]>([
    ['outside the window [GEN-FLOW-07]', { window: { open: false, opensAt: null, closesAt: null, rule: 'REG-ENROL-08' } }, 'WINDOW_CLOSED GEN-FLOW-07'],
    ['before the year is open [REG-ENROL-03]', { yearIsOpen: false }, 'SCHOOL_YEAR_MISSING REG-ENROL-03'],
    ['before there is a class [REG-ENROL-03]', { hasClass: false }, 'CLASS_MISSING REG-ENROL-03'],
    ['before the school has a code [CODE-APPLY-07]', { school: { ...facts().school!, identifier: null } }, 'SCHOOL_CODE_MISSING CODE-APPLY-07'],
    ['at a school without a primary stage [GEN-SCOPE-01]', { school: { ...facts().school!, runsPrimary: false } }, 'SCHOOL_NOT_PRIMARY GEN-SCOPE-01'],
  ])('refuses newcomers %s', (_, change, refusal) => {
    expect(outcome(situation('import', null, { facts: facts(change) }))).toBe(refusal);
  });

  it.each<[string, Partial<NewcomerFacts>, Partial<Newcomer>, string]>([
    ['a duplicate [REG-ENROL-12]', { match: { duplicate: 'RECORD', child: null } }, {}, 'STUDENT_DUPLICATE REG-ENROL-12'],
    ['a child still in kindergarten [REG-ENROL-10]', { match: { duplicate: null, child: { ...child, state: 'ACTIVE' } } }, { childId: 'c1' }, 'CHILD_STILL_IN_KINDERGARTEN REG-ENROL-10'],
    ['a pupil whose archive turned up later [PRE-GRAD-02]', { match: { duplicate: null, child } }, {}, 'KINDERGARTEN_ARCHIVE_FOUND PRE-GRAD-02'],
    ['a child without a hand-over [PRE-CHG-03]', { match: { duplicate: null, child } }, { childId: 'c1' }, 'HANDOVER_NOT_RELEASED PRE-CHG-03'],
    ['a child not yet released [PRE-CHG-03]', { match: { duplicate: null, child }, handover: { id: 'h', state: 'REQUESTED', schoolId: SCHOOL } }, { childId: 'c1' }, 'HANDOVER_NOT_RELEASED PRE-CHG-03'],
    ['a child released to another school [PRE-CHG-03]', { match: { duplicate: null, child }, handover: { id: 'h', state: 'RELEASED', schoolId: 's-2161000102' } }, { childId: 'c1' }, 'HANDOVER_NOT_RELEASED PRE-CHG-03'],
  ])('makes no record of %s', (_, change, of, refusal) => {
    expect(outcome(situation('approve', 'SUBMITTED', { actor: actorFor('REGISTRY_ADMIN', BUREAU), facts: facts(change), record: record('SUBMITTED', of) }))).toBe(refusal);
  });

  it('does not let who submitted pass the row on, nor a bureau that is not competent approve it [GEN-FLOW-05] [GEN-SCOPE-04]', () => {
    const leader = actorFor('REGISTRY_LEADER', SCHOOL);
    expect(outcome(situation('pass', 'SCHOOL_REVIEW', { actor: leader, record: record('SCHOOL_REVIEW', { submittedBy: leader.accountId }) }))).toBe('REVIEW_NOT_INDEPENDENT GEN-FLOW-05');
    expect(outcome(situation('approve', 'SUBMITTED', { actor: actorFor('REGISTRY_ADMIN', 'b-610112') }))).toBe('ACTOR_NOT_PERMITTED GEN-FLOW-02');
  });

  it('validates a draft again by what is known now and drops what the kindergarten said before', () => {
    const draft = record('DRAFT', { accepted: false, findings: [handoverFinding('CHILD_NOT_GRADUATED', 'PRE-CHG-07')] });
    const decision = decide(primaryNewcomer, situation('validate', 'DRAFT', { record: draft, facts: facts({ match: { duplicate: null, child } }) }));
    expect(decision).toMatchObject({ allowed: true, to: 'VALIDATED', patch: { accepted: true, findings: [], childId: 'c1' } });
    expect(outcome(situation('validate', 'DRAFT', { record: draft, facts: facts({ match: { duplicate: null, child: { ...child, state: 'ACTIVE' } } }) }))).toBe('DRAFT');
  });

  it('names each field that differs from the kindergarten archive [PRE-GRAD-02]', () => {
    const person = { name: '甲', sex: '1', birthDate: '2020-01-15', documentNumber: child.documentNumber };
    expect(matchFindings(person, { duplicate: null, child })).toEqual([]);
    expect(matchFindings({ ...person, name: '乙', birthDate: '2020-01-16' }, { duplicate: null, child })).toMatchObject([
      { field: 'name', column: 4, rule: 'PRE-GRAD-02', severity: 'error' }, { field: 'birthDate', column: 6, rule: 'PRE-GRAD-02' },
    ]);
  });
});
