import type { Actor } from '@xueji/platform';
import { profileFor } from '@xueji/standards';
import { walkTable } from '@xueji/testing';
import { decide, type Row } from '@xueji/workflow';
import type { FilingFacts, TransferFacts } from '../../filing/filing.facts';
import type { TransferCase } from '../../transfer/transfer.entity';
import { progressionChain } from './progression.chain';
import type { FileProgression, ProgressionInput } from './progression.inputs';
import { DATA_FAULT, nextStageOf, type ProgressionSituation } from './progression.rules';
import { progression } from './progression.workflow';

const now = new Date('2026-09-25T02:00:00Z');
const shaanxi = profileFor('61', now);
const henan = profileFor('41', now);
const chain = progressionChain({ profile: shaanxi, outProfile: henan });
const table = progression(chain);

const actor = (duty: string, organizationId: string, accountId = `a-${duty}-${organizationId}`) => ({ accountId, duty, organizationId, realNameVerified: true }) as Actor;
const people: Record<string, Actor> = {
  receivingSchool: actor('REGISTRY_ADMIN', 's-in'), IN_COUNTY: actor('REGISTRY_ADMIN', 'b-in'), OUT_COUNTY: actor('REGISTRY_ADMIN', 'b-out'), system: actor('SYSTEM', 'cn', 'system'),
};

