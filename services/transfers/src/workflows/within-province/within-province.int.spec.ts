import { randomUUID } from 'node:crypto';
import { organizationChanged, organizationRegistered, studentEstablished, studentGraduated, studentTransferred, studentTransferRefused } from '@xueji/contracts';
import { schemaDrift, type Actor } from '@xueji/platform';
import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import { actorFor, demoOrganization, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { Client } from 'pg';
import { transfers } from '../../app';
import { digestOf, withUploads } from '../../evidence/evidence.fixture';
import { classSizes } from '../../student/student.projection';

const NOW = '2026-11-20T02:00:00Z';
// Shaanxi: A and B in one county, C in another county of the city, D in another city. Henan: E and F in two counties of a city. Anhui: G and H likewise.
const [A, B, C, D, E, F, G, H] = ['s-2161000101', 's-2161000102', 's-2161000201', 's-2161000301', 's-2141000101', 's-2141000201', 's-2134000101', 's-2134000201'] as [string, string, string, string, string, string, string, string];

const admin = (id: string) => actorFor('REGISTRY_ADMIN', id);
const leader = (id: string) => actorFor('REGISTRY_LEADER', id);

const FIELDS = `id state version procedure profileId steps currentStep awaits { id } dueAt dueRule dueFlagged overdue availableCommands attendingAt { id }
  student { id } outSchool { id } inSchool { id } classSection { id } refusal { step code rule message text } history { version command fromState toState realName reason attachments }`;
const FILE = `mutation($input: FileTransferInput!) { fileTransfer(input: $input) { transferCase { ${FIELDS} } } }`;
const APPROVE = `mutation($input: ApproveTransferInput!) { approveTransfer(input: $input) { transferCase { ${FIELDS} } } }`;
const REFUSE = `mutation($input: RefuseTransferInput!) { refuseTransfer(input: $input) { transferCase { ${FIELDS} } } }`;
const WITHDRAW = `mutation($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { transferCase { ${FIELDS} } } }`;
const BULK = `mutation($input: ApproveTransfersInput!) { approveTransfers(input: $input) { verdicts { id approved transferCase { state } code rule field message } } }`;
const CASE = `query($id: ID!) { transferCase(id: $id) { ${FIELDS} } }`;
const CASES = `query($view: TransferView!, $state: TransferState, $first: Int, $after: String) {
  transferCases(view: $view, state: $state, first: $first, after: $after) { edges { node { id state overdue awaits { id } } } pageInfo { hasNextPage endCursor } } }`;

// Anhui turns over to a chain of its own on 1 December.
const withNewAnhui = (): PolicyProfile[] => {
  const shaanxi = POLICY_PROFILES.find(({ id, effectiveTo }) => id === 'SHAANXI' && effectiveTo === null)!;
  return POLICY_PROFILES.flatMap((profile) =>
    profile.id === 'ANHUI' && profile.effectiveTo === null ? [{ ...profile, effectiveTo: '2026-11-30' }, { ...profile, effectiveFrom: '2026-12-01', transfer: shaanxi.transfer }] : [profile]);
};

const papers = [{ kind: 'GUARDIAN_APPLICATION' }, { kind: 'HOUSEHOLD_REGISTER' }];

describe('a transfer within a province', () => {
  let service: TestService;
  let counter = 0;

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only', profiles: withNewAnhui() }), { now: NOW });
  });
  beforeEach(() => service.clock.set(new Date(NOW)));
  afterAll(() => service.stop());

  const establish = async (schoolId: string, change: Partial<{ stage: 'PRIMARY' | 'JUNIOR' | 'SENIOR'; grade: number; name: string; version: number }> = {}) => {
    counter += 1;
    const pupil = { studentId: randomUUID(), nationalStudentNumber: `L99990020170901${String(counter).padStart(4, '0')}`, name: change.name ?? `阿依·测试${counter}` };
    await service.deliver(studentEstablished, pupil.studentId, {
      ...pupil, childId: null, handoverId: null, schoolId, stage: change.stage ?? 'PRIMARY', grade: change.grade ?? 3, classId: 'c-old', via: 'INTAKE',
    }, { version: change.version ?? 1 });
    return pupil;
  };

  const give = async (actor: Actor, document: string, input: object, locale?: string): Promise<TestAnswer<any>> =>
    service.query(actor, document, { input: await withUploads(service, actor, { requestId: randomUUID(), ...input }) }, locale);
  const done = (answer: TestAnswer<any>) => {
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return (Object.values(answer.data)[0] as { transferCase: any }).transferCase;
  };
  const refused = (answer: TestAnswer<any>) => answer.errors[0]?.extensions ?? { code: 'allowed' };

  const toFile = (studentId: string, inSchoolId: string, change: object = {}) => ({ studentId, inSchoolId, reasonCode: 'HOUSEHOLD_MOVED', documents: papers, ...change });
  const filed = async (from: string, to: string) => {
    const { studentId } = await establish(from);
    return done(await give(admin(from), FILE, toFile(studentId, to)));
  };
  const approve = async (actor: Actor, id: string, change: object = {}) => done(await give(actor, APPROVE, { id, ...change }));
  const seen = async (actor: Actor, id: string) => (await service.query(actor, CASE, { id })).data.transferCase;
  const told = async (id: string) => (await service.told()).filter((event) => event.aggregateid === id && !event.type.includes('.transferStep.')).map((event) => event.type.split('.')[4]);
  const listed = async (actor: Actor, view: string, more: object = {}): Promise<string[]> =>
    (await service.query(actor, CASES, { view, first: 100, ...more })).data.transferCases.edges.map((edge: any) => edge.node.id);
  const moving = async (from: string, to: string) => {
    const { id, student } = await filed(from, to);
    await approve(leader(to), id, { classId: 'c-new' });
    for (const bureau of new Set([demoOrganization(from).parentId!, demoOrganization(to).parentId!])) await approve(admin(bureau), id);
    return { id, studentId: student.id as string };
  };
  const moved = (id: string, studentId: string, from: string, to: string) =>
    service.deliver(studentTransferred, studentId, { studentId, transferId: id, fromSchoolId: from, toSchoolId: to, stage: 'PRIMARY', grade: 3, classId: 'c-new' }, { version: 2 });

  describe('in Shaanxi', () => {
    it('goes old school, new school, old county, new county, and completes when custody has moved [TRF-INTRA-01] [TRF-INTRA-05] [GEN-FLOW-04] [GEN-FLOW-01]', async () => {
      const { studentId } = await establish(A);
      const first = done(await give(admin(A), FILE, toFile(studentId, C)));
      expect(first).toMatchObject({ state: 'IN_SCHOOL_REVIEW', version: 1, procedure: 'within-province', profileId: 'SHAANXI', steps: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'], awaits: { id: C }, classSection: null });
      const { id } = first;
      expect(await approve(leader(C), id, { classId: 'c-new', comment: '有空位' })).toMatchObject({ state: 'OUT_COUNTY_REVIEW', awaits: { id: 'b-610113' }, classSection: { id: 'c-new' } });
      expect(await approve(admin('b-610113'), id)).toMatchObject({ state: 'IN_COUNTY_REVIEW', awaits: { id: 'b-610112' } });
      expect(await told(id)).toEqual(['filed']);
      service.clock.set(new Date('2026-11-24T17:00:00Z'));
      expect(await approve(admin('b-610112'), id)).toMatchObject({ state: 'MOVING', currentStep: null, awaits: null, dueAt: '2026-11-25T17:00:00.000Z', dueRule: 'GEN-FLOW-08', availableCommands: [] });
      const approved = (await service.told()).find((event) => event.aggregateid === id && event.type.includes('.approved.'))!;
      expect(approved).toMatchObject({ partitionkey: studentId, aggregateversion: 4, data: { transferId: id, studentId, outSchoolId: A, inSchoolId: C, classId: 'c-new', effectiveOn: '2026-11-25' } });
      await moved(id, studentId, A, C);
      const last = await seen(admin(A), id);
      expect(last).toMatchObject({ state: 'COMPLETED', version: 5, refusal: null });
      expect(last.history.map((step: any) => [step.version, step.command, step.toState])).toEqual([
        [1, 'file', 'IN_SCHOOL_REVIEW'], [2, 'approve', 'OUT_COUNTY_REVIEW'], [3, 'approve', 'IN_COUNTY_REVIEW'], [4, 'approve', 'MOVING'], [5, 'confirmMove', 'COMPLETED'],
      ]);
      expect(last.history[0]).toMatchObject({ realName: admin(A).realName, attachments: papers.map(({ kind }) => digestOf(kind)) });
      expect(last.history[1].reason).toBe('有空位');
      expect(await told(id)).toEqual(['filed', 'approved', 'completed']);
    });

    it('lets the school that has the pupil now file the next one, and the old school not [TRF-GEN-06]', async () => {
      const { id, studentId } = await moving(A, C);
      await moved(id, studentId, A, C);
      expect(refused(await give(admin(A), FILE, toFile(studentId, B)))).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
      expect(done(await give(admin(C), FILE, toFile(studentId, A)))).toMatchObject({ state: 'IN_SCHOOL_REVIEW', outSchool: { id: C } });
    });

    it('asks a bureau that is competent for both schools once [TRF-INTRA-03]', async () => {
      const { id, steps } = await filed(A, B);
      expect(steps).toEqual(['IN_SCHOOL', 'OUT_COUNTY']);
      await approve(leader(B), id, { classId: 'c-new' });
      expect(await approve(admin('b-610113'), id)).toMatchObject({ state: 'MOVING' });
    });

    it('accepts each step only from the school or bureau, duty and state of the chain, and changes nothing otherwise [GEN-FLOW-02] [TRF-GEN-04]', async () => {
      const { id } = await filed(A, C);
      const everybody = [A, B, C, 'b-610113', 'b-610112', 'b-6101', 'b-61'].flatMap((organization) => ['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN'].map((duty) => actorFor(duty, organization)));
      const reviewers = [leader(C), admin('b-610113'), admin('b-610112')];
      for (const [nth, reviewer] of reviewers.entries()) {
        for (const other of everybody.filter(({ accountId }) => accountId !== reviewer.accountId)) {
          const { code } = refused(await give(other, APPROVE, { id, classId: 'c-new' }));
          expect([other.accountId, code]).toEqual([other.accountId, expect.stringMatching(/^(FIELD_FORBIDDEN|ACTOR_NOT_PERMITTED|RECORD_NOT_FOUND)$/)]);
        }
        expect(await approve(reviewer, id, { classId: 'c-new' })).toMatchObject({ version: nth + 2 });
      }
      expect(refused(await give(admin('b-610112'), REFUSE, { id, reasonCode: 'CLASS_FULL', reason: 'x' }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02', state: 'MOVING' });
    });

    it('is not reviewed by the account that filed it [GEN-FLOW-05]', async () => {
      const { id } = await filed(A, C);
      expect(refused(await give({ ...leader(C), accountId: admin(A).accountId }, APPROVE, { id, classId: 'c-new' }))).toMatchObject({ rule: 'GEN-FLOW-05' });
    });

    it('wants the class from the receiving school before it agrees [TRF-INTRA-05]', async () => {
      const { id } = await filed(A, C);
      expect(refused(await give(leader(C), APPROVE, { id }))).toMatchObject({ code: 'TRANSFER_CLASS_REQUIRED', rule: 'TRF-INTRA-05', field: 'classId' });
    });

    it('is closed until 1 October, naming the window, and open from then on [TRF-GEN-05] [GEN-FLOW-07]', async () => {
      const { studentId } = await establish(A);
      service.clock.set(new Date('2026-09-30T15:59:59Z'));
      expect(refused(await give(admin(A), FILE, toFile(studentId, C)))).toMatchObject({ code: 'WINDOW_CLOSED', rule: 'GEN-FLOW-07', windowRule: 'TRF-GEN-05', opensAt: '2026-09-30T16:00:00.000Z' });
      service.clock.set(new Date('2026-09-30T16:00:00Z'));
      expect(done(await give(admin(A), FILE, toFile(studentId, C))).state).toBe('IN_SCHOOL_REVIEW');
    });

    it('is not filed by the receiving school [TRF-INTRA-01]', async () => {
      const { nationalStudentNumber, name } = await establish(A);
      expect(refused(await give(admin(C), FILE, { studentNumber: nationalStudentNumber, name, classId: 'c', reasonCode: 'HOUSEHOLD_MOVED', documents: papers }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    });
  });

  describe('by the national chain', () => {
    const byNumber = (pupil: { nationalStudentNumber: string; name: string }, change: object = {}) =>
      ({ studentNumber: pupil.nationalStudentNumber, name: pupil.name, classId: 'c-new', reasonCode: 'HOUSEHOLD_MOVED', documents: papers, ...change });

    it('goes new school, new county, old school, old county, ten working days each [TRF-INTRA-04] [TRF-GEN-03]', async () => {
      const pupil = await establish(E);
      const first = done(await give(admin(F), FILE, byNumber(pupil)));
      expect(first).toMatchObject({ state: 'IN_COUNTY_REVIEW', profileId: 'HENAN', steps: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY'], outSchool: { id: E }, inSchool: { id: F }, dueAt: '2026-12-04T15:59:59.000Z', student: { id: pupil.studentId } });
      await approve(admin('b-410103'), first.id);
      await approve(leader(E), first.id);
      expect(await approve(admin('b-410102'), first.id)).toMatchObject({ state: 'MOVING', classSection: { id: 'c-new' } });
    });

    it('finds the pupil by number and name together, however they are typed, and says nothing of a wrong one [ACC-PERM-03]', async () => {
      const pupil = await establish(E, { name: '古丽·测试员' });
      const wrong = await give(admin(F), FILE, byNumber({ ...pupil, name: '古丽' }));
      const absent = await give(admin(F), FILE, byNumber({ nationalStudentNumber: 'L999900201709019999', name: pupil.name }));
      expect(refused(wrong)).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
      expect(refused(absent)).toEqual(refused(wrong));
      expect(done(await give(admin(F), FILE, byNumber({ nationalStudentNumber: ` ${pupil.nationalStudentNumber.toLowerCase()}`, name: '古丽• 测试员' }))).student).toEqual({ id: pupil.studentId });
    });

    it('does not let a school name a pupil of another school by id [ACC-PERM-03]', async () => {
      const { studentId } = await establish(E);
      expect(refused(await give(admin(F), FILE, toFile(studentId, F, { classId: 'c' })))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    });

    it('wants the class when the receiving school files [TRF-INTRA-05]', async () => {
      expect(refused(await give(admin(F), FILE, byNumber(await establish(E), { classId: null })))).toMatchObject({ code: 'TRANSFER_CLASS_REQUIRED', field: 'classId' });
    });

    it('keeps neither number nor name in the database', async () => {
      const pupil = await establish(E, { name: '司马测不留痕' });
      done(await give(admin(F), FILE, byNumber(pupil)));
      const owner = new Client({ connectionString: service.migratorUrl });
      await owner.connect();
      const { rows: tables } = await owner.query(`select table_name from information_schema.tables where table_schema = 'public'`);
      const hits: string[] = [];
      for (const { table_name: table } of tables) {
        const { rows } = await owner.query(`select count(*)::int as n from "${table}" t where t::text like $1 or t::text like $2`, [`%${pupil.name}%`, `%${pupil.nationalStudentNumber}%`]);
        if (rows[0].n > 0) hits.push(table);
      }
      const { rows } = await owner.query('select count(*)::int as n from student_projection t where t::text like $1', [`%${pupil.studentId}%`]);
      await owner.end();
      expect([tables.length > 6, rows[0].n, hits]).toEqual([true, 1, []]);
    });
  });

  describe('that concerns cities', () => {
    const seniorSchool = async (id: string, county: string) => {
      const bureau = demoOrganization(county);
      await service.deliver(organizationRegistered, id, {
        organizationId: id, parentId: county, path: `/cn/b-61/b-6101/${county}/${id}/`, level: 'SCHOOL', name: id, divisionCode: bureau.divisionCode, province: '61',
        schoolIdentifier: null, schoolType: '34', stages: ['SENIOR'], status: 'ACTIVE', competentAuthorityId: county, version: 1,
      });
      return { admin: { ...admin(A), organizationId: id, path: `/cn/b-61/b-6101/${county}/${id}/` }, leader: { ...leader(C), organizationId: id, path: `/cn/b-61/b-6101/${county}/${id}/` } };
    };

    it('goes on to the old city and then to the new city when there are two [TRF-INTRA-02]', async () => {
      const { id, steps } = await filed(A, D);
      expect(steps).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY', 'IN_CITY']);
      await approve(leader(D), id, { classId: 'c-new' });
      await approve(admin('b-610113'), id);
      expect(await approve(admin('b-610302'), id)).toMatchObject({ state: 'OUT_CITY_REVIEW', awaits: { id: 'b-6101' }, dueAt: '2026-11-25T15:59:59.000Z' });
      expect(refused(await give(admin('b-6103'), APPROVE, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect([await listed(admin('b-6101'), 'MINE'), await listed(admin('b-6103'), 'MINE')].map((list) => list.includes(id))).toEqual([true, false]);
      expect(await approve(admin('b-6101'), id)).toMatchObject({ state: 'IN_CITY_REVIEW', awaits: { id: 'b-6103' } });
      expect(await approve(admin('b-6103'), id)).toMatchObject({ state: 'MOVING' });
    });

    it('is refused by a city like by any other reviewer [TRF-INTRA-02] [GEN-FLOW-03]', async () => {
      const { id } = await filed(A, D);
      await approve(leader(D), id, { classId: 'c-new' });
      await approve(admin('b-610113'), id);
      await approve(admin('b-610302'), id);
      expect(done(await give(admin('b-6101'), REFUSE, { id, reasonCode: 'CONDITION_NOT_MET', reason: '不符合规定' }))).toMatchObject({ state: 'REJECTED', refusal: { step: 'OUT_CITY' } });
    });

    it('asks the one city of a senior pupil once [TRF-INTRA-02]', async () => {
      const [from, to] = [await seniorSchool('s-3461000101', 'b-610113'), await seniorSchool('s-3461000201', 'b-610112')];
      const { studentId } = await establish('s-3461000101', { stage: 'SENIOR', grade: 10 });
      const { id, steps } = done(await give(from.admin, FILE, toFile(studentId, 's-3461000201')));
      expect(steps).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY']);
      await approve(to.leader, id, { classId: 'c-new' });
      await approve(admin('b-610113'), id);
      await approve(admin('b-610112'), id);
      expect(await approve(admin('b-6101'), id)).toMatchObject({ state: 'MOVING' });
    });

    it('takes a county straight under a province for a city of its own, which acts as that county [TRF-INTRA-02] [TRF-INTRA-03]', async () => {
      const { nationalStudentNumber: studentNumber, name } = await establish(E);
      const { steps } = done(await give(admin('s-2141000901'), FILE, { studentNumber, name, classId: 'c', reasonCode: 'HOUSEHOLD_MOVED', documents: papers }));
      expect(steps).toEqual(['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'OUT_CITY']);
    });
  });

  it('keeps the chain of the profile it was filed under when another version comes into force [GEN-SCOPE-07] [TRF-INTRA-04]', async () => {
    const pupil = await establish(G);
    const old = done(await give(admin(H), FILE, { studentNumber: pupil.nationalStudentNumber, name: pupil.name, classId: 'c', reasonCode: 'HOUSEHOLD_MOVED', documents: papers }));
    service.clock.set(new Date('2026-12-01T02:00:00Z'));
    expect(await approve(admin('b-340103'), old.id)).toMatchObject({ state: 'OUT_SCHOOL_REVIEW', dueAt: '2026-12-15T15:59:59.000Z' });
    expect(await filed(G, H)).toMatchObject({ state: 'IN_SCHOOL_REVIEW', steps: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'], dueAt: '2026-12-04T15:59:59.000Z' });
  });

  describe('filing', () => {
    it('across provinces is left to the receiving school [TRF-INTER-01]', async () => {
      const { studentId } = await establish(A);
      expect(refused(await give(admin(A), FILE, toFile(studentId, E)))).toMatchObject({ code: 'TRANSFER_CHAIN_UNAVAILABLE', rule: 'TRF-INTER-01', field: 'inSchoolId' });
    });

    it('names what is wrong with reason and documents, in the language asked for [TRF-GEN-09]', async () => {
      const { studentId } = await establish(A);
      const answer = await give(admin(A), FILE, toFile(studentId, C, { reasonCode: 'MIGRANT_CHILD', documents: papers }), 'en');
      expect(answer.errors[0]).toMatchObject({
        message: 'Documents wanted for this reason are missing', extensions: { code: 'TRANSFER_DOCUMENT_MISSING', rule: 'TRF-GEN-09', field: 'documents', missing: ['RESIDENCE_PERMIT', 'EMPLOYMENT_PROOF'] },
      });
      expect(refused(await give(admin(A), FILE, toFile(studentId, C, { reasonCode: 'BETTER_SCHOOL' })))).toMatchObject({ code: 'TRANSFER_REASON_UNKNOWN', field: 'reasonCode' });
      expect(refused(await give(admin(A), FILE, toFile(studentId, 's-of-nowhere')))).toMatchObject({ code: 'ORGANIZATION_UNKNOWN', field: 'inSchoolId' });
      expect(refused(await give(admin(A), FILE, { ...toFile(studentId, C), name: 'x' }))).toMatchObject({ code: 'TRANSFER_STUDENT_MISSING' });
    });

    it('is closed to a graduate [TRF-PROG-01]', async () => {
      const { studentId } = await establish(A, { grade: 6 });
      await service.deliver(studentGraduated, studentId, { studentId, schoolId: A, stage: 'PRIMARY', outcome: 'GRADUATED', graduatedOn: '2026-07-01' }, { version: 2 });
      expect(refused(await give(admin(A), FILE, toFile(studentId, C)))).toMatchObject({ code: 'TRANSFER_STUDENT_NOT_ACTIVE' });
    });

    it('is answered once when it is sent again', async () => {
      const { studentId } = await establish(A);
      const input = { requestId: randomUUID(), ...toFile(studentId, C) };
      const [one, two] = [done(await give(admin(A), FILE, input)), done(await give(admin(A), FILE, input))];
      expect([two.id, await service.dataSource.query('select count(*)::int as n from transfer_case where student_id = $1', [studentId])]).toEqual([one.id, [{ n: 1 }]]);
    });

    it('makes one case of 20 that come at the same instant; the others are told its id [GEN-FLOW-06]', async () => {
      const { studentId } = await establish(A);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, nth) => give(admin(A), FILE, toFile(studentId, nth % 2 ? B : C))));
      const cases = await service.dataSource.query('select id from transfer_case where student_id = $1', [studentId]);
      expect(cases).toHaveLength(1);
      const conflicts = answers.filter((answer) => answer.errors.length > 0).map(refused);
      expect(conflicts).toHaveLength(19);
      for (const conflict of conflicts) expect(conflict).toMatchObject({ code: 'TRANSFER_CASE_OPEN', rule: 'GEN-FLOW-06', field: 'studentId', openCaseId: cases[0].id });
    });

    it('is stopped by the database itself when two cases of a pupil are open [GEN-FLOW-06]', async () => {
      const { id } = await filed(A, C);
      const columns = (await service.dataSource.query(`select column_name as c from information_schema.columns where table_name = 'transfer_case' and column_name <> 'id'`)).map((row: { c: string }) => row.c).join(', ');
      await expect(service.dataSource.query(`insert into transfer_case (id, ${columns}) select 'copy', ${columns} from transfer_case where id = $1`, [id])).rejects.toMatchObject({ driverError: { constraint: 'transfer_case_open_student' } });
    });

    it('takes a pupil who attends already; the record stays with the old school until the end [TRF-GEN-02]', async () => {
      const { studentId } = await establish(A);
      const early = done(await give(admin(A), FILE, toFile(studentId, C, { attendanceStartDate: '2026-10-08', receivedOn: '2026-10-05' })));
      expect(early).toMatchObject({ attendingAt: { id: C }, outSchool: { id: A } });
      const [{ school_id: holder }] = await service.dataSource.query('select school_id from student_projection where student_id = $1', [studentId]);
      expect(holder).toBe(A);
      done(await give(admin(A), WITHDRAW, { id: early.id }));
      expect(await seen(admin(A), early.id)).toMatchObject({ attendingAt: null });
      const later = done(await give(admin(A), FILE, toFile(studentId, C, { attendanceStartDate: '2026-11-21' })));
      expect(later.attendingAt).toBeNull();
    });

    it('is never counted twice while the pupil attends already: in the old class until custody has moved, then in the new one [TRF-GEN-02] [TRF-INTRA-05]', async () => {
      const { studentId } = await establish(A, { grade: 4 });
      const counted = async () => Promise.all([A, C].map(async (schoolId) => (await classSizes(service.dataSource.manager, { schoolId, stage: 'PRIMARY', grade: 4, classId: null })).map(({ classId, pupils }) => [classId, pupils])));
      const { id, attendingAt } = done(await give(admin(A), FILE, toFile(studentId, C, { attendanceStartDate: '2026-10-08', receivedOn: '2026-10-05' })));
      expect([attendingAt, await counted()]).toEqual([{ id: C }, [[['c-old', 1]], []]]);
      await approve(leader(C), id, { classId: 'c-new' });
      for (const bureau of ['b-610113', 'b-610112']) await approve(admin(bureau), id);
      expect([(await seen(admin(A), id)).state, await counted()]).toEqual(['MOVING', [[['c-old', 1]], []]]);
      await service.deliver(studentTransferred, studentId, { studentId, transferId: id, fromSchoolId: A, toSchoolId: C, stage: 'PRIMARY', grade: 4, classId: 'c-new' }, { version: 2 });
      expect([(await seen(admin(C), id)).attendingAt, await counted()]).toEqual([null, [[], [['c-new', 1]]]]);
    });
  });

  describe('ending early', () => {
    it('is rejected with a reason of the list and words, never for the network; the pupil may have a new case [GEN-FLOW-03] [TRF-GEN-01]', async () => {
      const { id, student } = await filed(A, C);
      expect(refused(await give(leader(C), REFUSE, { id, reasonCode: 'CLASS_FULL', reason: ' ' }))).toMatchObject({ code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03', field: 'reason' });
      expect(refused(await give(leader(C), REFUSE, { id, reasonCode: 'NETWORK_DOWN', reason: '网络不通' }))).toMatchObject({ code: 'TRANSFER_REFUSAL_REASON_UNKNOWN', rule: 'TRF-GEN-01', field: 'reasonCode' });
      expect(done(await give(leader(C), REFUSE, { id, reasonCode: 'CLASS_FULL', reason: '三年级已满' }))).toMatchObject({
        state: 'REJECTED', dueAt: null, refusal: { step: 'IN_SCHOOL', code: 'CLASS_FULL', rule: 'GEN-FLOW-03', message: '班额已满', text: '三年级已满' },
      });
      expect((await service.told()).find((event) => event.aggregateid === id && event.type.includes('.rejected.'))!.data).toMatchObject({ atStep: 'IN_SCHOOL' });
      expect(done(await give(admin(A), FILE, toFile(student.id, B))).state).toBe('IN_SCHOOL_REVIEW');
    });

    it('is withdrawn by the school that filed it and by nobody else', async () => {
      const { id } = await filed(A, C);
      await approve(leader(C), id, { classId: 'c-new' });
      expect(refused(await give(admin(C), WITHDRAW, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
      expect(refused(await give(admin('b-610113'), WITHDRAW, { id }))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
      expect(done(await give(admin(A), WITHDRAW, { id })).state).toBe('WITHDRAWN');
      expect(await told(id)).toEqual(['filed', 'withdrawn']);
    });

    it('is rejected with the rule of the registry when custody cannot move, and the pupil may have a new case', async () => {
      const { id, studentId } = await moving(A, C);
      await service.deliver(studentTransferRefused, studentId, { studentId, transferId: id, code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', zh: '班级不能接收', en: 'The class cannot receive' });
      expect(await seen(admin(C), id)).toMatchObject({ state: 'REJECTED', refusal: { step: 'REGISTRY', code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', message: '班级不能接收' } });
      expect(await told(id)).toEqual(['filed', 'approved', 'rejected']);
      expect(done(await give(admin(A), FILE, toFile(studentId, C))).state).toBe('IN_SCHOOL_REVIEW');
    });
  });

  describe('deadlines', () => {
    it('gives each reviewer three working days from the moment the case reached him [TRF-GEN-03] [TRF-SLA-02]', async () => {
      service.clock.set(new Date('2026-09-30T16:30:00Z'));
      const { id, dueAt, dueRule, dueFlagged } = await filed(A, C);
      expect([dueAt, dueRule, dueFlagged]).toEqual(['2026-10-10T15:59:59.000Z', 'TRF-GEN-03', false]);
      service.clock.set(new Date('2026-10-09T02:00:00Z'));
      expect((await approve(leader(C), id, { classId: 'c-new' })).dueAt).toBe('2026-10-13T15:59:59.000Z');
    });

    it('lists a step one second past its due instant, to its owner and to those above, and leaves its state alone [TRF-SLA-01] [GEN-FLOW-08]', async () => {
      const { id, dueAt } = await filed(A, C);
      const watchers = [leader(C), admin('b-610112'), admin('b-6101'), admin('b-61'), admin('cn')];
      service.clock.set(new Date(dueAt));
      for (const watcher of watchers) expect(await listed(watcher, 'OVERDUE')).not.toContain(id);
      service.clock.set(new Date(Date.parse(dueAt) + 1000));
      for (const watcher of watchers) expect(await listed(watcher, 'OVERDUE')).toContain(id);
      expect(await listed(admin('b-610302'), 'OVERDUE')).not.toContain(id);
      expect(await seen(admin('b-61'), id)).toMatchObject({ state: 'IN_SCHOOL_REVIEW', overdue: true, awaits: { id: C }, version: 1 });
      expect((await approve(leader(C), id, { classId: 'c-new' })).overdue).toBe(false);
    });
  });

  describe('who sees it', () => {
    it('shows both schools and every bureau above either the same step, and nobody else anything [TRF-GEN-10] [ACC-PERM-03]', async () => {
      const { id } = await filed(A, C);
      await approve(leader(C), id, { classId: 'c-new' });
      for (const organization of [A, C, 'b-610113', 'b-610112', 'b-6101', 'b-61', 'cn']) {
        expect([organization, await seen(admin(organization), id)]).toMatchObject([organization, { state: 'OUT_COUNTY_REVIEW', currentStep: 'OUT_COUNTY', awaits: { id: 'b-610113' } }]);
        expect(await listed(admin(organization), 'ALL')).toContain(id);
      }
      for (const organization of [B, D, 'b-610302', 'b-6103', 'b-41']) {
        expect(await seen(admin(organization), id)).toBeNull();
        expect(await listed(admin(organization), 'ALL')).not.toContain(id);
        const input = { id, reasonCode: 'CLASS_FULL', reason: 'x' };
        expect(refused(await give(organization.startsWith('s') ? leader(organization) : admin(organization), REFUSE, input))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      }
      expect((await service.query(actorFor('SYSTEM_ADMIN', A), CASE, { id })).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    });

    it('offers each viewer the commands that are his to give', async () => {
      const { id } = await filed(A, C);
      const offered = async () => Promise.all([admin(A), leader(A), admin(C), leader(C), admin('b-610113')].map(async (actor) => (await seen(actor, id)).availableCommands));
      expect(await offered()).toEqual([['withdraw'], [], [], ['approve', 'refuse'], []]);
      await approve(leader(C), id, { classId: 'c-new' });
      expect(await offered()).toEqual([['withdraw'], [], [], [], ['approve', 'refuse']]);
    });

    it('lists what waits for the viewer, and what the organisation takes part in', async () => {
      const { id } = await filed(A, C);
      const mine = async () => Promise.all([leader(C), admin(C), admin('b-610113'), admin('b-6101')].map(async (actor) => (await listed(actor, 'MINE')).includes(id)));
      expect(await mine()).toEqual([true, false, false, false]);
      await approve(leader(C), id, { classId: 'c-new' });
      expect(await mine()).toEqual([false, false, true, false]);
      expect(await Promise.all([admin(A), admin('b-610112'), admin('b-6101')].map(async (actor) => (await listed(actor, 'ORGANIZATION')).includes(id)))).toEqual([true, true, false]);
      expect([(await listed(admin(A), 'ALL', { state: 'OUT_COUNTY_REVIEW' })).includes(id), (await listed(admin(A), 'ALL', { state: 'IN_SCHOOL_REVIEW' })).includes(id)]).toEqual([true, false]);
    });

    it('pages through all of a list once', async () => {
      for (let n = 0; n < 5; n += 1) await filed('s-2161000202', C);
      const whole = await listed(admin('s-2161000202'), 'ALL');
      const paged: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const page: any = (await service.query(admin('s-2161000202'), CASES, { view: 'ALL', first: 2, after })).data.transferCases;
        paged.push(...page.edges.map((edge: any) => edge.node.id));
        ({ endCursor: after, hasNextPage: more } = page.pageInfo);
      }
      expect([whole.length, paged]).toEqual([5, whole]);
    });

    it('adds its transfers to a pupil with one statement for many, in the scope of the viewer', async () => {
      const cases = [await filed(A, C), await filed(A, B), await filed(C, B)];
      const query = jest.spyOn(Object.getPrototypeOf(service.dataSource.createQueryRunner()), 'query');
      const representations = cases.map(({ student }) => ({ __typename: 'Student', id: student.id }));
      const asked = async (actor: Actor) => {
        query.mockClear();
        const answer = await service.query(actor, 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Student { transfers(first: 3) { id } } } }', { r: representations });
        return { ids: answer.data._entities.map((student: any) => student.transfers.map((transfer: any) => transfer.id)), statements: query.mock.calls.filter(([sql]) => String(sql).includes('transfer_case')).length };
      };
      expect(await asked(admin('b-6101'))).toEqual({ ids: cases.map(({ id }) => [id]), statements: 1 });
      expect(await asked(admin(C))).toEqual({ ids: [[cases[0].id], [], [cases[2].id]], statements: 1 });
      query.mockRestore();
      const references = await service.query(admin(C), 'query($r: [_Any!]!) { _entities(representations: $r) { ... on TransferCase { id state } } }', { r: cases.map(({ id }) => ({ __typename: 'TransferCase', id })) });
      expect(references.data._entities).toEqual([{ id: cases[0].id, state: 'IN_SCHOOL_REVIEW' }, null, { id: cases[2].id, state: 'IN_SCHOOL_REVIEW' }]);
    });

    it('follows a school that comes under another bureau, which then reviews [GEN-SCOPE-04] [GEN-SCOPE-05]', async () => {
      const school = demoOrganization('s-2161000202');
      const { id } = await filed(school.id, A);
      await approve(leader(A), id, { classId: 'c-new' });
      expect((await seen(admin('b-610112'), id)).availableCommands).toEqual(['approve', 'refuse']);
      await service.deliver(organizationChanged, school.id, {
        organizationId: school.id, parentId: 'b-6101', path: `/cn/b-61/b-6101/${school.id}/`, level: 'SCHOOL', name: school.name, divisionCode: '610112', province: '61',
        schoolIdentifier: school.schoolIdentifier!, schoolType: '21', stages: ['PRIMARY'], status: 'ACTIVE', competentAuthorityId: 'b-6101', version: 2,
      });
      expect(await seen(admin('b-610112'), id)).toBeNull();
      expect(await approve(admin('b-6101'), id)).toMatchObject({ state: 'IN_COUNTY_REVIEW' });
    });
  });

  describe('many at once', () => {
    it('approves a list case by case and says of each what became of it', async () => {
      const ready = [await filed(A, C), await filed(A, B)];
      for (const [nth, { id }] of ready.entries()) await approve(leader([C, B][nth]!), id, { classId: 'c-new' });
      const waiting = await filed(A, C);
      const ids = [ready[0].id, waiting.id, 'no-such-case', ready[1].id];
      const input = { requestId: randomUUID(), ids };
      const answer = await service.query(admin('b-610113'), BULK, { input });
      expect(answer.data.approveTransfers.verdicts).toMatchObject([
        { id: ids[0], approved: true, transferCase: { state: 'IN_COUNTY_REVIEW' }, code: null },
        { id: ids[1], approved: false, transferCase: null, code: 'ACTOR_NOT_PERMITTED', rule: 'GEN-FLOW-02' },
        { id: ids[2], approved: false, code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' },
        { id: ids[3], approved: true, transferCase: { state: 'MOVING' } },
      ]);
      expect((await service.query(admin('b-610113'), BULK, { input })).data).toEqual(answer.data);
      expect(refused(await give(admin('b-610113'), BULK, { ids: [] }))).toMatchObject({ code: 'BULK_SIZE_INVALID', field: 'ids' });
    });

    it('takes exactly one decision on each of 30 cases when four clients decide at the same instant', async () => {
      const cases = [];
      for (let n = 0; n < 30; n += 1) cases.push(await filed(A, C));
      const answers = await Promise.all(cases.map(({ id }) => Promise.all([
        give(leader(C), APPROVE, { id, classId: 'c-new', expectedVersion: 1 }),
        give(leader(C), REFUSE, { id, reasonCode: 'CLASS_FULL', reason: '已满', expectedVersion: 1 }),
        give(admin(A), WITHDRAW, { id, expectedVersion: 1 }),
        give(leader(C), APPROVE, { id, classId: 'c-other', expectedVersion: 1 }),
      ])));
      for (const [nth, of] of answers.entries()) {
        const won = of.filter((answer) => answer.errors.length === 0).map(done);
        expect(won).toHaveLength(1);
        for (const lost of of.filter((answer) => answer.errors.length > 0)) expect(refused(lost)).toMatchObject({ code: 'VERSION_STALE', currentVersion: 2 });
        const now = await seen(admin(A), cases[nth].id);
        expect([now.state, now.version, now.history.length]).toEqual([won[0].state, 2, 2]);
      }
      expect(await service.dataSource.query(`select count(*)::int as n from case_step where version = 2 and record_id = any($1)`, [cases.map(({ id }) => id)])).toEqual([{ n: 30 }]);
    });
  });

  it('keeps what it knows of a pupil when an old event comes late', async () => {
    const { id, studentId } = await moving(A, C);
    await moved(id, studentId, A, C);
    await service.deliver(studentGraduated, studentId, { studentId, schoolId: A, stage: 'PRIMARY', outcome: 'GRADUATED', graduatedOn: '2026-07-01' }, { version: 1 });
    expect(await service.dataSource.query('select school_id, state, version from student_projection where student_id = $1', [studentId])).toEqual([{ school_id: C, state: 'ACTIVE', version: 2 }]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
