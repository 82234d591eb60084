import { randomUUID } from 'node:crypto';
import { handoverCompleted, handoverDeclined, handoverReleased, handoverRequested, organizationChanged, studentEstablished } from '@xueji/contracts';
import { actorFor, demoOrganization, demoPath, startTestService, type TestService } from '@xueji/testing';
import { preschool } from '../../app';
import { acting, KINDERGARTEN, OTHER_KINDERGARTEN } from '../../preschool.fixture';

const SCHOOL = 's-2161000101';
const OTHER_SCHOOL = 's-2161000102';

describe('the hand-over to primary school', () => {
  let service: TestService;
  let act: ReturnType<typeof acting>;
  const clerk = actorFor('REGISTRY_ADMIN', KINDERGARTEN);
  const county = actorFor('REGISTRY_ADMIN', 'b-610113');
  const city = actorFor('REGISTRY_LEADER', 'b-6101');

  beforeAll(async () => {
    service = await startTestService(preschool({ allowSynthetic: true }));
    act = acting(service);
  });
  beforeEach(() => service.clock.set(new Date('2026-09-01T02:00:00Z')));
  afterAll(() => service.stop());

  const asked = async (childId: string, { schoolId = SCHOOL, requestedOn = '2026-09-01', handoverId = randomUUID() as string } = {}): Promise<string> => {
    await service.deliver(handoverRequested, childId, { handoverId, childId, receivingSchoolId: schoolId, requestedOn });
    return handoverId;
  };
  const established = (childId: string, handoverId: string | null, { schoolId = SCHOOL, studentId = childId } = {}) =>
    service.deliver(studentEstablished, studentId, {
      studentId, childId, handoverId, nationalStudentNumber: 'G999901202109010084', name: '示例幼儿', schoolId, stage: 'PRIMARY', grade: 1, classId: 'k', via: 'INTAKE',
    });
  const look = async (actor: typeof clerk, id: string, fields: string) => (await service.query(actor, `{ handover(id: "${id}") { ${fields} } }`)).data.handover;
  const release = (handoverId: string, actor = clerk) => act.give(actor, 'releaseHandover', { handoverId });
  const places = async (childId: string) => (await service.dataSource.query('select place, due_at from child_custody where child_id = $1', [childId])).map((row: any) => [row.place, row.due_at?.toISOString() ?? null]);
  const refusal = (answer: { errors: { extensions: object }[] }) => answer.errors[0]?.extensions;

  it('opens for a graduate as a task of the kindergarten, due after thirty working days [PRE-CHG-03] [PRE-CHG-04]', async () => {
    const handoverId = await asked(await act.graduate());
    expect(await look(clerk, handoverId, 'state dueAt dueRule dueFlagged overdue institution { id } receivingSchool { id } availableCommands')).toEqual({
      state: 'HANDOVER_REQUESTED', dueAt: '2026-10-19T15:59:59.000Z', dueRule: 'PRE-CHG-04', dueFlagged: false, overdue: false,
      institution: { id: KINDERGARTEN }, receivingSchool: { id: SCHOOL }, availableCommands: ['reportDataFault', 'release'],
    });
    const tasks = await service.query(clerk, `{ handovers(states: ["HANDOVER_REQUESTED"], first: 100) { edges { node { id } } } }`);
    expect(tasks.data.handovers.edges.map((edge: any) => edge.node.id)).toContain(handoverId);
  });

  it('flags a deadline that runs into a year without published holidays [PRE-CHG-04]', async () => {
    const handoverId = await asked(await act.graduate(), { requestedOn: '2026-12-01' });
    expect(await look(clerk, handoverId, 'dueFlagged')).toEqual({ dueFlagged: true });
  });

  it('declines a child that is still active or is unknown, and says by which rule [PRE-CHG-07]', async () => {
    const active = await act.active();
    for (const [childId, code] of [[active, 'HANDOVER_CHILD_NOT_GRADUATED'], ['nobody', 'HANDOVER_CHILD_UNKNOWN']] as const) {
      const handoverId = await asked(childId);
      expect((await act.told(handoverDeclined.type, childId)).map((event) => event.data)).toEqual([{ handoverId, childId, receivingSchoolId: SCHOOL, code, rule: 'PRE-CHG-07' }]);
    }
    expect(await act.look(clerk, active, 'state')).toEqual({ state: 'ACTIVE' });
    expect(await places(active)).toEqual([['HELD', null]]);
  });

  it('hands over a child that has left without graduating [PRE-CHG-07]', async () => {
    const childId = await act.active();
    await act.done(clerk, 'leaveKindergarten', { childId });
    expect(await places(childId)).toEqual([['LEFT', null]]);
    const handoverId = await asked(childId);
    expect((await look(clerk, handoverId, 'state')).state).toBe('HANDOVER_REQUESTED');
  });

  it('lets one hand-over of a child be open and declines every other [GEN-FLOW-06]', async () => {
    const childId = await act.graduate();
    const ids = Array.from({ length: 6 }, () => randomUUID() as string);
    await Promise.all(ids.map((handoverId, index) => asked(childId, { handoverId, schoolId: index % 2 ? SCHOOL : OTHER_SCHOOL })));
    const states = await service.dataSource.query('select state, declined_code from handover where child_id = $1', [childId]);
    expect(states.filter((row: any) => row.state === 'HANDOVER_REQUESTED')).toHaveLength(1);
    expect(states.filter((row: any) => row.declined_code === 'HANDOVER_ALREADY_OPEN')).toHaveLength(5);
  });

  it('opens once when the request arrives twice, as the same event or as another', async () => {
    const childId = await act.graduate();
    const handoverId = await asked(childId);
    await release(handoverId);
    await asked(childId, { handoverId });
    const event = { handoverId, childId, receivingSchoolId: SCHOOL, requestedOn: '2026-09-01' };
    const id = randomUUID();
    await service.deliver(handoverRequested, childId, event, { id });
    await service.deliver(handoverRequested, childId, event, { id });
    expect(await look(clerk, handoverId, 'state version')).toEqual({ state: 'RELEASED', version: 2 });
    expect(await act.told(handoverDeclined.type, childId)).toEqual([]);
  });

  it('can be released by the releasing institution alone, which cannot refuse [PRE-CHG-03]', async () => {
    const childId = await act.graduate();
    const handoverId = await asked(childId);
    expect(refusal(await release(handoverId, actorFor('REGISTRY_ADMIN', OTHER_KINDERGARTEN)))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(refusal(await release(handoverId, county))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    await act.done(clerk, 'releaseHandover', { handoverId });
    expect((await act.told(handoverReleased.type, childId)).map((event) => event.data)).toEqual([{ handoverId, childId, institutionId: KINDERGARTEN, receivingSchoolId: SCHOOL }]);
    expect(await look(clerk, handoverId, 'state dueAt')).toEqual({ state: 'RELEASED', dueAt: '2026-10-19T15:59:59.000Z' });
  });

  it('goes on, with its deadline, after a data fault has been reported [PRE-CHG-03]', async () => {
    const handoverId = await asked(await act.graduate());
    expect(refusal(await act.give(clerk, 'reportHandoverDataFault', { handoverId, reason: ' ' }))).toMatchObject({ code: 'HANDOVER_FAULT_REQUIRED', rule: 'PRE-CHG-03', field: 'reason' });
    expect((await act.done(clerk, 'reportHandoverDataFault', { handoverId, reason: '姓名有误' })).handover).toMatchObject({ state: 'HANDOVER_REQUESTED', dataFault: '姓名有误', dueAt: '2026-10-19T15:59:59.000Z' });
    expect((await release(handoverId)).errors).toEqual([]);
  });

  it('ends when the primary school has established the record; the child keeps its number and the archive is closed [REG-NUM-02] [PRE-GRAD-02]', async () => {
    const childId = await act.graduate();
    const number = (await act.look(clerk, childId, 'nationalStudentNumberFull')).nationalStudentNumberFull;
    expect(await places(childId)).toEqual([['POOL', null]]);
    const handoverId = await asked(childId);
    expect(await places(childId)).toEqual([['IN_TRANSIT', '2026-10-19T15:59:59.000Z']]);
    await release(handoverId);
    expect(await places(childId)).toEqual([['IN_TRANSIT', '2026-10-19T15:59:59.000Z']]);
    await established(childId, handoverId);
    expect(await places(childId)).toEqual([['PRIMARY', null]]);
    expect(await look(clerk, handoverId, 'state dueAt child { state nationalStudentNumberFull availableCommands }')).toEqual({
      state: 'ENROLLED_PRIMARY', dueAt: null, child: { state: 'ENROLLED_PRIMARY', nationalStudentNumberFull: number, availableCommands: [] },
    });
    expect((await act.told(handoverCompleted.type, childId)).map((event) => event.data)).toEqual([{ handoverId, childId, institutionId: KINDERGARTEN, receivingSchoolId: SCHOOL }]);
    for (const mutation of ['graduateChild', 'leaveKindergarten', 'deleteChildArchive']) {
      expect(refusal(await act.give(clerk, mutation, { childId, reason: '测试' }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' });
    }
    await asked(childId, { schoolId: OTHER_SCHOOL });
    expect((await act.told(handoverDeclined.type, childId)).map((event) => event.data)).toMatchObject([{ code: 'CHILD_ALREADY_AT_PRIMARY', rule: 'REG-ENROL-12' }]);
  });

  it('completes once when the record is told twice', async () => {
    const childId = await act.graduate();
    const handoverId = await asked(childId);
    await release(handoverId);
    await established(childId, handoverId);
    await established(childId, handoverId);
    expect(await act.told(handoverCompleted.type, childId)).toHaveLength(1);
  });

  it('keeps news of the record that comes before the release, and completes with the release [PRE-CHG-03]', async () => {
    const childId = await act.graduate();
    const handoverId = randomUUID();
    await established(childId, handoverId);
    await asked(childId, { handoverId });
    expect((await look(clerk, handoverId, 'state')).state).toBe('HANDOVER_REQUESTED');
    expect((await act.done(clerk, 'releaseHandover', { handoverId })).handover.state).toBe('ENROLLED_PRIMARY');
    expect((await act.look(clerk, childId, 'state')).state).toBe('ENROLLED_PRIMARY');
    const history = (await look(clerk, handoverId, 'history { command duty }')).history;
    expect(history).toEqual([{ command: 'request', duty: 'SYSTEM' }, { command: 'release', duty: 'REGISTRY_ADMIN' }, { command: 'accept', duty: 'SYSTEM' }]);
  });

  it('is not ended by a school that is not the receiving one [PRE-CHG-03]', async () => {
    const childId = await act.graduate();
    const handoverId = await asked(childId);
    await release(handoverId);
    await established(childId, handoverId, { schoolId: OTHER_SCHOOL });
    expect((await look(clerk, handoverId, 'state')).state).toBe('RELEASED');
  });

  it('leaves a graduate in the pool while no hand-over is finished, and closes a child that had left [PRE-CHG-07]', async () => {
    const graduate = await act.graduate();
    await established(graduate, null);
    expect(await places(graduate)).toEqual([['POOL', null]]);
    const left = await act.active();
    await act.done(clerk, 'leaveKindergarten', { childId: left });
    await established(left, null);
    expect(await places(left)).toEqual([['PRIMARY', null]]);
  });

  it('lists what is overdue for the institution and the levels above, page by page, and moves nothing [PRE-CHG-04] [GEN-FLOW-08]', async () => {
    const ids = [await asked(await act.graduate()), await asked(await act.graduate())];
    await release(ids[1]!);
    const list = `query($after: String) { handovers(overdue: true, first: 1, after: $after) { edges { node { id overdue } } pageInfo { hasNextPage endCursor } } }`;
    const overdue = async (actor: typeof clerk) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { data }: any = await service.query(actor, list, { after });
        seen.push(...data.handovers.edges.map((edge: any) => edge.node.id));
        after = data.handovers.pageInfo.hasNextPage ? data.handovers.pageInfo.endCursor : null;
      } while (after);
      return seen;
    };
    service.clock.set(new Date('2026-10-19T15:59:59Z'));
    expect(await overdue(clerk)).toEqual([]);
    service.clock.set(new Date('2026-10-19T16:00:00Z'));
    for (const actor of [clerk, county, city]) {
      const seen = await overdue(actor);
      expect(seen).toEqual(expect.arrayContaining(ids));
      expect(new Set(seen).size).toBe(seen.length);
    }
    expect(await overdue(actorFor('REGISTRY_ADMIN', 'b-610112'))).toEqual([]);
    expect((await look(clerk, ids[0]!, 'state overdue'))).toEqual({ state: 'HANDOVER_REQUESTED', overdue: true });
  });

  it('follows a kindergarten that changes its place in the tree [GEN-SCOPE-04]', async () => {
    const childId = await act.graduate();
    const handoverId = await asked(childId);
    const { divisionCode, name, schoolIdentifier } = demoOrganization(KINDERGARTEN);
    const move = (parentId: string, path: string, version: number) => service.deliver(organizationChanged, KINDERGARTEN, {
      organizationId: KINDERGARTEN, parentId, path, level: 'INSTITUTION', name, divisionCode, province: '61', schoolIdentifier: schoolIdentifier!, schoolType: '11', stages: ['PRESCHOOL'],
      status: 'ACTIVE', competentAuthorityId: parentId, version,
    });
    await move('b-610112', `${demoPath('b-610112')}${KINDERGARTEN}/`, 2);
    expect(await look(county, handoverId, 'id')).toBeNull();
    expect(await look(actorFor('REGISTRY_ADMIN', 'b-610112'), handoverId, 'child { id }')).toEqual({ child: { id: childId } });
    await move('b-610113', demoPath(KINDERGARTEN), 3);
    expect(await look(county, handoverId, 'child { id }')).toEqual({ child: { id: childId } });
  });
});
