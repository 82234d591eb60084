import type { Actor } from '@xueji/platform';
import { profileFor } from '@xueji/standards';
import { walkTable } from '@xueji/testing';
import { availableCommands, decide, type Row } from '@xueji/workflow';
import type { EvidenceFacts } from '../../evidence/evidence.terms';
import type { FilingFacts } from '../../filing/filing.facts';
import type { FileInput } from '../../filing/filing.inputs';
import type { TransferCase } from '../../transfer/transfer.entity';
import { crossProvinceChain } from './cross-province.chain';
import type { CheckFacts, CrossProvinceFacts } from './cross-province.facts';
import type { CrossProvinceInput } from './cross-province.inputs';
import type { CrossProvinceSituation } from './cross-province.rules';
import { crossProvince } from './cross-province.workflow';

const now = new Date('2026-11-20T02:00:00Z');
const shaanxi = profileFor('61', now);
const henan = profileFor('41', now);
// From Henan to Shaanxi: Shaanxi receives and has three days, Henan gives and has ten.
const chain = crossProvinceChain({ profile: shaanxi, outProfile: henan });
const table = crossProvince(chain);

const actor = (duty: string, organizationId: string, accountId = `a-${duty}-${organizationId}`) => ({ accountId, duty, organizationId, realNameVerified: true }) as Actor;
const people: Record<string, Actor> = {
  receivingSchool: actor('REGISTRY_ADMIN', 's-in'), IN_COUNTY: actor('REGISTRY_ADMIN', 'b-in'), OUT_SCHOOL: actor('REGISTRY_LEADER', 's-out'), OUT_COUNTY: actor('REGISTRY_ADMIN', 'b-out'),
  system: actor('SYSTEM', 'cn', 'system'),
};

const school = (side: 'out' | 'in') => ({ id: `s-${side}`, path: `/cn/b/${side}/s-${side}/`, authorityId: `b-${side}`, cityId: `c-${side}`, stages: ['PRIMARY'], isActive: true });
const filing = (change: Partial<FilingFacts> = {}): FilingFacts => ({
  student: { studentId: 'p1', stage: 'PRIMARY', grade: 3, state: 'ACTIVE' }, outSchool: school('out'), inSchool: school('in'), route: { senior: false, sameProvince: false, sameCity: false, sameCounty: false },
  profile: shaanxi, outProfile: henan, window: { open: true, opensAt: null, closesAt: null, rule: 'GEN-FLOW-07' }, openCaseId: null, problemKinds: [], classes: [], evidence: ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'].map(upload), ...change,
});
const sound: CheckFacts = { student: { state: 'ACTIVE', schoolId: 's-out' }, hasDuplicate: false, otherCaseId: null, inSchoolIsActive: true, problemKinds: [] };

