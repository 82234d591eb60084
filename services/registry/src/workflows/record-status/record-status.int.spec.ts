import { randomUUID } from 'node:crypto';
import { transferApproved, transferCompleted, transferFiled, transferRejected, transferWithdrawn } from '@xueji/contracts';
import { inCommand, schemaDrift, systemActor, type Actor } from '@xueji/platform';
import { isIdentityNumber } from '@xueji/standards';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { registry } from '../../app';
import { graduatingClassOf, graduatingPupils, seedGraduatingPupils } from '../../../seeds/demo/graduating-pupils';
import { clerkOf, establishPupils, graduateClass, openClass, type TestPupil } from './pupils.fixture';

const FIRST = 's-2161000101';
const SECOND = 's-2161000102';
const JUNIOR = 's-3161000101';
const COUNTY = 'b-610113';

const STUDENT = `query($id: ID!) { student(id: $id) {
  id state version nationalStudentNumberFull regionalStudentNumber grade stage school { id } class { id } availableCommands
  history { command fromState toState realName duty }
  timeline { kind at stage grade outcome rule realName duty organizationName fromSchool { id } toSchool { id } } } }`;

describe('the record of a pupil', () => {
  let service: TestService;
  let lastClass: string;

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { demo: true, now: '2026-09-10T02:00:00Z' });
    lastClass = await openClass(service, FIRST, 6);
  });
  afterAll(() => service.stop());

  const student = async (actor: Actor, id: string) => (await service.query(actor, STUDENT, { id })).data?.student ?? null;
  const custody = (id: string) => service.dataSource.query('select place, holder_id from student_custody where student_id = $1', [id]);
  const toldOf = async (id: string, event: string) => (await service.told()).filter((each) => each.partitionkey === id && each.type === `cn.xueji.registry.student.${event}.v1`);
  const pupils = (count: number, classId = lastClass) => establishPupils(service, count, { schoolId: FIRST, classId, grade: 6 });

  const graduate = (actor: Actor, studentId: string, outcome = 'GRADUATED') =>
    service.query(actor, `mutation($input: GraduateStudentInput!) { graduateStudent(input: $input) { student { id state } } }`, { input: { requestId: randomUUID(), studentId, outcome } });
  const pool = async (actor: Actor): Promise<any[]> => {
    const found: any[] = [];
    for (let after: string | null = null; ;) {
      const { data }: { data: any } = await service.query(actor, `query($after: String) { graduatePool(first: 3, after: $after) {
        edges { node { outcome graduatedOn onTime stage student { id } school { id } } } pageInfo { hasNextPage endCursor } } }`, { after });
      found.push(...data.graduatePool.edges.map((edge: any) => edge.node));
      if (!data.graduatePool.pageInfo.hasNextPage) return found;
      after = data.graduatePool.pageInfo.endCursor;
    }
  };

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });

  describe('of the demonstration', () => {
    it('puts two pupils with valid invented numbers in the last grade of two schools, once', async () => {
      expect(graduatingPupils.every((pupil) => isIdentityNumber(pupil.identityNumber) && pupil.identityNumber.startsWith('999901'))).toBe(true);
      await inCommand(service.host, { requestId: randomUUID(), actor: systemActor, command: 'test.seed', input: null, source: 'seed' }, seedGraduatingPupils);
      for (const schoolId of [FIRST, SECOND]) {
        const { data } = await service.query(clerkOf(schoolId), `query($classId: ID!) { students(classId: $classId) { edges { node { id nationalStudentNumberFull grade state } } } }`, { classId: graduatingClassOf(schoolId) });
        expect(data.students.edges.map((edge: any) => edge.node).sort((a: any, b: any) => a.id.localeCompare(b.id))).toEqual(
          graduatingPupils.filter((pupil) => pupil.schoolId === schoolId).map((pupil) => ({ id: pupil.id, nationalStudentNumberFull: pupil.nationalStudentNumber, grade: 6, state: 'ACTIVE' })));
      }
      expect(await toldOf(graduatingPupils[0]!.id, 'established')).toHaveLength(1);
    });
  });

  describe('that graduates', () => {
    it('is in the pool as soon as the school saves, without a review, and the school goes on reading it [REG-GRAD-04] [REG-GRAD-08]', async () => {
      const [pupil] = await pupils(1);
      const { data } = await graduate(clerkOf(FIRST), pupil!.id);
      expect(data.graduateStudent.student.state).toBe('GRADUATED');
      expect((await pool(clerkOf(FIRST))).filter((entry) => entry.student?.id === pupil!.id)).toEqual([{ outcome: 'GRADUATED', graduatedOn: '2026-09-10', onTime: false, stage: 'PRIMARY', student: { id: pupil!.id }, school: { id: FIRST } }]);
      expect((await pool(clerkOf(SECOND))).filter((entry) => entry.school.id !== SECOND)).toEqual([]);
      expect(await custody(pupil!.id)).toEqual([{ place: 'POOL', holder_id: null }]);
      expect(await student(clerkOf(FIRST), pupil!.id)).toMatchObject({ state: 'GRADUATED', availableCommands: [], school: { id: FIRST } });
      expect(await toldOf(pupil!.id, 'graduated')).toMatchObject([{ aggregateversion: 2, data: { schoolId: FIRST, stage: 'PRIMARY', outcome: 'GRADUATED', graduatedOn: '2026-09-10' } }]);
    });

    it('is late after the window of the province and on time inside it [REG-GRAD-02]', async () => {
      service.clock.set(new Date('2026-08-10T15:00:00Z'));
      const [pupil] = await pupils(1);
      await graduate(clerkOf(FIRST), pupil!.id);
      expect((await pool(clerkOf(FIRST))).find((entry) => entry.student?.id === pupil!.id)).toMatchObject({ onTime: true, graduatedOn: '2026-08-10' });
      service.clock.set(new Date('2026-09-10T02:00:00Z'));
    });

    it('keeps apart who graduated and who only completed [REG-GRAD-09]', async () => {
      const [pupil] = await pupils(1);
      await graduate(clerkOf(FIRST), pupil!.id, 'COMPLETED');
      expect(await toldOf(pupil!.id, 'graduated')).toMatchObject([{ data: { outcome: 'COMPLETED' } }]);
      expect((await student(clerkOf(FIRST), pupil!.id)).timeline).toMatchObject([{ kind: 'ENROLMENT' }, { kind: 'GRADUATION', outcome: 'COMPLETED', rule: 'REG-GRAD-04', realName: clerkOf(FIRST).realName }]);
    });

    it('is let go by its own school\'s registry admin only [GEN-FLOW-02] [ACC-PERM-03]', async () => {
      const [pupil] = await pupils(1);
      expect((await graduate(clerkOf(SECOND), pupil!.id)).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      expect((await graduate(actorFor('REGISTRY_LEADER', FIRST), pupil!.id)).errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
      expect((await graduate(actorFor('REGISTRY_ADMIN', COUNTY), pupil!.id)).errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
      expect(await student(clerkOf(FIRST), pupil!.id)).toMatchObject({ state: 'ACTIVE', version: 1, availableCommands: ['graduate'] });
    });

    it('is refused twice, and from a lower grade [GEN-FLOW-02] [REG-GRAD-04]', async () => {
      const [pupil] = await pupils(1);
      await graduate(clerkOf(FIRST), pupil!.id);
      expect((await graduate(clerkOf(FIRST), pupil!.id)).errors[0]!.extensions).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', state: 'GRADUATED' });
      const fifth = await openClass(service, FIRST, 5);
      const [younger] = await establishPupils(service, 1, { schoolId: FIRST, classId: fifth, grade: 5 });
      expect((await graduate(clerkOf(FIRST), younger!.id)).errors[0]!.extensions).toMatchObject({ code: 'STUDENT_NOT_IN_LAST_GRADE', rule: 'REG-GRAD-04', field: 'studentId' });
    });
  });

  describe('of a class that graduates', () => {
    it('gets a verdict per pupil, and the others go on [REG-GRAD-04] [REG-GRAD-09] [GEN-FLOW-06]', async () => {
      const classId = await openClass(service, FIRST, 6, { number: '602' });
      const [whole, completed, moving] = (await pupils(3, classId)) as [TestPupil, TestPupil, TestPupil];
      const transferId = randomUUID();
      await service.deliver(transferFiled, moving.id, { transferId, studentId: moving.id, outSchoolId: FIRST, inSchoolId: SECOND });
      const { data } = await graduateClass(service, FIRST, classId, [completed.id]);
      const verdictOf = (pupil: TestPupil) => data.graduateClass.verdicts.find((verdict: any) => verdict.studentId === pupil.id);
      expect(data.graduateClass.verdicts).toHaveLength(3);
      expect(verdictOf(whole)).toEqual({ studentId: whole.id, graduated: true, code: null, rule: null, message: null });
      expect(verdictOf(moving)).toMatchObject({ graduated: false, code: 'STUDENT_HAS_OPEN_CASE', rule: 'GEN-FLOW-06', message: expect.stringContaining('转学') });
      expect(await toldOf(completed.id, 'graduated')).toMatchObject([{ data: { outcome: 'COMPLETED' } }]);
      expect(await student(clerkOf(FIRST), moving.id)).toMatchObject({ state: 'ACTIVE', version: 1 });

      await service.deliver(transferRejected, moving.id, { transferId, studentId: moving.id, outSchoolId: FIRST, inSchoolId: SECOND, atStep: 'IN_SCHOOL_REVIEW' });
      expect((await graduateClass(service, FIRST, classId)).data.graduateClass.verdicts).toMatchObject([{ studentId: moving.id, graduated: true }]);
    });

    it('is refused for a class of another school and for names not on its roll [REG-GRAD-09]', async () => {
      const [pupil] = await pupils(1);
      expect((await graduateClass(service, SECOND, lastClass)).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      expect((await graduateClass(service, FIRST, lastClass, ['nobody'])).errors[0]!.extensions).toMatchObject({ code: 'STUDENT_NOT_IN_CLASS', field: 'completedStudentIds' });
      expect(await student(clerkOf(FIRST), pupil!.id)).toMatchObject({ state: 'ACTIVE' });
    });
  });

  describe('that is transferred', () => {
    let target: string;
    beforeAll(async () => {
      target = await openClass(service, SECOND, 6);
    });

    const approve = async (pupil: TestPupil, changed: Partial<{ outSchoolId: string; inSchoolId: string; classId: string; transferId: string; id: string }> = {}) => {
      const { id, ...data } = changed;
      const approved = { transferId: randomUUID(), studentId: pupil.id, outSchoolId: FIRST, inSchoolId: SECOND, effectiveOn: '2026-10-08', classId: target, ...data };
      await service.deliver(transferApproved, pupil.id, approved, id ? { id } : {});
      return approved;
    };
    const noticesOf = async (actor: Actor, subjectId: string) => {
      const { data } = await service.query(actor, `{ notices(first: 100) { edges { node { id kind subjectId zh en at readAt } } } }`);
      return data.notices.edges.map((edge: any) => edge.node).filter((notice: any) => notice.subjectId === subjectId);
    };

    it('is in the new school\'s custody at once, number unchanged, and out of the old one\'s sight [TRF-GEN-06] [TRF-INTRA-05] [REG-NUM-01]', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const { transferId } = await approve(pupil);
      expect(await student(clerkOf(FIRST), pupil.id)).toBeNull();
      expect(await student(clerkOf(SECOND), pupil.id)).toMatchObject({ state: 'ACTIVE', school: { id: SECOND }, class: { id: target }, grade: 6, nationalStudentNumberFull: pupil.number });
      expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: SECOND }]);
      expect(await toldOf(pupil.id, 'transferred')).toMatchObject([{ aggregateversion: 2, data: { transferId, fromSchoolId: FIRST, toSchoolId: SECOND, classId: target, grade: 6 } }]);
    });

    it('leaves a notice at both schools, which name nobody [TRF-INTRA-05]', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const { transferId } = await approve(pupil);
      expect(await noticesOf(clerkOf(FIRST), transferId)).toMatchObject([{ kind: 'TRANSFERRED_OUT', readAt: null, zh: expect.not.stringContaining(pupil.name) }]);
      expect(await noticesOf(clerkOf(SECOND), transferId)).toMatchObject([{ kind: 'TRANSFERRED_IN', readAt: null }]);
      expect(await noticesOf(actorFor('REGISTRY_ADMIN', COUNTY), transferId)).toEqual([]);
    });

    it('puts a class that it takes over the limit on the list of the bureau above, and moves all the same [REG-CLASS-02]', async () => {
      const full = await openClass(service, SECOND, 6, { number: '602' });
      await establishPupils(service, 44, { schoolId: SECOND, classId: full, grade: 6 });
      const bureau = actorFor('REGISTRY_ADMIN', COUNTY);
      const [last, over] = (await pupils(2)) as [TestPupil, TestPupil];
      await approve(last, { classId: full });
      expect(await noticesOf(bureau, full)).toEqual([]);
      await approve(over, { classId: full });
      expect(await noticesOf(bureau, full)).toMatchObject([{ kind: 'CLASS_OVER_LIMIT' }]);
      expect(await custody(over.id)).toEqual([{ place: 'HELD', holder_id: SECOND }]);
    });

    it('leaves a notice that only its organisation can mark as read, once', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const { transferId } = await approve(pupil);
      const [notice] = await noticesOf(clerkOf(SECOND), transferId);
      const mark = (actor: Actor) => service.query(actor, `mutation($input: MarkNoticeReadInput!) { markNoticeRead(input: $input) { notice { readAt } } }`, { input: { requestId: randomUUID(), noticeId: notice.id } });
      expect((await mark(clerkOf(FIRST))).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      expect((await mark(clerkOf(SECOND))).data.markNoticeRead.notice.readAt).toBe('2026-09-10T02:00:00.000Z');
      service.clock.set(new Date('2026-09-11T02:00:00Z'));
      expect((await mark(clerkOf(SECOND))).data.markNoticeRead.notice.readAt).toBe('2026-09-10T02:00:00.000Z');
      service.clock.set(new Date('2026-09-10T02:00:00Z'));
    });

    it('moves once though the event arrives twice', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const event = { id: randomUUID(), transferId: randomUUID() };
      await approve(pupil, event);
      await approve(pupil, event);
      expect(await student(clerkOf(SECOND), pupil.id)).toMatchObject({ version: 2 });
      expect(await noticesOf(clerkOf(SECOND), event.transferId)).toHaveLength(1);
      expect(await toldOf(pupil.id, 'transferRefused')).toEqual([]);
    });

    it('stays where it is when the registry finds a fault, and says which [TRF-GEN-06] [REG-CLASS-03]', async () => {
      const bare = await openClass(service, SECOND, 6, { number: '699', classTeacher: null });
      const fifth = await openClass(service, SECOND, 5);
      const faults: [object, string, string][] = [
        [{ outSchoolId: JUNIOR }, 'STUDENT_NOT_HELD_BY_OUT_SCHOOL', 'TRF-GEN-06'],
        [{ inSchoolId: 's-9999999999' }, 'SCHOOL_CANNOT_HOLD_PUPIL', 'GEN-SCOPE-01'],
        [{ classId: bare }, 'CLASS_CANNOT_RECEIVE', 'REG-CLASS-03'],
        [{ classId: lastClass }, 'CLASS_CANNOT_RECEIVE', 'REG-CLASS-03'],
        [{ classId: fifth }, 'CLASS_GRADE_DIFFERS', 'REG-CLASS-03'],
      ];
      for (const [changed, code, rule] of faults) {
        const [pupil] = (await pupils(1)) as [TestPupil];
        const { transferId } = await approve(pupil, changed);
        expect(await toldOf(pupil.id, 'transferRefused')).toMatchObject([{ aggregateid: transferId, data: { transferId, code, rule, zh: expect.any(String), en: expect.any(String) } }]);
        expect(await student(clerkOf(FIRST), pupil.id)).toMatchObject({ version: 1, school: { id: FIRST } });
        expect(await toldOf(pupil.id, 'transferred')).toEqual([]);
        expect(await noticesOf(clerkOf(FIRST), transferId)).toEqual([]);
      }
    });

    it('is refused after graduation, and for a pupil nobody knows [GEN-FLOW-02]', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      await graduate(clerkOf(FIRST), pupil.id);
      await approve(pupil);
      expect(await toldOf(pupil.id, 'transferRefused')).toMatchObject([{ data: { code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' } }]);
      await approve({ ...pupil, id: 'nobody' });
      expect(await toldOf('nobody', 'transferRefused')).toMatchObject([{ data: { code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' } }]);
    });

    it('is refused while another case of the pupil is open, not while only its own is [GEN-FLOW-06]', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const file = (transferId: string) => service.deliver(transferFiled, pupil.id, { transferId, studentId: pupil.id, outSchoolId: FIRST, inSchoolId: SECOND });
      const [own, other] = [randomUUID(), randomUUID()];
      await file(own);
      await file(other);
      await approve(pupil, { transferId: own });
      expect(await toldOf(pupil.id, 'transferRefused')).toMatchObject([{ data: { transferId: own, code: 'STUDENT_HAS_OPEN_CASE', rule: 'GEN-FLOW-06' } }]);
      await approve(pupil, { transferId: other });
      expect(await student(clerkOf(SECOND), pupil.id)).toMatchObject({ version: 2 });
    });

    it.each([['withdrawn', transferWithdrawn], ['completed', transferCompleted]])('leaves no open case once it is %s, whatever order the events come in [GEN-FLOW-06]', async (_, ended) => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      const parties = { transferId: randomUUID(), studentId: pupil.id, outSchoolId: FIRST, inSchoolId: SECOND };
      await service.deliver(ended, pupil.id, parties);
      await service.deliver(transferFiled, pupil.id, parties);
      expect((await graduate(clerkOf(FIRST), pupil.id)).errors).toEqual([]);
    });

    it('shows in the timeline where the pupil has been, by whom and by which rule [REG-DATA-01]', async () => {
      const [pupil] = (await pupils(1)) as [TestPupil];
      await approve(pupil);
      await graduate(clerkOf(SECOND), pupil.id);
      const seen = await student(clerkOf(SECOND), pupil.id);
      expect(seen.timeline).toMatchObject([
        { kind: 'ENROLMENT', toSchool: { id: FIRST }, fromSchool: null, rule: 'REG-ENROL-04', duty: 'SYSTEM' },
        { kind: 'TRANSFER', fromSchool: { id: FIRST }, toSchool: { id: SECOND }, rule: 'TRF-INTRA-05' },
        { kind: 'GRADUATION', fromSchool: { id: SECOND }, toSchool: null, grade: 6, outcome: 'GRADUATED', realName: clerkOf(SECOND).realName, duty: 'REGISTRY_ADMIN', at: '2026-09-10T02:00:00.000Z' },
      ]);
      expect(seen.history.map((step: any) => [step.command, step.fromState, step.toState])).toEqual([['establish', null, 'ACTIVE'], ['transfer', 'ACTIVE', 'ACTIVE'], ['graduate', 'ACTIVE', 'GRADUATED']]);
    });
  });
});
