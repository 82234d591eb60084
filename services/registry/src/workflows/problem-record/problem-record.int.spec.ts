import { randomUUID } from 'node:crypto';
import { studentTransferRefused, transferApproved, transferArchiveRequested } from '@xueji/contracts';
import { inCommand, systemActor, type Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { registry } from '../../app';
import { clerkOf, establishPupils, openClass } from '../record-status/pupils.fixture';
import { problemRecords } from '.';

const FIRST = 's-2161000101';
const SECOND = 's-2161000102';
const FIELDS = 'problemRecord { id state version kind resolution school { id } student { id } availableCommands history { command toState reason } }';

describe('problem records', () => {
  let service: TestService;
  let classId: string;
  let otherClassId: string;

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { now: '2026-11-20T02:00:00Z' });
    classId = await openClass(service, FIRST, 3);
    otherClassId = await openClass(service, SECOND, 3);
  });
  afterAll(() => service.stop());

  const ministry = actorFor('REGISTRY_ADMIN', 'cn');
  const county = actorFor('REGISTRY_ADMIN', 'b-610113');
  const city = actorFor('REGISTRY_ADMIN', 'b-6101');
  const pupil = async () => (await establishPupils(service, 1, { schoolId: FIRST, classId, grade: 3 }))[0]!.id;
  const INPUTS: Record<string, string> = { openProblemRecord: 'OpenProblemRecordInput', submitProblemResolution: 'SubmitProblemResolutionInput' };
  const give = (actor: Actor, mutation: string, input: object): Promise<TestAnswer<any>> =>
    service.query(actor, `mutation($input: ${INPUTS[mutation] ?? 'ProblemRecordInput'}!) { ${mutation}(input: $input) { ${FIELDS} } }`, { input: { requestId: randomUUID(), ...input } });
  const done = ({ data, errors }: TestAnswer<any>) => {
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return (Object.values(data)[0] as any).problemRecord;
  };
  const refused = ({ errors }: TestAnswer<any>) => errors[0]?.extensions ?? { code: 'allowed' };
  const proof = [{ fileName: '户籍证明.pdf', sha256: 'a'.repeat(64) }];
  const opened = async (studentId: string, kind = 'ID_NAME_MISMATCH') => done(await give(ministry, 'openProblemRecord', { studentId, kind, comment: '与公安数据不符' }));
  const submitted = async (studentId: string) => {
    const { id } = await opened(studentId);
    return done(await give(clerkOf(FIRST), 'submitProblemResolution', { problemId: id, resolution: 'SUBSTANTIATED', proof }));
  };
  const told = async (studentId: string, event: string) => (await service.told()).filter(({ type, partitionkey }) => type.endsWith(`${event}.v1`) && partitionkey === studentId).map(({ data }) => data);
  const parties = (studentId: string, transferId = randomUUID()) => ({ transferId, studentId, outSchoolId: FIRST, inSchoolId: SECOND });

  it('go from the Ministry to the school, to its bureau, up where numbers conflict, and are told when opened and resolved [REG-PROB-01] [REG-PROB-02] [REG-PROB-03] [REG-PROB-08]', async () => {
    const studentId = await pupil();
    const first = await opened(studentId);
    expect(first).toMatchObject({ state: 'OPEN', kind: 'ID_NAME_MISMATCH', school: { id: FIRST }, student: { id: studentId }, availableCommands: [], history: [{ command: 'open', reason: '与公安数据不符' }] });
    const listed = await service.query(clerkOf(FIRST), 'query($id: ID) { problemRecords(studentId: $id, state: "OPEN") { edges { node { id availableCommands } } } }', { id: studentId });
    expect(listed.data.problemRecords.edges).toEqual([{ node: { id: first.id, availableCommands: ['submit'] } }]);
    const applied = done(await give(clerkOf(FIRST), 'submitProblemResolution', { problemId: first.id, resolution: 'SUBSTANTIATED', proof }));
    expect(applied.state).toBe('SUBMITTED');
    expect(refused(await give(city, 'approveProblemResolution', { problemId: first.id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(done(await give(county, 'escalateProblemRecord', { problemId: first.id, reason: '与外县学生冲突' }))).toMatchObject({ state: 'ESCALATED', availableCommands: [] });
    expect(await told(studentId, 'resolved')).toEqual([]);
    expect(done(await give(city, 'approveProblemResolution', { problemId: first.id }))).toMatchObject({ state: 'RESOLVED', resolution: 'SUBSTANTIATED' });
    expect(await told(studentId, 'opened')).toEqual([{ studentId, kind: 'ID_NAME_MISMATCH', openedAt: '2026-11-20T02:00:00.000Z' }]);
    expect(await told(studentId, 'resolved')).toEqual([{ studentId, kind: 'ID_NAME_MISMATCH', resolvedAt: '2026-11-20T02:00:00.000Z' }]);
  });

  it('are one per pupil and kind while open, and may come again later [REG-PROB-09]', async () => {
    const studentId = await pupil();
    const [one, two] = await Promise.all([0, 1].map(() => give(ministry, 'openProblemRecord', { studentId, kind: 'DUPLICATE_WITH_ID' })));
    expect([one!, two!].map((answer) => refused(answer).code).sort()).toEqual(['PROBLEM_RECORD_OPEN', 'allowed']);
    expect((await opened(studentId, 'ID_NOT_FOUND')).state).toBe('OPEN');
  });

  it('are opened by the Ministry and the system only, and seen in the own area only [REG-PROB-01] [ACC-PERM-03]', async () => {
    const studentId = await pupil();
    expect(refused(await give(county, 'openProblemRecord', { studentId, kind: 'ID_NOT_FOUND' }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(refused(await give(clerkOf(FIRST), 'openProblemRecord', { studentId, kind: 'ID_NOT_FOUND' }))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    expect(refused(await give(ministry, 'openProblemRecord', { studentId: 'nobody', kind: 'ID_NOT_FOUND' }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    const { id } = await inCommand(service.host, { requestId: randomUUID(), actor: systemActor, command: 'test.check', input: null, source: 'event' },
      (scope) => scope.execute(problemRecords, { command: 'open', input: { studentId, kind: 'ID_NOT_FOUND', reason: null } }));
    expect((await service.query(clerkOf(SECOND), 'query($id: ID!) { problemRecord(id: $id) { id } }', { id })).data.problemRecord).toBeNull();
    expect(refused(await give(clerkOf(SECOND), 'submitProblemResolution', { problemId: id, resolution: 'SUBSTANTIATED', proof }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
  });

  it('keep the pupil where it is: the registry refuses the move at the end, and the archive [REG-PROB-02] [TRF-INTER-02]', async () => {
    const studentId = await pupil();
    const { id } = await submitted(studentId);
    const move = parties(studentId);
    await service.deliver(transferArchiveRequested, studentId, move);
    await service.deliver(transferApproved, studentId, { ...move, effectiveOn: '2026-11-20', classId: otherClassId });
    expect((await service.told()).filter(({ type, partitionkey }) => type === studentTransferRefused.type && partitionkey === studentId).map(({ data }) => [data.transferId, data.code, data.rule])).toEqual(
      [[move.transferId, 'STUDENT_HAS_PROBLEM', 'REG-PROB-02'], [move.transferId, 'STUDENT_HAS_PROBLEM', 'REG-PROB-02']]);
    done(await give(county, 'approveProblemResolution', { problemId: id }));
    await service.deliver(transferApproved, studentId, { ...parties(studentId), effectiveOn: '2026-11-20', classId: otherClassId });
    expect(await service.dataSource.query('select holder_id from student_custody where student_id = $1', [studentId])).toEqual([{ holder_id: SECOND }]);
  });
});
