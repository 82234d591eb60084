import { createHash, randomUUID } from 'node:crypto';
import { transferApproved, transferArchiveRequested, transferArchiveRetrieved, transferFiled, transferWithdrawn } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { registry } from '../app';
import { clerkOf, establishPupils, graduateClass, openClass, type TestPupil } from '../workflows/record-status/pupils.fixture';

// Shaanxi gives, Henan receives.
const OUT = 's-2161000101';
const IN = 's-2141000101';
const JUNIOR_IN = 's-3141000101';

describe('a pupil who goes to another province', () => {
  let service: TestService;
  let outClass: string;
  let inClass: string;
  let juniorClass: string;

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { now: '2026-11-20T02:00:00Z' });
    outClass = await openClass(service, OUT, 6);
    inClass = await openClass(service, IN, 6);
    juniorClass = await openClass(service, JUNIOR_IN, 7);
  });
  afterAll(() => service.stop());

  const custody = (id: string) => service.dataSource.query('select place, holder_id from student_custody where student_id = $1', [id]);
  const told = async (id: string, event: string) => (await service.told()).filter((each) => each.partitionkey === id && each.type === `cn.xueji.registry.student.${event}.v1`);
  const archiveAs = async (actor: Actor, transferId: string) => (await service.query(actor, `query($id: ID!) { studentArchive(transferId: $id) { content packedAt fromSchool { id } toSchool { id } } }`, { id: transferId })).data?.studentArchive ?? null;
  const departuresOf = async (actor: Actor): Promise<any[]> =>
    (await service.query(actor, `{ departures(first: 100) { edges { node { transferId name nationalStudentNumber toProvince stage grade at fromSchool { id } toSchool { id } } } } }`)).data.departures.edges.map((edge: any) => edge.node);

  const filed = async () => {
    const [pupil] = (await establishPupils(service, 1, { schoolId: OUT, classId: outClass, grade: 6 })) as [TestPupil];
    const parties = { transferId: randomUUID(), studentId: pupil.id, outSchoolId: OUT, inSchoolId: IN };
    await service.deliver(transferFiled, pupil.id, parties);
    return { pupil, parties };
  };
  const packed = async () => {
    const { pupil, parties } = await filed();
    await service.deliver(transferArchiveRequested, pupil.id, parties);
    return { pupil, parties };
  };
  const approve = (parties: Awaited<ReturnType<typeof packed>>['parties']) => service.deliver(transferApproved, parties.studentId, { ...parties, effectiveOn: '2026-11-20', classId: inClass });

  it('is held by the old school alone while the archive is under way, whose digest is told [TRF-INTER-06]', async () => {
    const { pupil, parties } = await packed();
    const [event] = await told(pupil.id, 'archivePacked');
    const archive = await archiveAs(clerkOf(IN), parties.transferId);
    expect(archive).toMatchObject({ fromSchool: { id: OUT }, toSchool: { id: IN } });
    expect(event!.data).toEqual({ studentId: pupil.id, transferId: parties.transferId, contentHash: createHash('sha256').update(archive.content).digest('hex') });
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: OUT }]);
  });

  it('has an archive of the whole record and its timeline, the same text for the same record', async () => {
    const { pupil, parties } = await packed();
    const { content } = await archiveAs(clerkOf(IN), parties.transferId);
    const { student, timeline, format } = JSON.parse(content);
    expect(format).toBe('xueji-archive-1');
    expect(student).toMatchObject({ id: pupil.id, nationalStudentNumber: pupil.number, name: pupil.name, schoolId: OUT, grade: 6, details: {} });
    expect(timeline).toMatchObject([{ kind: 'ENROLMENT', toSchoolId: OUT }]);
    expect(Object.keys(student)).toEqual(Object.keys(student).sort());
  });

  it('has an archive that not even the service can change', async () => {
    const { parties } = await packed();
    await expect(service.dataSource.query('update student_archive set content = $1 where transfer_id = $2', ['{}', parties.transferId])).rejects.toThrow(/permission denied/);
    await expect(service.dataSource.query('delete from student_archive where transfer_id = $1', [parties.transferId])).rejects.toThrow(/permission denied/);
  });

  it('is packed once though the request comes twice', async () => {
    const { pupil, parties } = await filed();
    const id = randomUUID();
    await service.deliver(transferArchiveRequested, pupil.id, parties, { id });
    await service.deliver(transferArchiveRequested, pupil.id, parties, { id });
    expect(await told(pupil.id, 'archivePacked')).toHaveLength(1);
    expect(await told(pupil.id, 'transferRefused')).toEqual([]);
  });

  it('is not packed by a school that does not hold the record, and transfers are told [TRF-INTER-06] [TRF-GEN-06]', async () => {
    const { pupil, parties } = await filed();
    await service.deliver(transferArchiveRequested, pupil.id, { ...parties, outSchoolId: 's-2161000102' });
    expect(await told(pupil.id, 'transferRefused')).toMatchObject([{ data: { transferId: parties.transferId, code: 'STUDENT_NOT_HELD_BY_OUT_SCHOOL', rule: 'TRF-GEN-06' } }]);
    expect(await archiveAs(clerkOf(OUT), parties.transferId)).toBeNull();
  });

  it('moves with the number unchanged once the archive is acknowledged; the old province keeps a trace it can only read [TRF-INTER-07] [TRF-GEN-06]', async () => {
    const { pupil, parties } = await packed();
    await approve(parties);
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: IN }]);
    const { data } = await service.query(clerkOf(IN), 'query($id: ID!) { student(id: $id) { nationalStudentNumberFull timeline { kind rule } } }', { id: pupil.id });
    expect(data.student).toMatchObject({ nationalStudentNumberFull: pupil.number, timeline: [{ kind: 'ENROLMENT' }, { kind: 'TRANSFER', rule: 'TRF-INTER-07' }] });
    const trace = { transferId: parties.transferId, name: pupil.name, toProvince: '41', toSchool: { id: IN }, fromSchool: { id: OUT }, stage: 'PRIMARY', grade: 6, at: '2026-11-20T02:00:00.000Z' };
    for (const actor of [clerkOf(OUT), actorFor('REGISTRY_ADMIN', 'b-610113'), actorFor('REGISTRY_ADMIN', 'b-61')]) {
      expect(await departuresOf(actor)).toContainEqual({ ...trace, nationalStudentNumber: expect.stringContaining('****') });
      expect((await service.query(actor, 'query($id: ID!) { student(id: $id) { id } }', { id: pupil.id })).data.student).toBeNull();
    }
    for (const actor of [clerkOf(IN), actorFor('REGISTRY_ADMIN', 'b-41'), clerkOf('s-2161000102')]) expect((await departuresOf(actor)).map(({ transferId }) => transferId)).not.toContain(parties.transferId);
  });

  it('does not move without an archive, and the record stays where it is [TRF-INTER-06]', async () => {
    const { pupil, parties } = await filed();
    await approve(parties);
    expect(await told(pupil.id, 'transferRefused')).toMatchObject([{ data: { code: 'ARCHIVE_NOT_CURRENT', rule: 'TRF-INTER-06' } }]);
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: OUT }]);
    expect((await departuresOf(clerkOf(OUT))).map(({ transferId }) => transferId)).not.toContain(parties.transferId);
  });

  it('shows the archive to the two schools concerned only, and no longer to a school that withdrew [TRF-INTER-03] [ACC-PERM-03]', async () => {
    const { pupil, parties } = await packed();
    const { transferId } = parties;
    for (const actor of [clerkOf(OUT), clerkOf(IN), actorFor('REGISTRY_ADMIN', 'b-410102')]) expect(await archiveAs(actor, transferId)).not.toBeNull();
    expect(await archiveAs(clerkOf('s-2141000102'), transferId)).toBeNull();
    const leader = await service.query(actorFor('REGISTRY_LEADER', IN), 'query($id: ID!) { studentArchive(transferId: $id) { content } }', { id: transferId });
    expect(leader.errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
    await service.deliver(transferWithdrawn, pupil.id, parties);
    expect(await archiveAs(clerkOf(IN), transferId)).toBeNull();
    expect(await archiveAs(clerkOf(OUT), transferId)).not.toBeNull();
  });

  it('leaves no trace of a transfer within the province', async () => {
    const [pupil] = (await establishPupils(service, 1, { schoolId: OUT, classId: outClass, grade: 6 })) as [TestPupil];
    const classId = await openClass(service, 's-2161000102', 6);
    const transferId = randomUUID();
    await service.deliver(transferApproved, pupil.id, { transferId, studentId: pupil.id, outSchoolId: OUT, inSchoolId: 's-2161000102', effectiveOn: '2026-11-20', classId });
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: 's-2161000102' }]);
    expect((await departuresOf(clerkOf(OUT))).map((each) => each.transferId)).not.toContain(transferId);
  });

  describe('after graduating', () => {
    const graduate = async () => {
      const [pupil] = (await establishPupils(service, 1, { schoolId: OUT, classId: outClass, grade: 6 })) as [TestPupil];
      await graduateClass(service, OUT, outClass);
      return pupil;
    };
    const retrieve = async (pupil: TestPupil, change: object = {}) => {
      const data = { transferId: randomUUID(), studentId: pupil.id, outSchoolId: OUT, inSchoolId: JUNIOR_IN, effectiveOn: '2026-09-25', classId: juniorClass, ...change };
      await service.deliver(transferArchiveRetrieved, pupil.id, data);
      return data;
    };

    it('leaves the pool for the school of the next stage, number unchanged, and leaves a trace [TRF-PROG-01] [TRF-PROG-03] [TRF-INTER-07]', async () => {
      const pupil = await graduate();
      expect(await custody(pupil.id)).toEqual([{ place: 'POOL', holder_id: null }]);
      const { transferId } = await retrieve(pupil);
      expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: JUNIOR_IN }]);
      const { data } = await service.query(clerkOf(JUNIOR_IN), 'query($id: ID!) { student(id: $id) { state stage grade nationalStudentNumberFull regionalStudentNumber timeline { kind rule } } }', { id: pupil.id });
      expect(data.student).toMatchObject({ state: 'ACTIVE', stage: 'JUNIOR', grade: 7, nationalStudentNumberFull: pupil.number, regionalStudentNumber: expect.stringMatching(/^410102/) });
      expect(data.student.timeline.at(-1)).toEqual({ kind: 'PROGRESSION', rule: 'TRF-PROG-03' });
      expect(await told(pupil.id, 'transferred')).toMatchObject([{ data: { transferId, fromSchoolId: OUT, toSchoolId: JUNIOR_IN, stage: 'JUNIOR', grade: 7, classId: juniorClass } }]);
      expect(await departuresOf(actorFor('REGISTRY_ADMIN', 'b-61'))).toContainEqual(expect.objectContaining({ transferId, toProvince: '41', stage: 'PRIMARY' }));
    });

    it('stays in the pool when the class is not one of the next stage, and transfers are told [TRF-PROG-01] [REG-GRAD-08]', async () => {
      const pupil = await graduate();
      await retrieve(pupil, { inSchoolId: IN, classId: inClass });
      expect(await told(pupil.id, 'transferRefused')).toMatchObject([{ data: { code: 'CLASS_NOT_FIRST_OF_NEXT_STAGE' } }]);
      expect(await custody(pupil.id)).toEqual([{ place: 'POOL', holder_id: null }]);
    });

    it('is only for graduates [TRF-PROG-01]', async () => {
      const [pupil] = (await establishPupils(service, 1, { schoolId: OUT, classId: outClass, grade: 6 })) as [TestPupil];
      await retrieve(pupil);
      expect(await told(pupil.id, 'transferRefused')).toMatchObject([{ data: { code: 'COMMAND_OUT_OF_ORDER' } }]);
      expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: OUT }]);
    });
  });
});
