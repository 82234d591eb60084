import { problemRecordOpened, problemRecordResolved, studentGraduated } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, B, C, casesOf, E, F, FILE, leader } from '../transfer/cases.fixture';

const NOW = '2026-11-20T02:00:00Z';
const READINESS = `query($studentId: ID, $studentNumber: String, $name: String, $toSchool: ID!, $classId: ID, $reasonCode: String, $documentKinds: [String!]) {
  transferReadiness(studentId: $studentId, studentNumber: $studentNumber, name: $name, toSchool: $toSchool, classId: $classId, reasonCode: $reasonCode, documentKinds: $documentKinds) {
    ready procedure profileId appliesBy { id } steps reasons { code name documents }
    blockers { code rule field message clearedBy organization { id } missing problemKinds opensAt closesAt openCaseId openCase { id state } }
    warnings { code rule clearedBy organization { id } } } }`;
const KINDS = ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'];

describe('the readiness of a transfer', () => {
  let service: TestService;
  const { give, refused, pupil, filed } = casesOf(() => service);

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  beforeEach(() => service.clock.set(new Date(NOW)));
  afterAll(() => service.stop());

  const asked = async (actor: Actor, variables: object, locale?: string): Promise<any> => {
    const answer = await service.query(actor, READINESS, { documentKinds: KINDS, reasonCode: 'HOUSEHOLD_MOVED', ...variables }, locale);
    if (answer.errors.length > 0) throw Object.assign(new Error('refused'), answer.errors[0]!.extensions);
    return answer.data.transferReadiness;
  };
  const codes = ({ blockers }: any): string[] => blockers.map(({ code }: any) => code);

  it('lists every blocker at once with its rule and who must clear it, and filing refuses with the first of them [TRF-GEN-09] [GEN-FLOW-06] [GEN-FLOW-07]', async () => {
    const { id, studentId } = await filed(A, C);
    await service.deliver(studentGraduated, studentId, { studentId, schoolId: A, stage: 'PRIMARY', outcome: 'GRADUATED', graduatedOn: '2026-07-01' }, { version: 2 });
    // In the closed season, to a school of another stage, with neither a reason nor a paper that fits.
    service.clock.set(new Date('2026-09-15T02:00:00Z'));
    const toSchool = 's-3161000201';
    const { ready, blockers } = await asked(admin(A), { studentId, toSchool, reasonCode: 'BETTER_SCHOOL', documentKinds: ['SCHOOL_REPORT'] });
    expect([ready, blockers.map(({ code, rule, clearedBy, organization }: any) => [code, rule, clearedBy, organization.id])]).toEqual([false, [
      ['TRANSFER_STUDENT_NOT_ACTIVE', 'TRF-PROG-01', 'OUT_SCHOOL', A],
      ['TRANSFER_SCHOOL_UNSUITABLE', 'GEN-SCOPE-01', 'IN_SCHOOL', toSchool],
      ['TRANSFER_CASE_OPEN', 'GEN-FLOW-06', 'REVIEWER', C],
      ['WINDOW_CLOSED', 'GEN-FLOW-07', 'PROVINCE', 'b-61'],
      ['TRANSFER_REASON_UNKNOWN', 'TRF-GEN-09', 'APPLICANT', A],
      ['TRANSFER_DOCUMENT_INVALID', 'TRF-GEN-09', 'APPLICANT', A],
      ['TRANSFER_DOCUMENT_MISSING', 'TRF-GEN-09', 'APPLICANT', A],
    ]]);
    expect(blockers[2]).toMatchObject({ openCaseId: id, openCase: { id, state: 'IN_SCHOOL_REVIEW' } });
    expect(blockers[3]).toMatchObject({ opensAt: '2026-09-30T16:00:00.000Z', closesAt: '2027-07-31T15:59:59.000Z' });
    expect(blockers[6]).toMatchObject({ missing: ['GUARDIAN_APPLICATION'], field: 'documents' });
    const filing = await give(admin(A), FILE, { studentId, inSchoolId: toSchool, reasonCode: 'BETTER_SCHOOL', documents: [{ kind: 'SCHOOL_REPORT' }] });
    const { code, rule, field, message } = blockers[0];
    expect({ ...refused(filing), message: filing.errors[0]!.message }).toMatchObject({ code, rule, field, message });
  });

  it('finds nothing against a transfer that can be filed, says who files it and which papers each reason wants, and changes nothing [TRF-GEN-09] [TRF-INTRA-04]', async () => {
    const { studentId } = await pupil(A);
    const before = await service.dataSource.query('select count(*)::int as n from transfer_case');
    const found = await asked(admin(A), { studentId, toSchool: C }, 'en');
    expect(found).toMatchObject({ ready: true, blockers: [], procedure: 'within-province', profileId: 'SHAANXI', appliesBy: { id: A }, steps: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'] });
    expect(found.reasons.find(({ code }: any) => code === 'MIGRANT_CHILD')).toMatchObject({ documents: ['GUARDIAN_APPLICATION', 'RESIDENCE_PERMIT', 'EMPLOYMENT_PROOF'] });
    expect(await service.dataSource.query('select count(*)::int as n from transfer_case')).toEqual(before);
    expect((await give(admin(A), FILE, { studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: KINDS.map((kind) => ({ kind })) })).errors).toEqual([]);
  });

  it('lists doubts about the record and about the ID number, for the school that holds it to clear, until they are resolved; filing refuses for the same [REG-PROB-02] [REG-PROB-03]', async () => {
    const { studentId } = await pupil(A);
    const file = async () => refused(await give(admin(A), FILE, { studentId, inSchoolId: C, reasonCode: 'HOUSEHOLD_MOVED', documents: KINDS.map((kind) => ({ kind })) }));
    for (const kind of ['DUPLICATE_WITH_ID', 'ID_NAME_MISMATCH']) await service.deliver(problemRecordOpened, studentId, { studentId, kind, openedAt: '2026-11-19T02:00:00.000Z' });
    const { ready, blockers } = await asked(admin(A), { studentId, toSchool: C });
    expect([ready, blockers]).toMatchObject([false, [
      { code: 'TRANSFER_PROBLEM_RECORD_OPEN', rule: 'REG-PROB-02', problemKinds: ['DUPLICATE_WITH_ID'], clearedBy: 'OUT_SCHOOL', organization: { id: A } },
      { code: 'TRANSFER_IDENTITY_MISMATCH', rule: 'REG-PROB-03', problemKinds: ['ID_NAME_MISMATCH'], clearedBy: 'OUT_SCHOOL', organization: { id: A } },
    ]]);
    expect(await file()).toMatchObject({ code: 'TRANSFER_PROBLEM_RECORD_OPEN', rule: 'REG-PROB-02' });
    const resolved = (kind: string) => service.deliver(problemRecordResolved, studentId, { studentId, kind, resolvedAt: '2026-11-20T01:00:00.000Z' });
    await resolved('DUPLICATE_WITH_ID');
    expect(await file()).toMatchObject({ code: 'TRANSFER_IDENTITY_MISMATCH', rule: 'REG-PROB-03' });
    await resolved('ID_NAME_MISMATCH');
    expect(codes(await asked(admin(A), { studentId, toSchool: C }))).toEqual([]);
    expect(await file()).toEqual({ code: 'allowed' });
  });

  it('keeps a doubt resolved when the news of its opening comes late [REG-PROB-08]', async () => {
    const { studentId } = await pupil(A);
    await service.deliver(problemRecordResolved, studentId, { studentId, kind: 'ID_NOT_FOUND', resolvedAt: '2026-11-20T01:00:00.000Z' });
    await service.deliver(problemRecordOpened, studentId, { studentId, kind: 'ID_NOT_FOUND', openedAt: '2026-11-19T01:00:00.000Z' });
    expect(codes(await asked(admin(A), { studentId, toSchool: C }))).toEqual([]);
    await service.deliver(problemRecordOpened, studentId, { studentId, kind: 'ID_NOT_FOUND', openedAt: '2026-11-20T01:30:00.000Z' });
    expect(codes(await asked(admin(A), { studentId, toSchool: C }))).toEqual(['TRANSFER_IDENTITY_MISMATCH']);
  });

  it('warns of a class, or of all classes of the grade, that would go over the limit, and lets the transfer be filed [REG-CLASS-02]', async () => {
    const { studentId } = await pupil(A, { grade: 5 });
    const seat = (count: number, classId: string, state = 'ACTIVE') => service.dataSource.query(
      `insert into student_projection (student_id, school_id, stage, grade, state, number_hash, name_hash, version, class_id)
       select $2 || $4 || n, $3, 'PRIMARY', 5, $4, $2 || n, 'x', 1, $2 from generate_series(1, $1::int) n`, [count, classId, C, state]);
    await seat(45, 'c-full');
    const warned = async (more: object = {}) => {
      const { ready, warnings } = await asked(admin(A), { studentId, toSchool: C, ...more });
      return [ready, warnings.map(({ code, rule, clearedBy, organization }: any) => [code, rule, clearedBy, organization.id])];
    };
    const full = ['TRANSFER_CLASS_FULL', 'REG-CLASS-02', 'IN_SCHOOL', C];
    expect(await warned()).toEqual([true, [full]]);
    expect(await warned({ classId: 'c-full' })).toEqual([true, [full]]);
    await seat(44, 'c-room');
    await seat(5, 'c-room', 'GRADUATED');
    expect([await warned(), await warned({ classId: 'c-room' }), await warned({ classId: 'c-full' })]).toEqual([[true, []], [true, []], [true, [full]]]);
  });

  it('takes away one blocker after the other as they are cleared, until the case is filed [TRF-INTRA-05] [TRF-GEN-09]', async () => {
    const { nationalStudentNumber: studentNumber, name } = await pupil(E);
    const byPapers = { studentNumber, name, toSchool: F };
    expect(codes(await asked(admin(F), { ...byPapers, reasonCode: null, documentKinds: [] }))).toEqual(['TRANSFER_REASON_UNKNOWN', 'TRANSFER_DOCUMENT_MISSING', 'TRANSFER_CLASS_REQUIRED']);
    const next = await asked(admin(F), { ...byPapers, reasonCode: 'MIGRANT_CHILD', documentKinds: KINDS });
    expect(next.blockers).toMatchObject([{ code: 'TRANSFER_DOCUMENT_MISSING', missing: ['RESIDENCE_PERMIT', 'EMPLOYMENT_PROOF'], clearedBy: 'APPLICANT', organization: { id: F } }, { code: 'TRANSFER_CLASS_REQUIRED', clearedBy: 'IN_SCHOOL', organization: { id: F } }]);
    expect(codes(await asked(admin(F), { ...byPapers, classId: 'c-new' }))).toEqual([]);
  });

  it('sends the school that may not file to the one that does [TRF-INTRA-01] [TRF-INTER-01]', async () => {
    const { nationalStudentNumber: studentNumber, name, studentId } = await pupil(A);
    expect((await asked(admin(C), { studentNumber, name, toSchool: C })).blockers).toMatchObject([{ code: 'ACTOR_NOT_PERMITTED', clearedBy: 'APPLICANT', organization: { id: A } }]);
    const across = await asked(admin(A), { studentId, toSchool: E });
    expect([across.procedure, across.appliesBy, codes(across)]).toEqual(['cross-province', { id: E }, ['ACTOR_NOT_PERMITTED', 'TRANSFER_CLASS_REQUIRED']]);
    expect(codes(await asked(admin(E), { studentNumber, name, toSchool: E, classId: 'c-new' }))).toEqual([]);
  });

  it('says of a pupil that is held elsewhere, or of no school, only that there is none [ACC-PERM-03]', async () => {
    const { nationalStudentNumber: studentNumber, name, studentId } = await pupil(A);
    expect((await asked(admin(B), { studentId, toSchool: C })).blockers).toMatchObject([{ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03', organization: null }]);
    expect(codes(await asked(admin(A), { studentId, toSchool: 's-of-nowhere' }))).toEqual(['ORGANIZATION_UNKNOWN']);
    expect(codes(await asked(admin(C), { studentNumber, name: '别人', toSchool: C }))).toEqual(['RECORD_NOT_FOUND']);
    await expect(asked(admin(B), { studentNumber, name, toSchool: C })).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
    await expect(asked(leader(A), { studentId, toSchool: C })).rejects.toMatchObject({ code: 'FIELD_FORBIDDEN' });
    await expect(asked(admin(A), { toSchool: C })).rejects.toMatchObject({ code: 'TRANSFER_STUDENT_MISSING' });
  });
});
