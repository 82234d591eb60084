import { randomUUID } from 'node:crypto';
import { problemRecordOpened, problemRecordResolved, studentArchivePacked, studentEstablished, studentGraduated, studentTransferred, studentTransferRefused } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { transfers } from '../../app';
import { withUploads } from '../../evidence/evidence.fixture';

const NOW = '2026-11-20T02:00:00Z';
// From Henan (ten days) to Shaanxi (three).
const OUT = 's-2141000101';
const IN = 's-2161000101';
const [OUT_COUNTY, IN_COUNTY] = ['b-410102', 'b-610113'];
const HASH = 'd'.repeat(64);

const admin = (id: string) => actorFor('REGISTRY_ADMIN', id);
const leader = (id: string) => actorFor('REGISTRY_LEADER', id);

const FIELDS = `id state version procedure profileId outProfileId steps currentStep awaits { id } dueAt dueRule availableCommands student { id } outSchool { id } inSchool { id } classSection { id }
  refusal { step code rule message } ministryCheck { result at reasons { code rule message } } history { version command fromState toState duty }`;
const mutation = (name: string, input: string) => `mutation($input: ${input}!) { ${name}(input: $input) { transferCase { ${FIELDS} } } }`;
const FILE = mutation('fileCrossProvinceTransfer', 'FileCrossProvinceTransferInput');
const APPROVE = mutation('approveTransfer', 'ApproveTransferInput');
const REFUSE = mutation('refuseTransfer', 'RefuseTransferInput');
const WITHDRAW = mutation('withdrawTransfer', 'WithdrawTransferInput');
const REQUEST = mutation('requestTransferArchive', 'RequestTransferArchiveInput');
const ACKNOWLEDGE = mutation('acknowledgeTransferArchive', 'AcknowledgeTransferArchiveInput');

const papers = [{ kind: 'GUARDIAN_APPLICATION' }, { kind: 'HOUSEHOLD_REGISTER' }];