const school = (side: 'out' | 'in', stages: string[]) => ({ id: `s-${side}`, path: `/cn/b/${side}/s-${side}/`, authorityId: `b-${side}`, cityId: `c-${side}`, stages, isActive: true });
const filing = (change: Partial<FilingFacts> = {}): FilingFacts => ({
  student: { studentId: 'p1', stage: 'PRIMARY', grade: 6, state: 'GRADUATED' }, outSchool: school('out', ['PRIMARY']), inSchool: school('in', ['JUNIOR']),
  route: { senior: false, sameProvince: false, sameCity: false, sameCounty: false }, profile: shaanxi, outProfile: henan, window: { open: true, opensAt: null, closesAt: null, rule: 'TRF-PROG-05' }, openCaseId: null, problemKinds: [], classes: [], evidence: [],
  ...change,
});
const fileInput = (change: Partial<FileProgression> = {}): FileProgression => ({
  classId: 'c7', reasonCode: 'CROSS_PROVINCE_PROGRESSION', reason: null, documents: [], attachments: [], receivedOn: null, attendanceStartDate: null, formalitiesReference: '接收证明 2026-001', ...change,
});
const inputs: Record<string, ProgressionInput> = {
  file: fileInput(), approve: {}, refuse: { reasonCode: DATA_FAULT, reason: '姓名有误' }, withdraw: {}, retrieveArchive: {}, confirmMove: {},
  refuseMove: { code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', zh: '班级不能接收', en: 'The class cannot receive', reason: 'x' },
};

const record = (state: string) => ({
  id: 't1', state, version: 1, submittedBy: 'a-filer', studentId: 'p1', stage: 'PRIMARY', outSchoolId: 's-out', inSchoolId: 's-in', outAuthorityId: 'b-out', inAuthorityId: 'b-in', classId: 'c7', chain,
  refusalReasons: shaanxi.transfer.refusalReasons, outTerms: { profileId: 'HENAN', profileEffectiveFrom: '2025-01-03', refusalReasons: henan.transfer.refusalReasons }, refusal: null,
}) as unknown as TransferCase;

const situation = (command: string, from: string | null, who: string, change: Partial<ProgressionSituation> = {}): ProgressionSituation => ({
  record: from === null ? null : record(from), actor: people[who]!, input: inputs[command]!, facts: { filing: from === null ? filing() : null, evidence: [] }, now, command, ...change,
});
const outcome = (s: ProgressionSituation) => {
  const decision = decide(table, s);
  return decision.allowed ? decision.to : decision.error.code;
};
const file = (facts: Partial<FilingFacts>, input: Partial<FileProgression> = {}) => situation('file', null, 'receivingSchool', { facts: { filing: filing(facts), evidence: [] }, input: fileInput(input) });

describe('the table of progression to another province', () => {
  walkTable(table, { allowed: (row: Row<string, TransferCase, ProgressionInput, TransferFacts, Actor>, from, by) => situation(row.command, from, by.relation) });

  it('has three parties in their order, of which the receiving school agrees by filing, and then the archive [TRF-PROG-03]', () => {
    const steps: [string, string][] = [['file', 'receivingSchool'], ['approve', 'IN_COUNTY'], ['approve', 'OUT_COUNTY'], ['retrieveArchive', 'receivingSchool'], ['confirmMove', 'system']];
    const states: string[] = [];
    for (const [command, who] of steps) states.push(outcome(situation(command, states.at(-1) ?? null, who)));
    expect(states).toEqual(['IN_AUTHORITY_REVIEW', 'OUT_AUTHORITY_REVIEW', 'APPROVED', 'MOVING', 'COMPLETED']);
  });

  it('gives each bureau the days of its province [TRF-GEN-03]', () => {
    expect(decide(table, situation('file', null, 'receivingSchool'))).toMatchObject({ deadline: { dueAt: new Date('2026-09-30T23:59:59+08:00'), rule: 'TRF-GEN-03' } });
    expect(decide(table, situation('approve', 'IN_AUTHORITY_REVIEW', 'IN_COUNTY'))).toMatchObject({ deadline: { dueAt: new Date('2026-10-15T23:59:59+08:00') } });
  });
});

describe('filing a progression', () => {
  it.each<[string, Partial<FilingFacts>, Partial<FileProgression>, string]>([
    ['a pupil on a roll [TRF-PROG-01]', { student: { studentId: 'p1', stage: 'PRIMARY', grade: 6, state: 'ACTIVE' } }, {}, 'PROGRESSION_STUDENT_NOT_GRADUATED'],
    ['a school of the same province [TRF-PROG-01]', { route: { senior: false, sameProvince: true, sameCity: true, sameCounty: false } }, {}, 'TRANSFER_SAME_PROVINCE'],
    ['a school of the stage graduated from [TRF-PROG-01]', { inSchool: school('in', ['PRIMARY']) }, {}, 'PROGRESSION_STAGE_UNSUITABLE'],
    ['a school two stages on [TRF-PROG-01]', { inSchool: school('in', ['SENIOR']) }, {}, 'PROGRESSION_STAGE_UNSUITABLE'],
    ['a closed school [TRF-PROG-01]', { inSchool: { ...school('in', ['JUNIOR']), isActive: false } }, {}, 'PROGRESSION_STAGE_UNSUITABLE'],
    ['a graduate of the last stage [TRF-PROG-01]', { student: { studentId: 'p1', stage: 'SENIOR', grade: 12, state: 'GRADUATED' }, inSchool: school('in', ['SENIOR']) }, {}, 'PROGRESSION_STAGE_UNSUITABLE'],
    ['a problem record [REG-PROB-02]', { problemKinds: ['DUPLICATE_WITH_ID'] }, {}, 'TRANSFER_PROBLEM_RECORD_OPEN'],
    ['an ID number in doubt [REG-PROB-03]', { problemKinds: ['ID_NOT_FOUND'] }, {}, 'TRANSFER_IDENTITY_MISMATCH'],
    ['a graduate with an open case [GEN-FLOW-06]', { openCaseId: 't0' }, {}, 'TRANSFER_CASE_OPEN'],
    ['a closed window [TRF-PROG-05]', { window: { open: false, opensAt: now, closesAt: now, rule: 'TRF-PROG-05' } }, {}, 'WINDOW_CLOSED'],
    ['formalities that nobody names [TRF-PROG-02]', {}, { formalitiesReference: '  ' }, 'PROGRESSION_FORMALITIES_MISSING'],
    ['a reference that is a text of its own [TRF-PROG-02]', {}, { formalitiesReference: '证'.repeat(201) }, 'PROGRESSION_FORMALITIES_MISSING'],
    ['no class [TRF-INTRA-05]', {}, { classId: null }, 'TRANSFER_CLASS_REQUIRED'],
  ])('refuses %s', (_name, facts, input, code) => {
    expect(outcome(file(facts, input))).toBe(code);
  });

  it('asks the county where the junior stage begins, the city where the senior stage does [TRF-PROG-03]', () => {
    const authorityFor = (stage: 'PRIMARY' | 'JUNIOR', next: string) => {
      const decision = decide(table, file({ student: { studentId: 'p1', stage, grade: 6, state: 'GRADUATED' }, inSchool: school('in', [next]) }));
      return decision.allowed ? decision.patch.inAuthorityId : decision.error.code;
    };
    expect([authorityFor('PRIMARY', 'JUNIOR'), authorityFor('JUNIOR', 'SENIOR')]).toEqual(['b-in', 'c-in']);
  });

  it('knows what follows each stage [TRF-PROG-01]', () => {
    expect(['PRESCHOOL', 'PRIMARY', 'JUNIOR', 'SENIOR'].map(nextStageOf)).toEqual([null, 'JUNIOR', 'SENIOR', null]);
  });
});

describe('the bureau of the graduation school', () => {
  it('reports wrong data and refuses for nothing else; the receiving side may refuse the admission [TRF-PROG-04]', () => {
    for (const reasonCode of ['CONDITION_NOT_MET', 'CLASS_FULL', 'GUARDIAN_CHANGED_MIND']) {
      const input = { reasonCode, reason: '不同意' };
      expect(outcome(situation('refuse', 'OUT_AUTHORITY_REVIEW', 'OUT_COUNTY', { input }))).toBe('PROGRESSION_ADMISSION_DECIDED');
      expect(outcome(situation('refuse', 'IN_AUTHORITY_REVIEW', 'IN_COUNTY', { input }))).toBe('REJECTED');
    }
    expect(outcome(situation('refuse', 'OUT_AUTHORITY_REVIEW', 'OUT_COUNTY'))).toBe('REJECTED');
  });
});
