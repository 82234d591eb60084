import { randomUUID } from 'node:crypto';
import type { Actor } from '@xueji/platform';
import { actorFor, demoOrganization, startTestService, type TestAnswer, type TestService } from '@xueji/testing';
import { registry } from '../../app';
import { clerkOf, establishPupils, graduateClass, openClass, type TestPupil } from '../record-status/pupils.fixture';

const PRIMARY = 's-2161000101';
const ANHUI_PRIMARY = 's-2134000101';
/** one in each county of Shaanxi, and one straight under a city */
const JUNIORS = ['s-3161000101', 's-3161000201', 's-3161000301', 's-3161000401', 's-3161000901'];
const [OWN, NEXT, FAR] = JUNIORS as [string, string, string];

const bureauOf = (schoolId: string): Actor => actorFor('REGISTRY_ADMIN', demoOrganization(schoolId).parentId!);

const PULL = `id state version stage dueAt dueRule overdue pupilName nationalStudentNumber availableCommands school { id } class { id } student { id }
  history { command realName organizationName reason }`;

describe('a graduate on the way to junior school', () => {
  let service: TestService;
  let lastClass: string;
  const classOf = new Map<string, string>();

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { now: '2026-09-10T02:00:00Z' });
    lastClass = await openClass(service, PRIMARY, 6);
    for (const school of JUNIORS) classOf.set(school, await openClass(service, school, 7));
  });
  afterAll(() => service.stop());

  const graduates = async (count: number, schoolId = PRIMARY, classId = lastClass) => {
    const pupils = await establishPupils(service, count, { schoolId, classId, grade: 6 });
    await graduateClass(service, schoolId, classId);
    return pupils;
  };
  const graduate = async () => (await graduates(1))[0]!;

  const give = (actor: Actor, mutation: string, type: string, input: object, fields = PULL): Promise<TestAnswer<any>> =>
    service.query(actor, `mutation($input: ${type}!) { ${mutation}(input: $input) { newcomerPull { ${fields} } } }`, { input: { requestId: randomUUID(), ...input } });
  const pull = (school: string, { name, number }: Pick<TestPupil, 'name' | 'number'>, classId = classOf.get(school)!, fields = PULL) =>
    give(clerkOf(school), 'pullGraduate', 'PullGraduateInput', { name, nationalStudentNumber: number, classId }, fields);
  const submit = (school: string, pullId: string) => give(clerkOf(school), 'submitNewcomerPull', 'NewcomerPullInput', { pullId }, 'id');
  const approve = (school: string, pullId: string, expectedVersion?: number, fields = PULL) => give(bureauOf(school), 'approveNewcomerPull', 'NewcomerPullInput', { pullId, expectedVersion }, fields);
  const refuse = (school: string, pullId: string, reason: string) => give(bureauOf(school), 'refuseNewcomerPull', 'RefuseNewcomerPullInput', { pullId, reason });

  const submitted = async (school: string, pupil: TestPupil): Promise<string> => {
    const { id } = (await pull(school, pupil, classOf.get(school)!, 'id')).data.pullGraduate.newcomerPull;
    await submit(school, id);
    return id;
  };
  const refusal = (answer: TestAnswer<any>) => answer.errors[0]?.extensions;
  const pullSeenBy = async (actor: Actor, id: string) => (await service.query(actor, `query($id: ID!) { newcomerPull(id: $id) { ${PULL} } }`, { id })).data.newcomerPull;
  const studentSeenBy = async (actor: Actor, id: string) => (await service.query(actor, `query($id: ID!) { student(id: $id) {
    id state grade stage name sex birthDate nationalStudentNumberFull regionalStudentNumber identityDocumentNumberFull school { id } class { id }
    timeline { kind fromSchool { id } toSchool { id } realName organizationName rule } } }`, { id })).data.student;
  const custody = (id: string) => service.dataSource.query('select place, holder_id from student_custody where student_id = $1', [id]);
  const toldOf = async (id: string, event: string) => (await service.told()).filter((each) => each.partitionkey === id && each.type.endsWith(`.${event}.v1`));

  it('is pulled by name and number, submitted and established at the new school [REG-ENROL-05]', async () => {
    const pupil = await graduate();
    const pulled = (await pull(OWN, pupil)).data.pullGraduate.newcomerPull;
    expect(pulled).toMatchObject({
      state: 'PULLED', stage: 'JUNIOR', pupilName: pupil.name, nationalStudentNumber: `G9999**********${pupil.number.slice(-4)}`, availableCommands: ['submit'], school: { id: OWN }, student: null,
      dueAt: '2026-09-20T15:59:59.000Z', dueRule: 'REG-ENROL-08', overdue: false,
    });
    await submit(OWN, pulled.id);
    expect(await pullSeenBy(bureauOf(OWN), pulled.id)).toMatchObject({ state: 'SUBMITTED', availableCommands: ['approve', 'refuse'] });
    expect(await custody(pupil.id)).toEqual([{ place: 'POOL', holder_id: null }]);
    const approved = (await approve(OWN, pulled.id)).data.approveNewcomerPull.newcomerPull;
    expect(approved).toMatchObject({ state: 'ESTABLISHED', dueAt: null, availableCommands: [] });
    expect(approved.history).toMatchObject([{ command: 'pull', realName: clerkOf(OWN).realName }, { command: 'submit' }, { command: 'approve', realName: bureauOf(OWN).realName }]);
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: OWN }]);
    expect(await toldOf(pupil.id, 'established')).toMatchObject([{ data: { via: 'INTAKE' } }, { data: { via: 'PULL', schoolId: OWN, stage: 'JUNIOR', grade: 7, classId: classOf.get(OWN) } }]);
  });

  it('keeps number and identity and gets a new regional number, nothing is asked again [REG-NUM-01] [REG-NUM-04] [GEN-DATA-02]', async () => {
    const pupil = await graduate();
    const before = await studentSeenBy(clerkOf(PRIMARY), pupil.id);
    await approve(OWN, await submitted(OWN, pupil));
    const after = await studentSeenBy(clerkOf(OWN), pupil.id);
    const { regionalStudentNumber, grade, stage, school, class: section, timeline, ...kept } = after;
    expect(kept).toEqual({ ...kept, ...Object.fromEntries(Object.keys(kept).map((key) => [key, before[key]])), state: 'ACTIVE' });
    expect({ grade, stage, school, section }).toEqual({ grade: 7, stage: 'JUNIOR', school: { id: OWN }, section: { id: classOf.get(OWN) } });
    expect(regionalStudentNumber).toMatch(/^6101132026200\d{3}$/);
    expect(regionalStudentNumber).not.toBe(before.regionalStudentNumber);
    expect(await service.dataSource.query('select count(*)::int as records from student where national_student_number = $1', [pupil.number])).toEqual([{ records: 1 }]);
    for (const field of ['sex', 'birthDate', 'identityDocumentNumber', 'ethnicity']) {
      const asked = await give(clerkOf(OWN), 'pullGraduate', 'PullGraduateInput', { name: pupil.name, nationalStudentNumber: pupil.number, classId: classOf.get(OWN), [field]: '1' });
      expect(asked.errors[0]!.message).toContain(field);
    }
  });

  it('takes the whole archive along: the old school finds it no more, the new one sees its past [TRF-GEN-06] [REG-DATA-01]', async () => {
    const pupil = await graduate();
    await approve(FAR, await submitted(FAR, pupil));
    expect(await studentSeenBy(clerkOf(PRIMARY), pupil.id)).toBeNull();
    const { timeline } = await studentSeenBy(clerkOf(FAR), pupil.id);
    expect(timeline).toMatchObject([
      { kind: 'ENROLMENT', toSchool: { id: PRIMARY } },
      { kind: 'GRADUATION', fromSchool: { id: PRIMARY }, organizationName: '示例区第一小学', realName: null },
      { kind: 'PROGRESSION', fromSchool: { id: PRIMARY }, toSchool: { id: FAR }, rule: 'REG-ENROL-05', realName: bureauOf(FAR).realName },
    ]);
    const province = await studentSeenBy(actorFor('REGISTRY_ADMIN', 'b-61'), pupil.id);
    expect(province.timeline[1].realName).toBe(clerkOf(PRIMARY).realName);
  });

  it.each([
    ['another name', (pupil: TestPupil) => ({ ...pupil, name: '示例他人' })],
    ['another number', (pupil: TestPupil) => ({ ...pupil, number: pupil.number.replace(/.$/, (last) => (last === '1' ? '2' : '1')) })],
    ['a part of the number', (pupil: TestPupil) => ({ ...pupil, number: pupil.number.slice(0, -1) })],
    ['a pattern', (pupil: TestPupil) => ({ ...pupil, name: '%', number: '%' })],
  ])('is not found by %s [REG-ENROL-05]', async (_, changed) => {
    const pupil = await graduate();
    expect(refusal(await pull(OWN, changed(pupil)))).toMatchObject({ code: 'GRADUATE_NOT_FOUND', rule: 'REG-ENROL-05', field: 'nationalStudentNumber' });
  });

  it('is found in the pool only: not while still at primary school, not in another province [REG-GRAD-08] [GEN-SCOPE-03]', async () => {
    const classId = await openClass(service, PRIMARY, 6, { number: '602' });
    const [inSchool] = await establishPupils(service, 1, { schoolId: PRIMARY, classId, grade: 6 });
    expect(refusal(await pull(OWN, inSchool!))).toMatchObject({ code: 'GRADUATE_NOT_FOUND' });
    const [elsewhere] = await graduates(1, ANHUI_PRIMARY, await openClass(service, ANHUI_PRIMARY, 6));
    expect(await custody(elsewhere!.id)).toEqual([{ place: 'POOL', holder_id: null }]);
    expect(refusal(await pull(OWN, elsewhere!))).toMatchObject({ code: 'GRADUATE_NOT_FOUND' });
  });

  it('is pulled by junior schools only, into their own first-grade classes [REG-ENROL-05] [REG-CLASS-03]', async () => {
    const pupil = await graduate();
    expect(refusal(await pull(PRIMARY, pupil, lastClass))).toMatchObject({ code: 'SCHOOL_NOT_JUNIOR' });
    expect(refusal(await pull(OWN, pupil, classOf.get(NEXT)))).toMatchObject({ code: 'CLASS_CANNOT_RECEIVE', field: 'classId' });
    expect(refusal(await pull(OWN, pupil, await openClass(service, OWN, 8)))).toMatchObject({ code: 'CLASS_CANNOT_RECEIVE' });
  });

  it('is pulled once per school, even by two clicks at the same instant [REG-ENROL-12]', async () => {
    for (const pupil of await graduates(5)) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => pull(OWN, pupil)));
      expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
      for (const answer of answers.filter(({ errors }) => errors.length > 0)) expect(refusal(answer)).toMatchObject({ code: 'PULL_ALREADY_HELD', rule: 'REG-ENROL-12' });
    }
  });

  it('is not pulled outside the window, which the refusal names [GEN-FLOW-07] [REG-ENROL-08]', async () => {
    const pupil = await graduate();
    const { id } = (await pull(OWN, pupil)).data.pullGraduate.newcomerPull;
    service.clock.set(new Date('2026-09-21T02:00:00Z'));
    expect(refusal(await pull(NEXT, pupil))).toMatchObject({ code: 'WINDOW_CLOSED', rule: 'GEN-FLOW-07', window: 'NEWCOMER_REGISTRATION', windowRule: 'REG-ENROL-08' });
    expect(await pullSeenBy(clerkOf(OWN), id)).toMatchObject({ state: 'PULLED', overdue: true });
    service.clock.set(new Date('2026-09-10T02:00:00Z'));
  });

  it('stays in the pool when the bureau refuses, and can be pulled again [GEN-FLOW-03] [REG-GRAD-08]', async () => {
    const pupil = await graduate();
    const id = await submitted(OWN, pupil);
    expect(refusal(await refuse(OWN, id, ' '))).toMatchObject({ code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03', field: 'reason' });
    const refused = (await refuse(OWN, id, '不在划片范围')).data.refuseNewcomerPull.newcomerPull;
    expect(refused).toMatchObject({ state: 'REJECTED', history: [{}, {}, { command: 'refuse', reason: '不在划片范围' }] });
    expect(await custody(pupil.id)).toEqual([{ place: 'POOL', holder_id: null }]);
    expect((await pull(OWN, pupil)).errors).toEqual([]);
  });

  it('is approved by the competent bureau of the pulling school only [GEN-SCOPE-04] [GEN-SCOPE-05]', async () => {
    const id = await submitted(OWN, await graduate());
    expect(refusal(await give(bureauOf(NEXT), 'approveNewcomerPull', 'NewcomerPullInput', { pullId: id }))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(refusal(await give(actorFor('REGISTRY_ADMIN', 'b-6101'), 'approveNewcomerPull', 'NewcomerPullInput', { pullId: id }))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(refusal(await give(clerkOf(OWN), 'approveNewcomerPull', 'NewcomerPullInput', { pullId: id }))).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    expect(refusal(await approve(OWN, id, 1))).toMatchObject({ code: 'VERSION_STALE', currentVersion: 2 });
    const direct = 's-3161000901';
    expect((await approve(direct, await submitted(direct, await graduate()))).errors).toEqual([]);
  });

  it('offers the commands of many pulls with the statements of one [GEN-FLOW-02]', async () => {
    for (const pupil of await graduates(3)) await submitted(OWN, pupil);
    const { logger } = service.dataSource;
    const statements: string[] = [];
    // The outbox relay works beside it.
    const logQuery = (sql: string) => void (/^(START TRANSACTION|COMMIT)$|pg_try_advisory|outbox_event/.test(sql) || statements.push(sql));
    service.dataSource.logger = { ...logger, logQuery } as never;
    const read = async (first: number) => {
      statements.length = 0;
      const { data } = await service.query(bureauOf(OWN), 'query($first: Int!) { newcomerPulls(state: "SUBMITTED", first: $first) { edges { node { availableCommands } } } }', { first });
      return { offered: data.newcomerPulls.edges.map((edge: any) => edge.node.availableCommands), statements: statements.length };
    };
    const one = await read(1);
    expect(await read(3)).toEqual({ offered: Array(3).fill(['approve', 'refuse']), statements: one.statements });
    service.dataSource.logger = logger;
  });

  it('is cleared at the other schools by the first approval, and they are told [REG-ENROL-07]', async () => {
    const pupil = await graduate();
    const winner = await submitted(OWN, pupil);
    const waiting = await submitted(NEXT, pupil);
    const pulled = (await pull(FAR, pupil)).data.pullGraduate.newcomerPull.id;
    await approve(OWN, winner);
    for (const [school, id] of [[NEXT, waiting], [FAR, pulled]] as const) {
      expect(await pullSeenBy(clerkOf(school), id)).toMatchObject({ state: 'CLEARED', availableCommands: [] });
      const { data } = await service.query(clerkOf(school), '{ notices(first: 100) { edges { node { kind subjectId } } } }');
      expect(data.notices.edges).toContainEqual({ node: { kind: 'PULL_CLEARED', subjectId: id } });
    }
    expect((await pullSeenBy(clerkOf(NEXT), waiting)).history.at(-1)).toMatchObject({ command: 'clear', realName: '系统' });
    expect((await toldOf(pupil.id, 'pullCleared')).map(({ aggregateid, data }) => [aggregateid, data.wonBySchoolId]).sort()).toEqual([[waiting, OWN], [pulled, OWN]].sort());
    expect(refusal(await approve(NEXT, waiting))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02', state: 'CLEARED' });
    expect(refusal(await pull(NEXT, pupil))).toMatchObject({ code: 'GRADUATE_NOT_FOUND' });
  });

  it('enters exactly one school when sixty graduates of two to four schools are approved at once [REG-ENROL-07]', async () => {
    const random = randomFrom(20260910);
    const pupils = await graduates(60);
    const cases: { pupil: TestPupil; school: string; id: string }[] = [];
    await inParallel(8, pupils, async (pupil) => {
      for (const school of shuffled(JUNIORS, random).slice(0, 2 + Math.floor(random() * 3))) cases.push({ pupil, school, id: await submitted(school, pupil) });
    });
    const answers = new Map<string, TestAnswer<any>>();
    await inParallel(8, shuffled(cases, random), async ({ school, id }) => void answers.set(id, await approve(school, id, undefined, 'id')));

    for (const pupil of pupils) {
      const own = cases.filter((each) => each.pupil === pupil);
      const won = own.filter(({ id }) => answers.get(id)!.errors.length === 0);
      expect(won).toHaveLength(1);
      expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: won[0]!.school }]);
      for (const { id, school } of own.filter((each) => each !== won[0])) {
        expect(refusal(answers.get(id)!)).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02', state: 'CLEARED' });
        expect(await service.dataSource.query(`select kind from notice where organization_id = $1 and subject_id = $2`, [school, id])).toEqual([{ kind: 'PULL_CLEARED' }]);
      }
    }
    const ids = [pupils.map(({ id }) => id)];
    expect(await service.dataSource.query(`select state, count(*)::int from newcomer_pull where student_id = any($1) group by 1 order by 1`, ids)).toEqual([{ state: 'CLEARED', count: cases.length - 60 }, { state: 'ESTABLISHED', count: 60 }]);
    expect(await service.dataSource.query(`select count(distinct regional_student_number)::int as numbers, count(*)::int as pupils, min(version) as least, max(version) as most from student where id = any($1)`, ids)).toEqual([{ numbers: 60, pupils: 60, least: 3, most: 3 }]);
    const told = (await service.told()).filter((event) => ids[0]!.includes(event.partitionkey));
    expect(told.filter(({ data }) => data.via === 'PULL')).toHaveLength(60);
    expect(told.filter(({ type }) => type.endsWith('.pullCleared.v1'))).toHaveLength(cases.length - 60);
  }, 180_000);

  it('is not pulled behind the back of the approval that clears [REG-ENROL-07]', async () => {
    for (const pupil of await graduates(12)) {
      const id = await submitted(OWN, pupil);
      const [, late] = await Promise.all([approve(OWN, id), pull(NEXT, pupil)]);
      const left = await service.dataSource.query(`select state from newcomer_pull where student_id = $1 and state in ('PULLED', 'SUBMITTED')`, [pupil.id]);
      expect(left).toEqual([]);
      if (late.errors.length > 0) expect(refusal(late)).toMatchObject({ code: 'GRADUATE_NOT_FOUND', rule: 'REG-ENROL-05' });
    }
  });
});

/** The same sequence in every run, so that a failure can be seen again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items.map((item) => [random(), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item);
}

async function inParallel<T>(clients: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: clients }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  }));
}