describe('a transfer across provinces', () => {
  let service: TestService;
  let counter = 0;

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  beforeEach(() => service.clock.set(new Date(NOW)));
  afterAll(() => service.stop());

  const establish = async (schoolId = OUT, change: Partial<{ nationalStudentNumber: string; name: string }> = {}) => {
    counter += 1;
    const pupil = { studentId: randomUUID(), nationalStudentNumber: `L99990020170901${String(counter).padStart(4, '0')}`, name: `示例生${counter}`, ...change };
    await service.deliver(studentEstablished, pupil.studentId, { ...pupil, childId: null, handoverId: null, schoolId, stage: 'PRIMARY', grade: 3, classId: 'c-old', via: 'INTAKE' });
    return pupil;
  };
  const give = async (actor: Actor, document: string, input: object): Promise<TestAnswer<any>> => service.query(actor, document, { input: await withUploads(service, actor, { requestId: randomUUID(), ...input }) });
  const done = (answer: TestAnswer<any>) => {
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return (Object.values(answer.data)[0] as { transferCase: any }).transferCase;
  };
  const refused = (answer: TestAnswer<any>) => answer.errors[0]?.extensions ?? { code: 'allowed' };
  const byPapers = (pupil: { nationalStudentNumber: string; name: string }, change: object = {}) =>
    ({ studentNumber: pupil.nationalStudentNumber, name: pupil.name, classId: 'c-new', reasonCode: 'HOUSEHOLD_MOVED', documents: papers, ...change });
  const seen = async (actor: Actor, id: string) => (await service.query(actor, `query($id: ID!) { transferCase(id: $id) { ${FIELDS} } }`, { id })).data.transferCase;
  const told = async (id: string) => (await service.told()).filter((event) => event.aggregateid === id && !event.type.includes('.transferStep.')).map((event) => event.type.split('.')[4]);

  const reviewers = [admin(IN_COUNTY), leader(OUT), admin(OUT_COUNTY)];
  const filed = async (pupil?: Awaited<ReturnType<typeof establish>>) => {
    const found = pupil ?? (await establish());
    return { pupil: found, id: done(await give(admin(IN), FILE, byPapers(found))).id as string };
  };
  const reviewed = async (times = 3) => {
    const { pupil, id } = await filed();
    for (const reviewer of reviewers.slice(0, times)) done(await give(reviewer, APPROVE, { id }));
    return { pupil, id };
  };
  const requested = async () => {
    const { pupil, id } = await reviewed();
    done(await give(admin(IN), REQUEST, { id }));
    return { pupil, id };
  };
  const pack = (id: string, studentId: string) => service.deliver(studentArchivePacked, studentId, { studentId, transferId: id, contentHash: HASH });
  const transferring = async () => {
    const { pupil, id } = await requested();
    await pack(id, pupil.studentId);
    return { pupil, id };
  };

  it('goes through its named states to the archive and completes when custody has moved [TRF-INTER-01] [TRF-INTER-06] [TRF-INTER-07]', async () => {
    const pupil = await establish();
    const first = done(await give(admin(IN), FILE, byPapers(pupil)));
    expect(first).toMatchObject({
      state: 'IN_COUNTY_REVIEW', procedure: 'cross-province', profileId: 'SHAANXI', outProfileId: 'HENAN', steps: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY'], awaits: { id: IN_COUNTY },
      outSchool: { id: OUT }, inSchool: { id: IN }, dueAt: '2026-11-25T15:59:59.000Z', dueRule: 'TRF-INTER-05', ministryCheck: null,
    });
    const { id } = first;
    expect(done(await give(admin(IN_COUNTY), APPROVE, { id }))).toMatchObject({ state: 'AWAITING_OUT_CONFIRMATION', currentStep: 'OUT_SCHOOL', awaits: { id: OUT }, dueAt: '2026-12-04T15:59:59.000Z' });
    expect(done(await give(leader(OUT), APPROVE, { id }))).toMatchObject({ state: 'OUT_COUNTY_REVIEW', awaits: { id: OUT_COUNTY } });
    expect(done(await give(admin(OUT_COUNTY), APPROVE, { id }))).toMatchObject({ state: 'MINISTRY_VERIFIED', version: 5, awaits: { id: IN }, dueAt: null, ministryCheck: { result: 'PASS', at: '2026-11-20T02:00:00.000Z', reasons: [] } });
    expect(done(await give(admin(IN), REQUEST, { id }))).toMatchObject({ state: 'ARCHIVE_WAITING', awaits: null });
    expect(await told(id)).toEqual(['filed', 'archiveRequested']);
    await pack(id, pupil.studentId);
    expect(await seen(admin(OUT), id)).toMatchObject({ state: 'ARCHIVE_TRANSFERRING', awaits: { id: IN }, dueAt: '2026-11-25T15:59:59.000Z' });
    expect(done(await give(admin(IN), ACKNOWLEDGE, { id, contentHash: HASH }))).toMatchObject({ state: 'MOVING', dueAt: '2026-11-21T02:00:00.000Z', availableCommands: [] });
    const approved = (await service.told()).find((event) => event.aggregateid === id && event.type.includes('.approved.'))!;
    expect(approved).toMatchObject({ partitionkey: pupil.studentId, data: { transferId: id, studentId: pupil.studentId, outSchoolId: OUT, inSchoolId: IN, classId: 'c-new', effectiveOn: '2026-11-20' } });
    await service.deliver(studentTransferred, pupil.studentId, { studentId: pupil.studentId, transferId: id, fromSchoolId: OUT, toSchoolId: IN, stage: 'PRIMARY', grade: 3, classId: 'c-new' }, { version: 3 });
    const last = await seen(admin(OUT), id);
    expect(last).toMatchObject({ state: 'COMPLETED', refusal: null });
    expect(last.history.map((step: any) => [step.command, step.toState, step.duty])).toEqual([
      ['file', 'IN_COUNTY_REVIEW', 'REGISTRY_ADMIN'], ['approve', 'AWAITING_OUT_CONFIRMATION', 'REGISTRY_ADMIN'], ['approve', 'OUT_COUNTY_REVIEW', 'REGISTRY_LEADER'],
      ['approve', 'MINISTRY_CHECK', 'REGISTRY_ADMIN'], ['check', 'MINISTRY_VERIFIED', 'SYSTEM'], ['requestArchive', 'ARCHIVE_WAITING', 'REGISTRY_ADMIN'],
      ['startTransfer', 'ARCHIVE_TRANSFERRING', 'SYSTEM'], ['acknowledgeArchive', 'MOVING', 'REGISTRY_ADMIN'], ['confirmMove', 'COMPLETED', 'SYSTEM'],
    ]);
    expect(await told(id)).toEqual(['filed', 'archiveRequested', 'approved', 'completed']);
  });

  it('is stopped by the check when the record came into doubt meanwhile, and passes once the doubt is resolved [TRF-INTER-02] [REG-PROB-02]', async () => {
    const doubt = async (studentId: string, openedAt: string) => service.deliver(problemRecordOpened, studentId, { studentId, kind: 'DUPLICATE_WITH_ID', openedAt });
    const { pupil, id } = await reviewed(2);
    await doubt(pupil.studentId, '2026-11-20T01:00:00.000Z');
    expect(done(await give(admin(OUT_COUNTY), APPROVE, { id }))).toMatchObject({
      state: 'REJECTED', refusal: { step: 'MINISTRY_CHECK', code: 'CHECK_PROBLEM_RECORD_OPEN', rule: 'TRF-INTER-02' }, ministryCheck: { result: 'FAIL', reasons: [{ code: 'CHECK_PROBLEM_RECORD_OPEN' }] },
    });
    const again = await reviewed(2);
    await doubt(again.pupil.studentId, '2026-11-20T01:00:00.000Z');
    await service.deliver(problemRecordResolved, again.pupil.studentId, { studentId: again.pupil.studentId, kind: 'DUPLICATE_WITH_ID', resolvedAt: '2026-11-20T01:30:00.000Z' });
    expect(done(await give(admin(OUT_COUNTY), APPROVE, { id: again.id })).state).toBe('MINISTRY_VERIFIED');
  });

  it('is filed by the receiving school only, for a pupil of another province [TRF-INTER-01] [ACC-PERM-03]', async () => {
    const pupil = await establish();
    expect(refused(await give(admin(OUT), FILE, byPapers(pupil)))).toMatchObject({ code: 'TRANSFER_SAME_PROVINCE', rule: 'TRF-INTER-01' });
    expect(refused(await give(leader(IN), FILE, byPapers(pupil)))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    expect(refused(await give(admin(IN), FILE, byPapers({ ...pupil, name: '别的名字' })))).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    expect(refused(await give(admin(IN), FILE, byPapers(await establish('s-2161000102'))))).toMatchObject({ code: 'TRANSFER_SAME_PROVINCE' });
    expect(refused(await give(admin(IN), FILE, byPapers(pupil, { reasonCode: 'BETTER_SCHOOL' })))).toMatchObject({ code: 'TRANSFER_REASON_UNKNOWN', rule: 'TRF-GEN-09' });
  });

  it('is closed before 1 October where Shaanxi receives, not where Henan does [TRF-GEN-05] [TRF-GEN-09]', async () => {
    service.clock.set(new Date('2026-09-20T02:00:00Z'));
    expect(refused(await give(admin(IN), FILE, byPapers(await establish())))).toMatchObject({ code: 'WINDOW_CLOSED', windowRule: 'TRF-GEN-05' });
    expect(done(await give(admin(OUT), FILE, byPapers(await establish(IN)))).state).toBe('IN_COUNTY_REVIEW');
  });

  it('is seen in the same step by both schools and both provinces, and by no other [TRF-GEN-10]', async () => {
    const { id } = await reviewed(1);
    for (const organization of [OUT, IN, OUT_COUNTY, IN_COUNTY, 'b-41', 'b-61', 'cn']) expect(await seen(admin(organization), id)).toMatchObject({ state: 'AWAITING_OUT_CONFIRMATION', currentStep: 'OUT_SCHOOL', awaits: { id: OUT } });
    for (const organization of ['b-34', 's-2161000102', 'b-610112']) expect(await seen(admin(organization), id)).toBeNull();
  });

  it('takes each review from its own school or bureau only [TRF-INTER-01] [GEN-FLOW-02]', async () => {
    const { id } = await filed();
    for (const [nth, reviewer] of reviewers.entries()) {
      for (const other of [...reviewers.filter((each) => each !== reviewer), admin('b-61'), admin('b-41'), leader(IN)]) expect(refused(await give(other, APPROVE, { id })).code).toBe('ACTOR_NOT_PERMITTED');
      expect(done(await give(reviewer, APPROVE, { id })).history.filter((step: any) => step.command === 'approve')).toHaveLength(nth + 1);
    }
  });

  describe('in the check of the Ministry', () => {
    it('fails with every reason, in the transaction of the last approval, and the pupil may have a new case [TRF-INTER-02]', async () => {
      const { pupil, id } = await reviewed(2);
      await establish('s-2134000101', { nationalStudentNumber: pupil.nationalStudentNumber });
      await service.deliver(studentGraduated, pupil.studentId, { studentId: pupil.studentId, schoolId: OUT, stage: 'PRIMARY', outcome: 'GRADUATED', graduatedOn: '2026-11-19' }, { version: 2 });
      expect(done(await give(admin(OUT_COUNTY), APPROVE, { id }))).toMatchObject({
        state: 'REJECTED', ministryCheck: { result: 'FAIL', reasons: [{ code: 'CHECK_RECORD_DUPLICATE', rule: 'TRF-INTER-02', message: '存在学籍号相同的重复学籍' }, { code: 'CHECK_STUDENT_NOT_ACTIVE' }] },
        refusal: { step: 'MINISTRY_CHECK', code: 'CHECK_RECORD_DUPLICATE' },
      });
      expect(await told(id)).toEqual(['filed', 'rejected']);
    });

    it('is not waited for: nobody ever reads a case in that state [TRF-INTER-02] [TRF-INTER-05]', async () => {
      const { id } = await reviewed();
      const steps = (await seen(admin(IN), id)).history;
      expect(steps.slice(-2).map((step: any) => step.toState)).toEqual(['MINISTRY_CHECK', 'MINISTRY_VERIFIED']);
      const stamps = await service.dataSource.query(`select due_at, request_id from case_step where record_id = $1 and version in (4, 5) order by version`, [id]);
      expect([stamps[0].due_at, stamps[0].request_id]).toEqual([null, stamps[1].request_id]);
    });
  });

  describe('until the archive moves', () => {
    it.each<[string, () => Promise<{ id: string }>]>([
      ['IN_COUNTY_REVIEW', () => reviewed(0)], ['AWAITING_OUT_CONFIRMATION', () => reviewed(1)], ['OUT_COUNTY_REVIEW', () => reviewed(2)], ['MINISTRY_VERIFIED', () => reviewed(3)], ['ARCHIVE_WAITING', () => requested()],
    ])('is withdrawn in %s by the receiving school alone [TRF-INTER-03] [TRF-INTER-04]', async (state, reach) => {
      const { id } = await reach();
      expect((await seen(admin(IN), id)).state).toBe(state);
      expect(refused(await give(admin(OUT), WITHDRAW, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect(done(await give(admin(IN), WITHDRAW, { id })).state).toBe('WITHDRAWN');
      expect((await told(id)).at(-1)).toBe('withdrawn');
    });

    it('stays withdrawn when the archive, or a refusal of it, comes late [TRF-INTER-03]', async () => {
      const { pupil, id } = await requested();
      done(await give(admin(IN), WITHDRAW, { id }));
      await pack(id, pupil.studentId);
      await service.deliver(studentTransferRefused, pupil.studentId, { studentId: pupil.studentId, transferId: id, code: 'X', rule: 'TRF-GEN-06', zh: '不能', en: 'cannot' });
      expect(await seen(admin(IN), id)).toMatchObject({ state: 'WITHDRAWN', refusal: null });
    });
  });

  it('is not withdrawn once the archive is moving [TRF-INTER-03]', async () => {
    const { id } = await transferring();
    expect((await seen(admin(IN), id)).availableCommands).toEqual(['acknowledgeArchive']);
    expect(refused(await give(admin(IN), WITHDRAW, { id }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', state: 'ARCHIVE_TRANSFERRING' });
  });

  it('gives the archive to nobody before the check, and at the request of the receiving school only [TRF-INTER-06]', async () => {
    const early = await reviewed(2);
    expect(refused(await give(admin(IN), REQUEST, { id: early.id }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02', state: 'OUT_COUNTY_REVIEW' });
    const { id } = await reviewed();
    expect(refused(await give(admin(OUT), REQUEST, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(await told(id)).toEqual(['filed']);
  });

  it('moves custody only after the receiving school named the digest of what it received; the digest is in no answer [TRF-INTER-06]', async () => {
    const { id } = await transferring();
    expect(refused(await give(admin(IN), ACKNOWLEDGE, { id, contentHash: 'e'.repeat(64) }))).toMatchObject({ code: 'ARCHIVE_HASH_DIFFERS', rule: 'TRF-INTER-06', field: 'contentHash' });
    expect(await told(id)).toEqual(['filed', 'archiveRequested']);
    expect(refused(await give(admin(OUT), ACKNOWLEDGE, { id, contentHash: HASH }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(JSON.stringify(await seen(admin(IN), id))).not.toContain(HASH);
  });

  it('is rejected with the rule of the registry when the archive cannot be packed, and the pupil may have a new case [TRF-INTER-06] [GEN-FLOW-03]', async () => {
    const { pupil, id } = await requested();
    await service.deliver(studentTransferRefused, pupil.studentId, { studentId: pupil.studentId, transferId: id, code: 'STUDENT_HAS_OPEN_CASE', rule: 'GEN-FLOW-06', zh: '另有转学', en: 'Another case' });
    expect(await seen(admin(IN), id)).toMatchObject({ state: 'REJECTED', refusal: { step: 'REGISTRY', code: 'STUDENT_HAS_OPEN_CASE' } });
    expect(done(await give(admin(IN), FILE, byPapers(pupil))).state).toBe('IN_COUNTY_REVIEW');
  });

  it('is refused by the giving side with a reason, and nothing moves [GEN-FLOW-03] [TRF-GEN-09]', async () => {
    const { id } = await reviewed(1);
    expect(done(await give(leader(OUT), REFUSE, { id, reasonCode: 'DATA_WRONG', reason: '姓名有误' }))).toMatchObject({ state: 'REJECTED', refusal: { step: 'OUT_SCHOOL', code: 'DATA_WRONG' } });
    expect(await told(id)).toEqual(['filed', 'rejected']);
  });

  it('decides once when the receiving school withdraws and the giving county approves at the same instant', async () => {
    const { id } = await reviewed(2);
    const answers = await Promise.all([give(admin(IN), WITHDRAW, { id, expectedVersion: 3 }), give(admin(OUT_COUNTY), APPROVE, { id, expectedVersion: 3 })]);
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
    expect(['WITHDRAWN', 'MINISTRY_VERIFIED']).toContain((await seen(admin(IN), id)).state);
  });
});
