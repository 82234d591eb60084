import type { Actor } from '@xueji/platform';
import { profileFor, startOfCstDay } from '@xueji/standards';
import { walkTable } from '@xueji/testing';
import { decide, DomainError, type Row } from '@xueji/workflow';
import fc from 'fast-check';
import type { EvidenceFacts } from '../../evidence/evidence.terms';
import type { FilingFacts, FilingRoute, TransferFacts } from '../../filing/filing.facts';
import type { FileInput } from '../../filing/filing.inputs';
import type { TransferCase } from '../../transfer/transfer.entity';
import { REVIEWS, type ReviewChain, type ReviewStep } from '../../transfer/transfer.terms';
import { withinProvinceChain } from './within-province.chain';
import type { WithinProvinceInput } from './within-province.inputs';
import { withinProvince, type TransferSituation } from './within-province.workflow';

const now = new Date('2026-11-20T02:00:00Z');
const sameCity: FilingRoute = { senior: false, sameProvince: true, sameCity: true, sameCounty: false };
const profileOf = (province: string, at = now) => profileFor(province, at);
const chainOf = (province: string, route: Partial<FilingRoute> = {}): ReviewChain => withinProvinceChain(profileOf(province).transfer, { ...sameCity, ...route });

const chains: [string, string, ReviewChain, string[]][] = [
  ['Shaanxi [TRF-INTRA-01]', '61', chainOf('61'), ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']],
  ['Shaanxi, one bureau [TRF-INTRA-03]', '61', chainOf('61', { sameCounty: true }), ['IN_SCHOOL', 'OUT_COUNTY']],
  ['national [TRF-INTRA-04]', '41', chainOf('41'), ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY']],
  ['national, one bureau [TRF-INTRA-03]', '41', chainOf('41', { sameCounty: true }), ['OUT_SCHOOL', 'OUT_COUNTY']],
  ['Shaanxi, two cities [TRF-INTRA-02]', '61', chainOf('61', { sameCity: false }), ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY', 'IN_CITY']],
  ['Shaanxi, senior pupil of one city [TRF-INTRA-02]', '61', chainOf('61', { senior: true }), ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY']],
  ['Shaanxi, senior pupil of two cities [TRF-INTRA-02]', '61', chainOf('61', { senior: true, sameCity: false }), ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY', 'IN_CITY']],
  ['national, two cities [TRF-INTRA-02] [TRF-INTRA-04]', '41', chainOf('41', { sameCity: false }), ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'OUT_CITY', 'IN_CITY']],
];

const organizationOf = { OUT_SCHOOL: 's-out', IN_SCHOOL: 's-in', OUT_COUNTY: 'b-out', IN_COUNTY: 'b-in', OUT_CITY: 'c-out', IN_CITY: 'c-in' };
const school = (side: 'out' | 'in') => ({ id: `s-${side}`, path: `/cn/b/${side}/s-${side}/`, authorityId: `b-${side}`, cityId: `c-${side}`, stages: ['PRIMARY'], isActive: true });

const actor = (duty: string, organizationId: string, accountId = `a-${duty}-${organizationId}`) => ({ accountId, duty, organizationId, realNameVerified: true }) as Actor;
const system = actor('SYSTEM', 'cn', 'system');

const filing = (province: string, change: Partial<FilingFacts> = {}): FilingFacts => ({
  student: { studentId: 'p1', stage: 'PRIMARY', grade: 3, state: 'ACTIVE' }, outSchool: school('out'), inSchool: school('in'), route: sameCity, profile: profileOf(province), outProfile: profileOf(province),
  window: { open: true, opensAt: null, closesAt: null, rule: 'GEN-FLOW-07' }, openCaseId: null, problemKinds: [], classes: [], evidence: ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'].map(upload), ...change,
});

const document = (kind: string) => ({ kind, evidenceId: kind });
const upload = (id: string): EvidenceFacts => ({ id, fileName: `${id}.pdf`, sha256: 'a'.repeat(64), scan: 'CLEAN', caseId: null });
const fileInput = (change: Partial<FileInput> = {}): FileInput => ({
  classId: 'c1', reasonCode: 'HOUSEHOLD_MOVED', reason: null, documents: [document('GUARDIAN_APPLICATION'), document('HOUSEHOLD_REGISTER')], attachments: [], receivedOn: null, attendanceStartDate: null, ...change,
});
const inputs: Record<string, WithinProvinceInput> = {
  file: fileInput(), approve: { classId: 'c1' }, refuse: { reasonCode: 'CLASS_FULL', reason: '班额已满' }, withdraw: {}, confirmMove: {},
  refuseMove: { code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', zh: '班级不能接收', en: 'The class cannot receive', reason: 'CLASS_CANNOT_RECEIVE' },
};

const record = (chain: ReviewChain, state: string) => ({
  id: 't1', state, version: 1, submittedBy: 'a-filer', studentId: 'p1', outSchoolId: 's-out', inSchoolId: 's-in', outAuthorityId: 'b-out', inAuthorityId: 'b-in', outCityId: 'c-out', inCityId: 'c-in', outTerms: null, classId: 'c1',
  chain, refusalReasons: profileOf('61').transfer.refusalReasons, refusal: null,
}) as unknown as TransferCase;

const personOf = (chain: ReviewChain, by: { duty: string; relation: string }): Actor =>
  by.relation === 'system' ? system : actor(by.duty, organizationOf[by.relation === 'initiator' ? chain.initiator : (by.relation as ReviewStep)]);

const codeOf = (chain: ReviewChain, s: TransferSituation): string => {
  const decision = decide(withinProvince(chain), s);
  return decision.allowed ? decision.to : decision.error.code;
};
const thrown = (work: () => unknown): DomainError => {
  try {
    work();
  } catch (error) {
    return error as DomainError;
  }
  throw new Error('nothing was thrown');
};

describe.each(chains)('the table of %s', (_name, province, chain, steps) => {
  walkTable(withinProvince(chain), {
    allowed: (row: Row<string, TransferCase, WithinProvinceInput, TransferFacts, Actor>, from, by): TransferSituation => ({
      record: from === null ? null : record(chain, from), actor: personOf(chain, by), input: inputs[row.command]!, facts: { filing: from === null ? filing(province) : null, evidence: [] }, now, command: row.command,
    }),
  });

  it('has the steps of the profile', () => {
    expect(chain.steps).toEqual(steps);
  });

  it('refuses any order of commands other than that of the chain [GEN-FLOW-02]', () => {
    const people: Record<string, Actor> = {
      filer: actor('REGISTRY_ADMIN', organizationOf[chain.initiator]),
      otherFiler: actor('REGISTRY_ADMIN', organizationOf[chain.initiator === 'OUT_SCHOOL' ? 'IN_SCHOOL' : 'OUT_SCHOOL']),
      OUT_SCHOOL: actor('REGISTRY_LEADER', 's-out'), IN_SCHOOL: actor('REGISTRY_LEADER', 's-in'), OUT_COUNTY: actor('REGISTRY_ADMIN', 'b-out'), IN_COUNTY: actor('REGISTRY_ADMIN', 'b-in'),
      OUT_CITY: actor('REGISTRY_ADMIN', 'c-out'), IN_CITY: actor('REGISTRY_ADMIN', 'c-in'), system,
    };
    const table = withinProvince(chain);
    const call = fc.record({ command: fc.constantFrom(...Object.keys(inputs)), who: fc.constantFrom(...Object.keys(people)) });
    let completed = 0;
    // Left to chance alone, few runs get far: each call is, one time in two, the next of the chain.
    fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), call), { maxLength: 14 }), (calls) => {
      let at = -1;
      let closed = false;
      let current: TransferCase | null = null;
      for (const [next, chance] of calls) {
        const due = at < 0 ? { command: 'file', who: 'filer' } : at < steps.length ? { command: 'approve', who: steps[at]! } : { command: 'confirmMove', who: 'system' };
        const { command, who } = next && !closed ? due : chance;
        const waits = at >= 0 && at < steps.length && !closed;
        const expected =
          (command === 'file' && who === 'filer' && at < 0) || (['approve', 'refuse'].includes(command) && waits && who === steps[at]) || (command === 'withdraw' && waits && who === 'filer')
          || (['confirmMove', 'refuseMove'].includes(command) && at === steps.length && !closed && who === 'system');
        const decision = decide(table, { record: current, actor: people[who]!, input: inputs[command]!, facts: { filing: current ? null : filing(province), evidence: [] }, now, command });
        if (decision.allowed !== expected) throw new Error(`${command} by ${who} at ${at}: ${expected ? 'refused' : 'allowed'}`);
        if (!decision.allowed) continue;
        if (command === 'file') at = 0;
        else if (command === 'approve') at += 1;
        else closed = true;
        if (command === 'confirmMove') completed += 1;
        current = { ...(current ?? record(chain, '')), state: decision.to, submittedBy: 'a-filer' } as TransferCase;
        if (!closed) expect(decision.to).toBe(at < steps.length ? REVIEWS[steps[at] as ReviewStep].state : 'MOVING');
      }
    }), { numRuns: 1_000, seed: 20261120 });
    expect(completed).toBeGreaterThan(0);
  });
});