const document = (kind: string) => ({ kind, evidenceId: kind });
const upload = (id: string): EvidenceFacts => ({ id, fileName: `${id}.pdf`, sha256: 'a'.repeat(64), scan: 'CLEAN', caseId: null });
const fileInput: FileInput = {
  classId: 'c1', reasonCode: 'HOUSEHOLD_MOVED', reason: null, documents: [document('GUARDIAN_APPLICATION'), document('HOUSEHOLD_REGISTER')], attachments: [], receivedOn: null, attendanceStartDate: null,
};
const HASH = 'b'.repeat(64);
const inputs: Record<string, CrossProvinceInput> = {
  file: fileInput, approve: {}, refuse: { reasonCode: 'CLASS_FULL', reason: '班额已满' }, withdraw: {}, check: {}, requestArchive: {}, startTransfer: { contentHash: HASH },
  acknowledgeArchive: { contentHash: HASH }, confirmMove: {}, refuseMove: { code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', zh: '班级不能接收', en: 'The class cannot receive', reason: 'x' },
};

const record = (state: string, change: Partial<TransferCase> = {}) => ({
  id: 't1', state, version: 1, submittedBy: 'a-filer', studentId: 'p1', outSchoolId: 's-out', inSchoolId: 's-in', outAuthorityId: 'b-out', inAuthorityId: 'b-in', classId: 'c1', archiveHash: HASH,
  chain, refusalReasons: shaanxi.transfer.refusalReasons, outTerms: { profileId: 'HENAN', profileEffectiveFrom: '2025-01-03', refusalReasons: henan.transfer.refusalReasons }, refusal: null, ...change,
}) as unknown as TransferCase;

const situation = (command: string, from: string | null, who: string, change: Partial<CrossProvinceSituation> = {}): CrossProvinceSituation => ({
  record: from === null ? null : record(from), actor: people[who]!, input: inputs[command]!, facts: { filing: from === null ? filing() : null, evidence: [], check: command === 'check' ? sound : null }, now, command, ...change,
});
const outcome = (s: CrossProvinceSituation) => {
  const decision = decide(table, s);
  return decision.allowed ? decision.to : decision.error.code;
};

describe('the table across provinces', () => {
  walkTable(table, {
    allowed: (row: Row<string, TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>, from, by) => situation(row.command, from, by.relation),
  });

  it('goes through the states that the notice names, in its order [TRF-INTER-01]', () => {
    const steps: [string, string][] = [
      ['file', 'receivingSchool'], ['approve', 'IN_COUNTY'], ['approve', 'OUT_SCHOOL'], ['approve', 'OUT_COUNTY'], ['check', 'system'], ['requestArchive', 'receivingSchool'], ['startTransfer', 'system'],
      ['acknowledgeArchive', 'receivingSchool'], ['confirmMove', 'system'],
    ];
    const states: string[] = [];
    for (const [command, who] of steps) states.push(outcome(situation(command, states.at(-1) ?? null, who)));
    expect(states).toEqual([
      'IN_COUNTY_REVIEW', 'AWAITING_OUT_CONFIRMATION', 'OUT_COUNTY_REVIEW', 'MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'ARCHIVE_WAITING', 'ARCHIVE_TRANSFERRING', 'MOVING', 'COMPLETED',
    ]);
  });

  it('gives every manual review the days of its own province, and the Ministry none [TRF-INTER-05] [TRF-GEN-09]', () => {
    const due = (command: string, from: string | null, who: string) => {
      const decision = decide(table, situation(command, from, who));
      return decision.allowed ? [decision.deadline?.dueAt.toISOString().slice(0, 10) ?? null, decision.deadline?.rule ?? null] : decision.error.code;
    };
    expect(due('file', null, 'receivingSchool')).toEqual(['2026-11-25', 'TRF-INTER-05']);
    expect(due('approve', 'IN_COUNTY_REVIEW', 'IN_COUNTY')).toEqual(['2026-12-04', 'TRF-INTER-05']);
    expect(due('approve', 'AWAITING_OUT_CONFIRMATION', 'OUT_SCHOOL')).toEqual(['2026-12-04', 'TRF-INTER-05']);
    expect(due('approve', 'OUT_COUNTY_REVIEW', 'OUT_COUNTY')).toEqual([null, null]);
    expect(due('check', 'MINISTRY_CHECK', 'system')).toEqual([null, null]);
    expect(due('startTransfer', 'ARCHIVE_WAITING', 'system')).toEqual(['2026-11-25', 'TRF-INTER-05']);
  });

  it.each(['IN_COUNTY_REVIEW', 'AWAITING_OUT_CONFIRMATION', 'OUT_COUNTY_REVIEW', 'MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'ARCHIVE_WAITING'])('is withdrawn in %s by the receiving school and nobody else [TRF-INTER-03] [TRF-INTER-04]', (state) => {
    expect(outcome(situation('withdraw', state, 'receivingSchool'))).toBe('WITHDRAWN');
    for (const other of [...Object.keys(people).filter((who) => who !== 'receivingSchool').map((who) => people[who]!), actor('REGISTRY_ADMIN', 's-out'), actor('REGISTRY_LEADER', 's-in')]) {
      expect(outcome(situation('withdraw', state, 'receivingSchool', { actor: other }))).toBe('ACTOR_NOT_PERMITTED');
    }
  });

  it.each(['ARCHIVE_TRANSFERRING', 'MOVING', 'COMPLETED'])('is not withdrawn in %s, nor offered to be [TRF-INTER-03]', (state) => {
    expect(outcome(situation('withdraw', state, 'receivingSchool'))).toBe('COMMAND_OUT_OF_ORDER');
    expect(availableCommands(table, { record: record(state), actor: people.receivingSchool!, facts: { filing: null, evidence: [], check: null }, now })).not.toContain('withdraw');
  });

  it.each(['IN_COUNTY_REVIEW', 'AWAITING_OUT_CONFIRMATION', 'OUT_COUNTY_REVIEW', 'MINISTRY_CHECK'])('does not ask for the archive in %s [TRF-INTER-06]', (state) => {
    expect(outcome(situation('requestArchive', state, 'receivingSchool'))).toBe('COMMAND_OUT_OF_ORDER');
  });

  it('takes no digest but that of the packed archive [TRF-INTER-06]', () => {
    for (const contentHash of ['', 'c'.repeat(64), HASH.toUpperCase()]) expect(outcome(situation('acknowledgeArchive', 'ARCHIVE_TRANSFERRING', 'receivingSchool', { input: { contentHash } }))).toBe('ARCHIVE_HASH_DIFFERS');
    expect(outcome(situation('acknowledgeArchive', 'ARCHIVE_TRANSFERRING', 'receivingSchool', { record: record('ARCHIVE_TRANSFERRING', { archiveHash: null }) }))).toBe('ARCHIVE_HASH_DIFFERS');
  });
});

describe('the check of the Ministry', () => {
  const check = (change: Partial<CheckFacts>) => decide(table, situation('check', 'MINISTRY_CHECK', 'system', { facts: { filing: null, evidence: [], check: { ...sound, ...change } } }));

  it('is made by the system and by no person [TRF-INTER-02]', () => {
    for (const duty of ['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN']) expect(outcome(situation('check', 'MINISTRY_CHECK', 'system', { actor: actor(duty, 'cn') }))).toBe('ACTOR_NOT_PERMITTED');
  });

  it('passes a sound case and keeps that nothing was found [TRF-INTER-02]', () => {
    expect(check({})).toMatchObject({ allowed: true, to: 'MINISTRY_VERIFIED', patch: { ministryCheck: { at: now.toISOString(), findings: [] }, refusal: null } });
  });

  it.each<[string, Partial<CheckFacts>, string[]]>([
    ['a duplicate record', { hasDuplicate: true }, ['CHECK_RECORD_DUPLICATE']],
    ['a graduate', { student: { state: 'GRADUATED', schoolId: 's-out' } }, ['CHECK_STUDENT_NOT_ACTIVE']],
    ['a pupil nobody knows', { student: null }, ['CHECK_STUDENT_NOT_ACTIVE']],
    ['a pupil who is elsewhere by now', { student: { state: 'ACTIVE', schoolId: 's-third' } }, ['CHECK_HOLDER_CHANGED']],
    ['another open case', { otherCaseId: 't9' }, ['CHECK_OTHER_CASE_OPEN']],
    ['a problem record', { problemKinds: ['DUPLICATE_WITH_ID'] }, ['CHECK_PROBLEM_RECORD_OPEN']],
    ['a closed school', { inSchoolIsActive: false }, ['CHECK_SCHOOL_CLOSED']],
    ['several faults at once', { hasDuplicate: true, otherCaseId: 't9', inSchoolIsActive: false }, ['CHECK_RECORD_DUPLICATE', 'CHECK_OTHER_CASE_OPEN', 'CHECK_SCHOOL_CLOSED']],
  ])('fails %s and says every reason [TRF-INTER-02]', (_name, change, codes) => {
    const decision = check(change);
    if (!decision.allowed) throw decision.error;
    expect([decision.to, decision.patch.ministryCheck!.findings.map(({ code }) => code)]).toEqual(['REJECTED', codes]);
    expect(decision.patch.refusal).toMatchObject({ step: 'MINISTRY_CHECK', code: codes[0], rule: 'TRF-INTER-02' });
    expect(decision.events(record('REJECTED'))).toMatchObject([{ type: 'cn.xueji.transfers.transfer.rejected.v1', data: { atStep: 'MINISTRY_CHECK' } }]);
  });
});

describe('filing across provinces', () => {
  it('is not for two schools of one province [TRF-INTER-01]', () => {
    expect(outcome(situation('file', null, 'receivingSchool', { facts: { filing: filing({ route: { senior: false, sameProvince: true, sameCity: false, sameCounty: false } }), evidence: [], check: null } }))).toBe('TRANSFER_SAME_PROVINCE');
  });

  it('is judged by the policy of the receiving province, refusals by that of each side [TRF-GEN-09]', () => {
    const own = { ...henan, transfer: { ...henan.transfer, reasons: [], refusalReasons: [{ code: 'OUT_ONLY', zh: '仅转出方', en: 'of the giving side only' }] } };
    const filed = decide(table, situation('file', null, 'receivingSchool', { facts: { filing: filing({ outProfile: own }), evidence: [], check: null } }));
    if (!filed.allowed) throw filed.error;
    expect(filed.patch).toMatchObject({ profileId: 'SHAANXI', outTerms: { profileId: 'HENAN' } });
    const refuse = (state: string, who: string, reasonCode: string) => outcome(situation('refuse', state, who, { record: record(state, filed.patch), input: { reasonCode, reason: '不符合规定' } }));
    expect([refuse('OUT_COUNTY_REVIEW', 'OUT_COUNTY', 'OUT_ONLY'), refuse('AWAITING_OUT_CONFIRMATION', 'OUT_SCHOOL', 'CLASS_FULL'), refuse('IN_COUNTY_REVIEW', 'IN_COUNTY', 'OUT_ONLY'), refuse('IN_COUNTY_REVIEW', 'IN_COUNTY', 'CLASS_FULL')])
      .toEqual(['REJECTED', 'TRANSFER_REFUSAL_REASON_UNKNOWN', 'TRANSFER_REFUSAL_REASON_UNKNOWN', 'REJECTED']);
  });
});
