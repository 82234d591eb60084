import { randomUUID } from 'node:crypto';
import { organizationChanged, organizationRegistered, studentEstablished, studentGraduated, studentTransferred, studentTransferRefused } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { actorFor, demoOrganization, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { transfers } from '../../app';

const NOW = '2026-09-25T02:00:00Z';
// A graduate of a primary school in Henan goes on at a junior school in Shaanxi.
const OUT = 's-2141000101';
const IN = 's-3161000101';
const [OUT_COUNTY, IN_COUNTY] = ['b-410102', 'b-610113'];

const admin = (id: string) => actorFor('REGISTRY_ADMIN', id);

const FIELDS = `id state version procedure stage reasonCode formalitiesReference currentStep awaits { id } dueAt availableCommands outSchool { id } inSchool { id } classSection { id } student { id }
  refusal { step code rule message } history { command toState duty }`;
const mutation = (name: string, input: string) => `mutation($input: ${input}!) { ${name}(input: $input) { transferCase { ${FIELDS} } } }`;
const FILE = mutation('fileProgression', 'FileProgressionInput');
const APPROVE = mutation('approveTransfer', 'ApproveTransferInput');
const REFUSE = mutation('refuseTransfer', 'RefuseTransferInput');
const WITHDRAW = mutation('withdrawTransfer', 'WithdrawTransferInput');
const RETRIEVE = mutation('retrieveProgressionArchive', 'RetrieveArchiveInput');

describe('a progression to another province', () => {
  let service: TestService;
  let counter = 0;

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  beforeEach(() => service.clock.set(new Date(NOW)));
  afterAll(() => service.stop());

  const give = (actor: Actor, document: string, input: object): Promise<TestAnswer<any>> => service.query(actor, document, { input: { requestId: randomUUID(), ...input } });
  const done = (answer: TestAnswer<any>) => {
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return (Object.values(answer.data)[0] as { transferCase: any }).transferCase;
  };
  const refused = (answer: TestAnswer<any>) => answer.errors[0]?.extensions ?? { code: 'allowed' };
  const seen = async (actor: Actor, id: string) => (await service.query(actor, `query($id: ID!) { transferCase(id: $id) { ${FIELDS} } }`, { id })).data.transferCase;
  const told = async (id: string) => (await service.told()).filter((event) => event.aggregateid === id && !event.type.includes('.transferStep.')).map((event) => event.type.split('.')[4]);

  const pupilOf = async (stage: 'PRIMARY' | 'JUNIOR' = 'PRIMARY', schoolId = OUT) => {
    counter += 1;
    const pupil = { studentId: randomUUID(), nationalStudentNumber: `L99990020140901${String(counter).padStart(4, '0')}`, name: `示例生${counter}` };
    await service.deliver(studentEstablished, pupil.studentId, { ...pupil, childId: null, handoverId: null, schoolId, stage, grade: stage === 'PRIMARY' ? 6 : 9, classId: 'c-old', via: 'INTAKE' });
    return pupil;
  };
  const graduate = async (stage: 'PRIMARY' | 'JUNIOR' = 'PRIMARY', schoolId = OUT) => {
    const pupil = await pupilOf(stage, schoolId);
    await service.deliver(studentGraduated, pupil.studentId, { studentId: pupil.studentId, schoolId, stage, outcome: 'GRADUATED', graduatedOn: '2026-07-01' }, { version: 2 });
    return pupil;
  };
  const byPapers = (pupil: { nationalStudentNumber: string; name: string }, change: object = {}) =>
    ({ studentNumber: pupil.nationalStudentNumber, name: pupil.name, classId: 'c-7', formalitiesReference: '接收证明 2026-001', ...change });
  const filed = async () => {
    const pupil = await graduate();
    return { pupil, id: done(await give(admin(IN), FILE, byPapers(pupil))).id as string };
  };
  const moving = async () => {
    const { pupil, id } = await filed();
    for (const bureau of [IN_COUNTY, OUT_COUNTY]) done(await give(admin(bureau), APPROVE, { id }));
    done(await give(admin(IN), RETRIEVE, { id }));
    return { pupil, id };
  };

  it('goes from the receiving school to its bureau, to the bureau of the old school, and then the archive is retrieved [TRF-PROG-02] [TRF-PROG-03]', async () => {
    const pupil = await graduate();
    const first = done(await give(admin(IN), FILE, byPapers(pupil)));
    expect(first).toMatchObject({
      state: 'IN_AUTHORITY_REVIEW', procedure: 'progression', stage: 'PRIMARY', formalitiesReference: '接收证明 2026-001', awaits: { id: IN_COUNTY }, outSchool: { id: OUT }, inSchool: { id: IN },
      dueAt: '2026-09-30T15:59:59.000Z',
    });
    const { id } = first;
    expect(done(await give(admin(IN_COUNTY), APPROVE, { id }))).toMatchObject({ state: 'OUT_AUTHORITY_REVIEW', awaits: { id: OUT_COUNTY } });
    expect(refused(await give(admin(IN), RETRIEVE, { id }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', state: 'OUT_AUTHORITY_REVIEW' });
    expect(done(await give(admin(OUT_COUNTY), APPROVE, { id }))).toMatchObject({ state: 'APPROVED', awaits: { id: IN }, dueAt: null });
    expect(await told(id)).toEqual(['filed']);
    expect((await seen(admin(IN), id)).availableCommands).toEqual(['retrieveArchive', 'withdraw']);
    expect(done(await give(admin(IN), RETRIEVE, { id }))).toMatchObject({ state: 'MOVING', awaits: null });
    const retrieved = (await service.told()).find((event) => event.aggregateid === id && event.type.includes('.archiveRetrieved.'))!;
    expect(retrieved).toMatchObject({ partitionkey: pupil.studentId, data: { studentId: pupil.studentId, outSchoolId: OUT, inSchoolId: IN, classId: 'c-7', effectiveOn: '2026-09-25' } });
    await service.deliver(studentTransferred, pupil.studentId, { studentId: pupil.studentId, transferId: id, fromSchoolId: OUT, toSchoolId: IN, stage: 'JUNIOR', grade: 7, classId: 'c-7' }, { version: 3 });
    expect(await seen(admin(OUT), id)).toMatchObject({ state: 'COMPLETED' });
    expect(await service.dataSource.query('select school_id, stage, grade, state from student_projection where student_id = $1', [pupil.studentId])).toEqual([{ school_id: IN, stage: 'JUNIOR', grade: 7, state: 'ACTIVE' }]);
  });

  it('is for graduates only [TRF-PROG-01]', async () => {
    expect(refused(await give(admin(IN), FILE, byPapers(await pupilOf())))).toMatchObject({ code: 'PROGRESSION_STUDENT_NOT_GRADUATED', rule: 'TRF-PROG-01', field: 'studentNumber' });
  });

  it('is for the next stage in another province only [TRF-PROG-01]', async () => {
    const pupil = await graduate();
    expect(refused(await give(admin('s-3141000101'), FILE, byPapers(pupil)))).toMatchObject({ code: 'TRANSFER_SAME_PROVINCE', rule: 'TRF-PROG-01' });
    expect(refused(await give(admin('s-2161000101'), FILE, byPapers(pupil)))).toMatchObject({ code: 'PROGRESSION_STAGE_UNSUITABLE', rule: 'TRF-PROG-01' });
  });

  it('wants the formalities named that were completed outside [TRF-PROG-02]', async () => {
    expect(refused(await give(admin(IN), FILE, byPapers(await graduate(), { formalitiesReference: ' ' })))).toMatchObject({ code: 'PROGRESSION_FORMALITIES_MISSING', rule: 'TRF-PROG-02', field: 'formalitiesReference' });
  });

  it.each([['2026-09-19T15:59:59Z', false], ['2026-09-19T16:00:00Z', true], ['2026-09-30T15:59:59Z', true], ['2026-09-30T16:00:00Z', false]])('is filed in Shaanxi from 20 to 30 September: at %s %s [TRF-PROG-05]', async (at, open) => {
    const pupil = await graduate();
    service.clock.set(new Date(at));
    const answer = await give(admin(IN), FILE, byPapers(pupil));
    if (open) expect(done(answer).state).toBe('IN_AUTHORITY_REVIEW');
    else expect(refused(answer)).toMatchObject({ code: 'WINDOW_CLOSED', rule: 'GEN-FLOW-07', windowRule: 'TRF-PROG-05' });
  });

  it('is admitted or not by the receiving side; the graduation side can only report wrong data, and the graduate stays in the pool [TRF-PROG-04]', async () => {
    const { pupil, id } = await filed();
    done(await give(admin(IN_COUNTY), APPROVE, { id }));
    expect(refused(await give(admin(OUT_COUNTY), REFUSE, { id, reasonCode: 'CONDITION_NOT_MET', reason: '不同意外流' }))).toMatchObject({ code: 'PROGRESSION_ADMISSION_DECIDED', rule: 'TRF-PROG-04', allowed: ['DATA_WRONG'] });
    expect(done(await give(admin(OUT_COUNTY), REFUSE, { id, reasonCode: 'DATA_WRONG', reason: '出生日期有误' }))).toMatchObject({ state: 'REJECTED', refusal: { step: 'OUT_COUNTY', code: 'DATA_WRONG' } });
    const again = done(await give(admin(IN), FILE, byPapers(pupil)));
    expect(done(await give(admin(IN_COUNTY), REFUSE, { id: again.id, reasonCode: 'CONDITION_NOT_MET', reason: '不符合入学条件' }))).toMatchObject({ state: 'REJECTED', refusal: { step: 'IN_COUNTY' } });
    expect(await service.dataSource.query('select state, school_id from student_projection where student_id = $1', [pupil.studentId])).toEqual([{ state: 'GRADUATED', school_id: OUT }]);
  });

  it('is reviewed by the city for the senior stage, also when the school comes under another one [TRF-PROG-03] [GEN-SCOPE-05]', async () => {
    const id = 's-3461000101';
    const senior = (county: string, city: string, version: number) => ({
      organizationId: id, parentId: county, path: `/cn/b-61/${city}/${county}/${id}/`, level: 'SCHOOL' as const, name: '示例高级中学', divisionCode: demoOrganization(county).divisionCode, province: '61',
      schoolIdentifier: null, schoolType: '34', stages: ['SENIOR' as const], status: 'ACTIVE' as const, competentAuthorityId: county, version,
    });
    await service.deliver(organizationRegistered, id, senior(IN_COUNTY, 'b-6101', 1));
    const clerk = { ...admin(IN), organizationId: id, path: `/cn/b-61/b-6101/${IN_COUNTY}/${id}/` };
    const first = done(await give(clerk, FILE, byPapers(await graduate('JUNIOR', 's-3141000101'))));
    expect(first).toMatchObject({ state: 'IN_AUTHORITY_REVIEW', awaits: { id: 'b-6101' } });
    expect(refused(await give(admin(IN_COUNTY), APPROVE, { id: first.id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    await service.deliver(organizationChanged, id, senior('b-610302', 'b-6103', 2), { version: 2 });
    expect(await seen(admin('b-6103'), first.id)).toMatchObject({ awaits: { id: 'b-6103' }, availableCommands: ['approve', 'refuse'] });
    expect(done(await give(admin('b-6103'), APPROVE, { id: first.id }))).toMatchObject({ state: 'OUT_AUTHORITY_REVIEW' });
  });

  it('is rejected with the rule of the registry when it cannot enrol, and a new one may be filed [GEN-FLOW-03]', async () => {
    const { pupil, id } = await moving();
    await service.deliver(studentTransferRefused, pupil.studentId, { studentId: pupil.studentId, transferId: id, code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03', zh: '班级不能接收', en: 'The class cannot receive' });
    expect(await seen(admin(IN), id)).toMatchObject({ state: 'REJECTED', refusal: { step: 'REGISTRY', code: 'CLASS_CANNOT_RECEIVE' } });
    expect(await told(id)).toEqual(['filed', 'archiveRetrieved', 'rejected']);
    expect(done(await give(admin(IN), FILE, byPapers(pupil))).state).toBe('IN_AUTHORITY_REVIEW');
  });

  it('is withdrawn by the receiving school until it retrieves the archive', async () => {
    const { id } = await filed();
    expect(refused(await give(admin(OUT), WITHDRAW, { id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(done(await give(admin(IN), WITHDRAW, { id })).state).toBe('WITHDRAWN');
    const late = await moving();
    expect(refused(await give(admin(IN), WITHDRAW, { id: late.id }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', state: 'MOVING' });
  });
});
