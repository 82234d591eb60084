import { systemActor, type Actor } from '@xueji/platform';
import { findRule } from '@xueji/standards';
import { actorFor, walkTable } from '@xueji/testing';
import { citedRules, decide } from '@xueji/workflow';
import type { PreschoolHandover } from '../../handover/preschool-handover.entity';
import type { HandoverFacts } from './preschool-handover.facts';
import type { HandoverSituation } from './preschool-handover.rules';
import { preschoolHandover, type HandoverState } from './preschool-handover.workflow';

const NOW = new Date('2026-09-01T02:00:00Z');
const INSTITUTION = 's-1161000101';
const SCHOOL = 's-2161000101';

const record = (state: HandoverState): PreschoolHandover => ({
  id: 'h', state, version: 1, submittedBy: null, dueAt: new Date('2026-10-19T15:59:59Z'), dueRule: 'PRE-CHG-04', dueFlagged: true, createdAt: NOW, updatedAt: NOW, childId: 'c',
  institutionId: INSTITUTION, path: `/cn/${INSTITUTION}/`, receivingSchoolId: SCHOOL, requestedOn: '2026-09-01', dataFault: null, declinedCode: null, declinedRule: null,
});

const facts: HandoverFacts = { child: { institutionId: INSTITUTION, path: `/cn/${INSTITUTION}/`, hasFinished: true, isAtPrimary: false }, hasOpenHandover: false, workingDays: 30, establishedAt: SCHOOL };

const situation = (command: string, from: HandoverState | null, actor: Actor): HandoverSituation => ({
  record: from === null ? null : record(from), actor, facts, now: NOW, command,
  input: { request: { childId: 'c', receivingSchoolId: SCHOOL, requestedOn: '2026-09-01' }, refusal: { code: 'X_Y', rule: 'PRE-CHG-07' }, reason: '姓名有误' },
});

const who = (duty: string) => (duty === 'SYSTEM' ? systemActor : actorFor(duty, INSTITUTION));

describe('the table of the hand-over', () => {
  walkTable(preschoolHandover, { allowed: (row, from, by) => situation(row.command, from, who(by.duty)) });

  it('cites only rules of the catalogue', () => {
    expect(citedRules(preschoolHandover as never).filter((id) => findRule(id) === null)).toEqual([]);
  });

  it('gives no person a way to refuse [PRE-CHG-03]', () => {
    expect(preschoolHandover.rows.filter((row) => row.by.some((by) => by.duty !== 'SYSTEM')).map((row) => [row.command, row.to])).toEqual([
      ['reportDataFault', 'HANDOVER_REQUESTED'], ['release', 'RELEASED'],
    ]);
  });
});

describe('decisions about a hand-over', () => {
  const decided = (command: string, from: HandoverState | null, changes: Partial<HandoverSituation> = {}) =>
    decide(preschoolHandover, { ...situation(command, from, command === 'release' || command === 'reportDataFault' ? who('REGISTRY_ADMIN') : systemActor), ...changes });
  const refusal = (...given: Parameters<typeof decided>) => {
    const decision = decided(...given);
    return decision.allowed ? null : [decision.error.code, decision.error.rule];
  };

  it('is due at the end of the thirtieth working day after the request, make-up days counted [PRE-CHG-04]', () => {
    expect(decided('request', null)).toMatchObject({ deadline: { dueAt: new Date('2026-10-19T15:59:59Z'), rule: 'PRE-CHG-04', flagged: false } });
  });

  it('keeps the one deadline through release, its flag included [PRE-CHG-04]', () => {
    expect(decided('release', 'HANDOVER_REQUESTED')).toMatchObject({ deadline: { dueAt: new Date('2026-10-19T15:59:59Z'), rule: 'PRE-CHG-04', flagged: true } });
  });

  it.each([
    ['an unknown child [PRE-CHG-07]', { child: null }, ['HANDOVER_CHILD_UNKNOWN', 'PRE-CHG-07']],
    ['a child still active [PRE-CHG-07]', { child: { ...facts.child!, hasFinished: false } }, ['HANDOVER_CHILD_NOT_GRADUATED', 'PRE-CHG-07']],
    ['a child handed over before [REG-ENROL-12]', { child: { ...facts.child!, hasFinished: false, isAtPrimary: true } }, ['CHILD_ALREADY_AT_PRIMARY', 'REG-ENROL-12']],
    ['a child with an open hand-over [GEN-FLOW-06]', { hasOpenHandover: true }, ['HANDOVER_ALREADY_OPEN', 'GEN-FLOW-06']],
  ])('refuses a request for %s', (_, changes, expected) => {
    expect(refusal('request', null, { facts: { ...facts, ...changes } })).toEqual(expected);
  });

  it('accepts only what the receiving school itself has established [PRE-CHG-03]', () => {
    expect(refusal('accept', 'RELEASED', { facts: { ...facts, establishedAt: 's-2161000102' } })).toEqual(['HANDOVER_NOT_ACCEPTED', 'PRE-CHG-03']);
    expect(refusal('accept', 'RELEASED', { facts: { ...facts, establishedAt: null } })).toEqual(['HANDOVER_NOT_ACCEPTED', 'PRE-CHG-03']);
    expect(refusal('accept', 'RELEASED')).toBeNull();
  });

  it('wants a data fault described [PRE-CHG-03]', () => {
    expect(refusal('reportDataFault', 'HANDOVER_REQUESTED', { input: { reason: ' ' } })).toEqual(['HANDOVER_FAULT_REQUIRED', 'PRE-CHG-03']);
  });
});