describe('the chain of a route', () => {
  it('is not this one across provinces [TRF-INTER-01]', () => {
    for (const province of ['61', '41']) {
      expect(thrown(() => chainOf(province, { sameProvince: false, sameCity: false }))).toMatchObject({ code: 'TRANSFER_CHAIN_UNAVAILABLE', rule: 'TRF-INTER-01', field: 'inSchoolId' });
    }
  });

  it.each<[string, Partial<FilingRoute>, string[]]>([
    ['the old school is under its city', { sameCity: false, outUnderCity: true }, ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'IN_CITY']],
    ['the new school is under its city', { sameCity: false, inUnderCity: true }, ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY']],
    ['one of two schools of a city is under it and the pupil is senior', { senior: true, inUnderCity: true }, ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']],
    ['both are under their cities', { sameCity: false, outUnderCity: true, inUnderCity: true }, ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']],
  ])('asks no city a second time when %s [TRF-INTRA-02] [TRF-INTRA-03]', (_name, route, steps) => {
    expect(chainOf('61', route).steps).toEqual(steps);
  });
});

describe('filing', () => {
  const chain = chainOf('61');
  const file = (change: Partial<FilingFacts>, input: Partial<FileInput> = {}, at = now): TransferSituation => ({
    record: null, actor: actor('REGISTRY_ADMIN', 's-out'), input: fileInput(input), facts: { filing: filing('61', change), evidence: [] }, now: at, command: 'file',
  });

  it.each<[string, Partial<FilingFacts>, Partial<FileInput>, string]>([
    ['a graduate [TRF-PROG-01]', { student: { studentId: 'p1', stage: 'PRIMARY', grade: 6, state: 'GRADUATED' } }, {}, 'TRANSFER_STUDENT_NOT_ACTIVE'],
    ['the same school', { inSchool: school('out') }, {}, 'TRANSFER_SAME_SCHOOL'],
    ['a school of another stage [GEN-SCOPE-01]', { inSchool: { ...school('in'), stages: ['JUNIOR'] } }, {}, 'TRANSFER_SCHOOL_UNSUITABLE'],
    ['a closed school [GEN-SCOPE-01]', { inSchool: { ...school('in'), isActive: false } }, {}, 'TRANSFER_SCHOOL_UNSUITABLE'],
    ['a problem record [REG-PROB-02]', { problemKinds: ['DUPLICATE_WITHOUT_ID'] }, {}, 'TRANSFER_PROBLEM_RECORD_OPEN'],
    ['an ID number in doubt [REG-PROB-03]', { problemKinds: ['ID_NAME_MISMATCH'] }, {}, 'TRANSFER_IDENTITY_MISMATCH'],
    ['a pupil with an open case [GEN-FLOW-06]', { openCaseId: 't0' }, {}, 'TRANSFER_CASE_OPEN'],
    ['a closed window [GEN-FLOW-07]', { window: { open: false, opensAt: now, closesAt: now, rule: 'TRF-GEN-05' } }, {}, 'WINDOW_CLOSED'],
    ['a reason the profile lacks [TRF-GEN-09]', {}, { reasonCode: 'BETTER_SCHOOL' }, 'TRANSFER_REASON_UNKNOWN'],
    ['a reason without its document [TRF-GEN-09]', {}, { reasonCode: 'HEALTH' }, 'TRANSFER_DOCUMENT_MISSING'],
    ['a document of an unknown kind [TRF-GEN-09]', {}, { documents: [document('SELFIE')] }, 'TRANSFER_DOCUMENT_INVALID'],
    ['a file that stands for two documents [TRF-GEN-09]', {}, { documents: [document('GUARDIAN_APPLICATION'), { kind: 'HOUSEHOLD_REGISTER', evidenceId: 'GUARDIAN_APPLICATION' }] }, 'TRANSFER_DOCUMENT_INVALID'],
    ['more than twenty documents [TRF-GEN-09]', {}, { documents: Array.from({ length: 21 }, (_, nth) => ({ kind: 'OTHER_PROOF', evidenceId: `${nth}` })) }, 'TRANSFER_DOCUMENT_INVALID'],
    ['a file that the school has not uploaded [TRF-GEN-09]', { evidence: [upload('GUARDIAN_APPLICATION')] }, {}, 'EVIDENCE_NOT_FOUND'],
    ['a file of another case [TRF-GEN-09]', { evidence: [upload('GUARDIAN_APPLICATION'), { ...upload('HOUSEHOLD_REGISTER'), caseId: 't9' }] }, {}, 'EVIDENCE_BOUND'],
    ['a file with a virus [TRF-GEN-09]', { evidence: [upload('GUARDIAN_APPLICATION'), { ...upload('HOUSEHOLD_REGISTER'), scan: 'INFECTED' }] }, {}, 'EVIDENCE_INFECTED'],
    ['a receipt tomorrow [TRF-GEN-01]', {}, { receivedOn: '2026-11-21' }, 'TRANSFER_RECEIPT_INVALID'],
    ['an attendance on no day [TRF-GEN-02]', {}, { attendanceStartDate: '2026-02-30' }, 'TRANSFER_ATTENDANCE_INVALID'],
  ])('refuses %s', (_name, facts, input, code) => {
    expect(codeOf(chain, file(facts, input))).toBe(code);
  });

  it('refuses a full class only where the province refuses instead of warning, and only one that is named [REG-CLASS-02]', () => {
    const full = { classes: [{ classId: 'c1', pupils: 45 }] };
    const strict = { ...full, profile: { ...profileOf('61'), classSize: { ...profileOf('61').classSize, refuse: true } } };
    expect([codeOf(chain, file(strict)), codeOf(chain, file(strict, { classId: null })), codeOf(chain, file(full))]).toEqual(['TRANSFER_CLASS_FULL', 'IN_SCHOOL_REVIEW', 'IN_SCHOOL_REVIEW']);
    expect(codeOf(chain, file({ ...strict, classes: [{ classId: 'c1', pupils: 44 }] }))).toBe('IN_SCHOOL_REVIEW');
  });

  it('names the open case and the documents that are missing', () => {
    const refusal = (s: TransferSituation) => {
      const decision = decide(withinProvince(chain), s);
      return decision.allowed ? {} : decision.error.details;
    };
    expect(refusal(file({ openCaseId: 't0' }))).toEqual({ openCaseId: 't0' });
    expect(refusal(file({}, { reasonCode: 'MIGRANT_CHILD' }))).toEqual({ missing: ['RESIDENCE_PERMIT', 'EMPLOYMENT_PROOF'] });
  });

  it('takes a day of attendance before the filing and a receipt in the past [TRF-GEN-01] [TRF-GEN-02]', () => {
    expect(codeOf(chain, file({}, { attendanceStartDate: '2026-09-01', receivedOn: '2026-10-09' }))).toBe('IN_SCHOOL_REVIEW');
  });

  it('needs a class from a receiving school that files, not from a transferring-out school [TRF-INTRA-05]', () => {
    const inSchoolFiles = { ...file({ profile: profileOf('41') }, { classId: null }), actor: actor('REGISTRY_ADMIN', 's-in') };
    expect(codeOf(chainOf('41'), inSchoolFiles)).toBe('TRANSFER_CLASS_REQUIRED');
    expect(codeOf(chain, file({}, { classId: null }))).toBe('IN_SCHOOL_REVIEW');
  });

  it.each([
    ['2026-02-12', 3, '2026-02-24'], ['2026-04-30', 3, '2026-05-08'], ['2026-09-30', 3, '2026-10-10'], ['2026-11-20', 3, '2026-11-25'], ['2026-11-21', 3, '2026-11-25'], ['2026-09-23', 5, '2026-10-08'],
  ])('received on %s and due in %i working days, waits until %s [TRF-SLA-02] [TRF-GEN-03]', (received, stepWorkingDays, due) => {
    const decision = decide(withinProvince({ ...chain, stepWorkingDays }), file({}, {}, startOfCstDay(received)));
    expect(decision).toMatchObject({ allowed: true, deadline: { dueAt: new Date(`${due}T23:59:59+08:00`), rule: 'TRF-GEN-03', flagged: false } });
  });

  it('flags a deadline in a year whose holidays are not known [TRF-SLA-02]', () => {
    expect(decide(withinProvince(chain), file({}, {}, startOfCstDay('2029-11-20')))).toMatchObject({ deadline: { flagged: true } });
  });
});

describe('a review', () => {
  const chain = chainOf('61');
  const review = (change: Partial<TransferSituation>): TransferSituation => ({
    record: record(chain, 'IN_SCHOOL_REVIEW'), actor: actor('REGISTRY_LEADER', 's-in'), input: inputs.approve!, facts: { filing: null, evidence: [] }, now, command: 'approve', ...change,
  });

  it.each([['held for a scanner', 'PENDING', 'EVIDENCE_NOT_CLEARED'], ['infected', 'INFECTED', 'EVIDENCE_NOT_CLEARED'], ['clean', 'CLEAN', 'OUT_COUNTY_REVIEW']] as const)(
    'of a case with a document that is %s comes to %s: %s [TRF-GEN-09]', (_what, scan, expected) => {
      const evidence = [upload('HOUSEHOLD_REGISTER'), { ...upload('GUARDIAN_APPLICATION'), scan }];
      expect(codeOf(chain, review({ facts: { filing: null, evidence } }))).toBe(expected);
      expect(codeOf(chain, review({ facts: { filing: null, evidence }, input: inputs.refuse!, command: 'refuse' }))).toBe('REJECTED');
    },
  );

  it('takes in a filing whose document no scanner has seen yet: a system that is down is no reason [TRF-GEN-01] [TRF-GEN-09]', () => {
    const evidence = ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'].map((id): EvidenceFacts => ({ ...upload(id), scan: 'PENDING' }));
    expect(codeOf(chain, { ...review({}), record: null, actor: actor('REGISTRY_ADMIN', 's-out'), input: fileInput(), facts: { filing: filing('61', { evidence }), evidence: [] }, command: 'file' })).toBe('IN_SCHOOL_REVIEW');
  });

  it('needs the class from the receiving school [TRF-INTRA-05]', () => {
    for (const classId of [null, '', ' ', 'x'.repeat(65)]) expect(codeOf(chain, review({ input: { classId } }))).toBe('TRANSFER_CLASS_REQUIRED');
  });

  it('knows no refusal for a network that is down, and none without words [TRF-GEN-01] [GEN-FLOW-03]', () => {
    for (const reasonCode of ['NETWORK_DOWN', 'SYSTEM', 'OTHER', '']) expect(codeOf(chain, review({ command: 'refuse', input: { reasonCode, reason: '网络不通' } }))).toBe('TRANSFER_REFUSAL_REASON_UNKNOWN');
    expect(codeOf(chain, review({ command: 'refuse', input: { reasonCode: 'CLASS_FULL', reason: ' ' } }))).toBe('REASON_REQUIRED');
    expect(profileOf('61').transfer.refusalReasons.filter(({ code, zh }) => /NETWORK|SYSTEM|OTHER/.test(code) || /网络|系统|其他/.test(zh))).toEqual([]);
  });

  it('is not made by who filed [GEN-FLOW-05]', () => {
    expect(codeOf(chain, review({ actor: actor('REGISTRY_LEADER', 's-in', 'a-filer') }))).toBe('REVIEW_NOT_INDEPENDENT');
  });
});
