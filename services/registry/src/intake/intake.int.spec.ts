import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childGraduated, childNumbered, handoverCompleted, handoverDeclined, handoverReleased } from '@xueji/contracts';
import { schemaDrift, type Actor } from '@xueji/platform';
import { actorFor, sampleJpeg, samplePdf, startTestService, type TestService } from '@xueji/testing';
import { registry } from '../app';
import { readWorkbook } from '../workbook';
import { workbookParts, zipOf } from '../workbook/workbook.fixture';
import { cellOf, HEADER, httpOf, identityNumber, pupilRow, workbookOf } from './intake.fixture';

const SCHOOL = 's-2161000101';
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);
const leader = actorFor('REGISTRY_LEADER', SCHOOL);
const bureau = actorFor('REGISTRY_ADMIN', 'b-610113');
const seeds = join(__dirname, '..', '..', '..', 'seeds', 'demo');

const REPORT = `query($id: ID!, $outcome: String, $after: String) { intakeBatch(id: $id) { rowCount acceptedCount refusedCount counts { state count }
  rows(first: 100, outcome: $outcome, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id row name outcome state version dueAt dueRule overdue availableCommands continuesArchive
    findings { field column code rule message } handover { id childId state dueAt dueRule overdue } class { number } student { id }
    history { version command fromState toState realName reason } } } } } }`;
const STEP = (command: string) => `mutation($input: IntakeStepInput!) { ${command}(input: $input) { decided held { row code rule message } batch { counts { state count } } } }`;

describe('the intake of primary newcomers', () => {
  let service: TestService;
  let http: ReturnType<typeof httpOf>;
  const filesDir = mkdtempSync(join(tmpdir(), 'intake-'));

  beforeAll(async () => {
    service = await startTestService(registry({ filesDir, allowSynthetic: true }), { now: '2026-09-10T02:00:00Z' });
    http = httpOf(service, (await service.listen(0)).url);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(filesDir, { recursive: true });
  });

  const report = async (id: string, { actor = clerk, outcome, language = 'zh-CN' }: { actor?: Actor; outcome?: string; language?: string } = {}) => {
    const rows: any[] = [];
    let batch: any;
    for (let after: string | null = null; ; ) {
      const answer = await service.query(actor, REPORT, { id, outcome, after }, language);
      expect(answer.errors).toEqual([]);
      batch = answer.data.intakeBatch;
      if (!batch) return { batch, rows };
      rows.push(...batch.rows.edges.map((edge: any) => edge.node));
      if (!batch.rows.pageInfo.hasNextPage) return { batch, rows };
      after = batch.rows.pageInfo.endCursor;
    }
  };
  const step = async (actor: Actor, command: string, batchId: string, more: object = {}) => service.query(actor, STEP(command), { input: { requestId: randomUUID(), batchId, ...more } });
  const decided = async (actor: Actor, command: string, batchId: string, more: object = {}) => {
    const answer = await step(actor, command, batchId, more);
    expect(answer.errors).toEqual([]);
    return answer.data[command] as { decided: number; held: { row: number; code: string; rule: string }[] };
  };
  const accepted = async (rows: string[][], actor = clerk) => {
    const { status, body } = await http.upload(actor, await workbookOf(rows));
    expect({ status, body }).toMatchObject({ status: 200, body: { rows: rows.length } });
    return body as { batchId: string; rows: number; accepted: number; refused: number };
  };
  const counted = async (table: string) => Number((await service.dataSource.query(`select count(*) from ${table}`))[0].count);
  const childOf = async (row: string[], state: 'ACTIVE' | 'GRADUATED', change: object = {}, childNumber = `G${cellOf(row, 'identityDocumentNumber')}`) => {
    const childId = randomUUID();
    const birth = cellOf(row, 'birthDate');
    const number = cellOf(row, 'identityDocumentNumber');
    const data = {
      childId, nationalStudentNumber: childNumber, numberType: childNumber.startsWith('G') ? 'FORMAL_ID' : 'FORMAL_GENERATED', institutionId: 's-1161000101',
      identity: { name: cellOf(row, 'name'), sex: cellOf(row, 'sex') as '1', birthDate: `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`, documentType: '1', documentNumber: number, ethnicity: '03', nationality: 'CHN', ...change },
    };
    await service.deliver(childNumbered, childId, data);
    if (state === 'GRADUATED') await service.deliver(childGraduated, childId, { ...data, guardian: null, graduatedOn: '2026-07-10' });
    return childId;
  };

  describe('before the school is set up', () => {
    it('takes no newcomers without year, then without class [REG-ENROL-03]', async () => {
      const workbook = await workbookOf([pupilRow()]);
      expect(await http.upload(clerk, workbook)).toMatchObject({ status: 422, body: { errors: [{ extensions: { code: 'SCHOOL_YEAR_MISSING', rule: 'REG-ENROL-03', field: 'year' } }] } });
      const early = await service.query(clerk, `mutation { createClass(input: { requestId: "class-too-early", year: 2026, grade: 1, number: "202601", name: "一年级(1)班" }) { class { id } } }`);
      expect(early.errors[0]!.extensions).toMatchObject({ code: 'SCHOOL_YEAR_MISSING', rule: 'REG-ENROL-03' });
      const opened = await service.query(clerk, `mutation { openSchoolYear(input: { requestId: "open-year-2026", year: 2026 }) { schoolYear { year grades terms { kind startsOn endsOn } school { id } } } }`);
      expect(opened.data.openSchoolYear.schoolYear).toMatchObject({ year: 2026, grades: [1, 2, 3, 4, 5, 6], terms: [{ kind: 'AUTUMN', startsOn: '2026-09-01' }, { kind: 'SPRING' }], school: { id: SCHOOL } });
      expect(await http.upload(clerk, workbook)).toMatchObject({ status: 422, body: { errors: [{ extensions: { code: 'CLASS_MISSING', rule: 'REG-ENROL-03' } }] } });
    });

    it('makes real classes only, each number once [REG-CLASS-01] [REG-CLASS-03]', async () => {
      const create = `mutation($input: CreateClassesInput!) { createClasses(input: $input) { classes { number name classTeacher classType schoolingSystem foundedYearMonth honoraryTitle grade } } }`;
      const classes = [1, 2, 3, 4, 5, 6].map((n) => ({ grade: 1, number: `20260${n}`, name: `一年级(${n})班`, classTeacher: n === 6 ? null : `示例班主任${n}` }));
      const give = (changed: object) => service.query(clerk, create, { input: { requestId: randomUUID(), year: 2026, classes, ...changed } });
      expect((await give({ classes: [{ ...classes[0], classType: 'VIRTUAL' }] })).errors[0]!.extensions).toMatchObject({ code: 'CLASS_TYPE_UNKNOWN', rule: 'REG-CLASS-03' });
      expect((await give({ classes: [{ ...classes[0], grade: 7 }] })).errors[0]!.extensions).toMatchObject({ code: 'GRADE_MISSING', rule: 'REG-ENROL-03' });
      const made = await give({});
      expect(made.errors).toEqual([]);
      expect(made.data.createClasses.classes[0]).toEqual({ number: '202601', name: '一年级(1)班', classTeacher: '示例班主任1', classType: '10', schoolingSystem: '2', foundedYearMonth: '202609', honoraryTitle: null, grade: 1 });
      expect((await give({})).errors[0]!.extensions).toMatchObject({ code: 'CLASS_NUMBER_TAKEN', rule: 'REG-CLASS-01' });
      expect(await counted('class_section')).toBe(6);
    });

    it('receives no pupil in a class without class teacher [REG-CLASS-03]', async () => {
      const { batchId } = await accepted([pupilRow({ classNumber: '202606', className: '一年级(6)班' })]);
      expect((await report(batchId)).rows[0]).toMatchObject({ outcome: 'REFUSED', findings: [{ field: 'classNumber', code: 'CLASS_WITHOUT_TEACHER', rule: 'REG-CLASS-03' }] });
      const { data } = await service.query(clerk, '{ classes(first: 100, grade: 1) { edges { node { id number } } } }');
      const classId = data.classes.edges.find((edge: any) => edge.node.number === '202606').node.id;
      const assign = `mutation($input: AssignClassTeacherInput!) { assignClassTeacher(input: $input) { class { classTeacher } } }`;
      expect((await service.query(actorFor('REGISTRY_ADMIN', 's-2161000102'), assign, { input: { requestId: randomUUID(), classId, classTeacher: '他校' } })).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
      expect((await service.query(clerk, assign, { input: { requestId: randomUUID(), classId, classTeacher: '示例班主任6' } })).data.assignClassTeacher.class.classTeacher).toBe('示例班主任6');
    });
  });

  describe('the demonstration workbook', () => {
    const workbook = readFileSync(join(seeds, 'intake-2026-grade1.xlsx'));
    const expected = JSON.parse(readFileSync(join(seeds, 'intake-2026-grade1.expected.json'), 'utf8')) as { accepted: number; refused: { row: number; field: string }[] };
    let batchId: string;

    it('is taken in with the verdicts it was made for, and once only [REG-ENROL-04] [REG-DATA-04]', async () => {
      const requestId = randomUUID();
      const first = await http.upload(clerk, workbook, { requestId });
      expect(first).toMatchObject({ status: 200, body: { rows: 240, accepted: expected.accepted, refused: 12 } });
      const rows = await counted('newcomer');
      expect(await http.upload(clerk, workbook, { requestId })).toEqual(first);
      expect(await counted('newcomer')).toBe(rows);
      batchId = first.body.batchId;
      expect(readdirSync(join(filesDir, 'intake'))).toHaveLength(await counted('intake_batch'));
      const refused = (await report(batchId, { outcome: 'REFUSED' })).rows;
      expect(refused.map((row) => row.row)).toEqual(expected.refused.map((row) => row.row));
      for (const { row, field } of expected.refused) expect({ row, fields: refused.find((each) => each.row === row).findings.map((found: any) => found.field) }).toEqual({ row, fields: expect.arrayContaining([field]) });
      expect((await report(batchId)).batch.counts).toEqual([{ state: 'DRAFT', count: 12 }, { state: 'VALIDATED', count: 228 }]);
    });

    it('names each fault in the language asked for', async () => {
      const [zh, en] = await Promise.all(['zh-CN', 'en'].map(async (language) => (await report(batchId, { outcome: 'REFUSED', language })).rows[0].findings[0]));
      expect(zh).toMatchObject({ code: 'IDENTITY_NUMBER_CHECK_WRONG', column: 12, message: '身份证号校验码不正确' });
      expect(en.message).toBe('The check character of the ID number is wrong');
    });

    it('comes back with a column of verdicts, to its own school only', async () => {
      const answer = await http.get(clerk, `/downloads/intake/${batchId}.xlsx`);
      const path = join(filesDir, 'report.xlsx');
      writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
      const sheet = await readWorkbook(path);
      let rows = 0;
      for await (const _ of sheet.rows) rows += 1;
      expect({ status: answer.status, rows, columns: sheet.header.length }).toEqual({ status: 200, rows: 240, columns: 78 });
      expect((await http.get(bureau, `/downloads/intake/${batchId}.xlsx`)).status).toBe(422);
      expect((await http.get(actorFor('REGISTRY_ADMIN', 's-2161000102'), `/downloads/intake/${batchId}.xlsx`)).status).toBe(404);
      expect((await http.get(clerk, '/downloads/intake/..%2f..%2fetc.xlsx')).status).toBe(404);
    });

    it('is not seen from another county [ACC-PERM-03]', async () => {
      const stranger = actorFor('REGISTRY_ADMIN', 'b-610112');
      expect((await report(batchId, { actor: stranger })).batch).toBeNull();
      expect((await step(stranger, 'approveIntake', batchId)).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    });

    it('becomes 228 records through clerk, leader and bureau, with numbers the system gave [REG-ENROL-04] [REG-NUM-01] [REG-NUM-03] [REG-NUM-08] [REG-DATA-02]', async () => {
      expect((await decided(clerk, 'submitIntake', batchId)).decided).toBe(228);
      expect((await step(bureau, 'approveIntake', batchId)).data.approveIntake).toMatchObject({ decided: 0, held: [] });
      expect(await counted('student')).toBe(0);
      expect((await decided(leader, 'passIntake', batchId)).decided).toBe(228);
      expect(await counted('student')).toBe(0);
      const approval = await decided(bureau, 'approveIntake', batchId);
      expect(approval).toMatchObject({ decided: 228, held: [] });
      const students = await service.dataSource.query(`select count(distinct national_student_number)::int as numbers, count(distinct regional_student_number)::int as regional, bool_and(national_student_number = 'G' || document_number) as own, bool_and(school_id = $1) as here from student`, [SCHOOL]);
      expect(students).toEqual([{ numbers: 228, regional: 228, own: true, here: true }]);
      const told = (await service.told()).filter((event) => event.type.endsWith('student.established.v1'));
      expect(told).toHaveLength(228);
      expect(told[0]!.data).toMatchObject({ via: 'INTAKE', childId: null, handoverId: null, schoolId: SCHOOL, stage: 'PRIMARY', grade: 1 });
      const [row] = (await report(batchId, { outcome: 'ACCEPTED' })).rows;
      expect(row.history.map((each: any) => [each.command, each.toState, each.realName])).toEqual([
        ['import', 'VALIDATED', clerk.realName], ['submit', 'SCHOOL_REVIEW', clerk.realName], ['pass', 'SUBMITTED', leader.realName], ['approve', 'ESTABLISHED', bureau.realName],
      ]);
    });

    it('shows numbers whole to who may see them and masked to the rest, and to nobody elsewhere', async () => {
      const ask = `{ students(first: 1) { edges { node { id name nationalStudentNumber identityDocumentNumber enteredBy { realName } auditedBy { realName } school { id } class { number name } familyMembers { relationship } } } } }`;
      const node = (await service.query(leader, ask)).data.students.edges[0].node;
      expect(node).toMatchObject({ nationalStudentNumber: expect.stringMatching(/^G9999\*{10}[\dX]{4}$/), identityDocumentNumber: expect.stringMatching(/^9999\*{10}[\dX]{4}$/), enteredBy: { realName: clerk.realName }, auditedBy: { realName: bureau.realName }, school: { id: SCHOOL }, familyMembers: [{}, {}] });
      const full = '{ students(first: 1) { edges { node { nationalStudentNumberFull identityDocumentNumberFull } } } }';
      expect((await service.query(leader, full)).errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
      expect((await service.query(bureau, full)).data.students.edges[0].node.nationalStudentNumberFull).toMatch(/^G9999\d{13}[\dX]$/);
      const elsewhere = actorFor('REGISTRY_ADMIN', 's-2161000102');
      expect((await service.query(elsewhere, ask)).data.students.edges).toEqual([]);
      expect((await service.query(elsewhere, 'query($id: ID!) { student(id: $id) { id } }', { id: node.id })).data.student).toBeNull();
    });

    it('resolves a thousand references with one statement, and only those of the area', async () => {
      const ids = (await service.dataSource.query('select id from student limit 200')).map((row: { id: string }) => row.id) as string[];
      const representations = Array.from({ length: 1000 }, (_, i) => ({ __typename: 'Student', id: ids[i % ids.length] }));
      const entities = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Student { id name } } }';
      const log = jest.spyOn(service.dataSource.manager, 'createQueryBuilder');
      const seen = await service.query(bureau, entities, { r: representations });
      expect(log).toHaveBeenCalledTimes(1);
      log.mockRestore();
      expect(seen.data._entities.filter((entity: any) => entity?.name)).toHaveLength(1000);
      expect((await service.query(actorFor('REGISTRY_ADMIN', 'b-610112'), entities, { r: representations.slice(0, 3) })).data._entities).toEqual([null, null, null]);
    });

    it('lets nothing in twice: every good row is refused when the workbook comes again [REG-ENROL-12]', async () => {
      const again = await http.upload(clerk, workbook);
      expect(again.body).toMatchObject({ accepted: 0, refused: 240 });
      const findings = (await report(again.body.batchId)).rows.flatMap((row) => row.findings.map((found: any) => `${found.code} ${found.rule}`));
      expect(findings.filter((found) => found === 'STUDENT_DUPLICATE REG-ENROL-12')).toHaveLength(228);
    });
  });

  describe('a child from kindergarten', () => {
    it('keeps number and identity of the archive, once the kindergarten has released it [REG-NUM-02] [PRE-GRAD-02] [PRE-CHG-03] [PRE-CHG-04]', async () => {
      const row = pupilRow();
      const numberOfKindergarten = `J${identityNumber('20200202', '001')}`;
      const childId = await childOf(row, 'GRADUATED', {}, numberOfKindergarten);
      const { batchId } = await accepted([row, pupilRow()]);
      expect((await report(batchId)).rows.map((each) => each.continuesArchive)).toEqual([true, false]);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      const { handover } = (await report(batchId)).rows[0];
      expect(handover).toMatchObject({ childId, state: 'REQUESTED', dueAt: '2026-10-28T15:59:59.000Z', dueRule: 'PRE-CHG-04', overdue: false });
      expect((await service.told()).find((event) => event.type === 'cn.xueji.registry.handover.requested.v1' && event.partitionkey === childId)!.data).toEqual({ handoverId: handover.id, childId, receivingSchoolId: SCHOOL, requestedOn: '2026-09-10' });

      expect(await decided(bureau, 'approveIntake', batchId)).toMatchObject({ decided: 1, held: [{ row: 2, code: 'HANDOVER_NOT_RELEASED', rule: 'PRE-CHG-03' }] });
      expect((await report(batchId)).rows[0]).toMatchObject({ state: 'SUBMITTED', version: 3, dueAt: '2026-09-20T15:59:59.000Z', dueRule: 'REG-ENROL-08', overdue: false });
      service.clock.set(new Date('2026-10-29T02:00:00Z'));
      const overdue = await service.query(bureau, '{ primaryHandovers(first: 100, overdue: true) { edges { node { id state overdue availableCommands history { command } } } } }');
      expect(overdue.data.primaryHandovers.edges).toEqual([{ node: { id: handover.id, state: 'REQUESTED', overdue: true, availableCommands: [], history: [{ command: 'request' }] } }]);
      expect((await report(batchId)).rows[0]).toMatchObject({ state: 'SUBMITTED', overdue: true });
      service.clock.set(new Date('2026-09-10T02:00:00Z'));
      await service.deliver(handoverReleased, childId, { handoverId: handover.id, childId, institutionId: 's-1161000101', receivingSchoolId: SCHOOL });
      expect(await decided(bureau, 'approveIntake', batchId)).toMatchObject({ decided: 1, held: [] });
      const [student] = await service.dataSource.query('select * from student where id = $1', [childId]);
      expect(student).toMatchObject({ child_id: childId, national_student_number: numberOfKindergarten, number_type: 'FORMAL_GENERATED', ethnicity: '03', name: cellOf(row, 'name') });
      expect((await service.told()).find((event) => event.type.endsWith('student.established.v1') && event.partitionkey === childId)!.data).toMatchObject({ childId, handoverId: handover.id });

      await service.deliver(handoverCompleted, childId, { handoverId: handover.id, childId, institutionId: 's-1161000101', receivingSchoolId: SCHOOL });
      expect((await report(batchId)).rows[0].handover.state).toBe('COMPLETED');
      expect((await service.query(bureau, '{ primaryHandovers(first: 100, overdue: true) { edges { node { id } } } }')).data.primaryHandovers.edges).toEqual([]);
      expect(await service.dataSource.query('select state from preschool_child where id = $1', [childId])).toEqual([{ state: 'HANDED_OVER' }]);
    });

    it('gets no record while still in kindergarten, and is taken once it has graduated [REG-ENROL-10]', async () => {
      const row = pupilRow();
      const childId = await childOf(row, 'ACTIVE');
      const { batchId } = await accepted([row]);
      expect((await report(batchId)).rows[0]).toMatchObject({ outcome: 'REFUSED', state: 'DRAFT', availableCommands: ['validate'], findings: [{ code: 'CHILD_STILL_IN_KINDERGARTEN', rule: 'REG-ENROL-10' }] });
      await service.deliver(childGraduated, childId, {
        childId, nationalStudentNumber: `G${cellOf(row, 'identityDocumentNumber')}`, numberType: 'FORMAL_ID', institutionId: 's-1161000101', guardian: null, graduatedOn: '2026-07-10',
        identity: { name: cellOf(row, 'name'), sex: '1', birthDate: cellOf(row, 'birthDate').replace(/(....)(..)(..)/, '$1-$2-$3'), documentType: '1', documentNumber: cellOf(row, 'identityDocumentNumber'), ethnicity: '01', nationality: 'CHN' },
      });
      await decided(clerk, 'validateIntake', batchId);
      expect((await report(batchId)).rows[0]).toMatchObject({ outcome: 'ACCEPTED', state: 'VALIDATED', continuesArchive: true, findings: [] });
    });

    it('is refused where the row says another name than the archive [PRE-GRAD-02] [REG-DATA-07]', async () => {
      const row = pupilRow();
      await childOf(row, 'GRADUATED', { name: '档案名' });
      const { batchId } = await accepted([row]);
      expect((await report(batchId)).rows[0]).toMatchObject({ outcome: 'REFUSED', continuesArchive: false, findings: [{ field: 'name', rule: 'PRE-GRAD-02' }] });
    });

    it('goes back to the school with the reason when the kindergarten declines, and can be asked for again', async () => {
      const row = pupilRow();
      const childId = await childOf(row, 'GRADUATED');
      const { batchId } = await accepted([row]);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      const first = (await report(batchId)).rows[0].handover;
      await service.deliver(handoverDeclined, childId, { handoverId: first.id, childId, receivingSchoolId: SCHOOL, code: 'CHILD_DATA_FAULT', rule: 'PRE-CHG-03' });
      expect((await report(batchId)).rows[0]).toMatchObject({ state: 'DRAFT', outcome: 'REFUSED', handover: { state: 'DECLINED' }, findings: [{ field: 'handover', code: 'CHILD_DATA_FAULT', rule: 'PRE-CHG-03' }] });
      await decided(clerk, 'validateIntake', batchId);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      const second = (await report(batchId)).rows[0].handover;
      expect(second).toMatchObject({ state: 'REQUESTED' });
      expect(second.id).not.toBe(first.id);
    });
  });

  it('asks the kindergarten once for a child whose row was refused and uploaded anew, and brings its answer to the new row [PRE-CHG-03]', async () => {
    const row = pupilRow();
    const childId = await childOf(row, 'GRADUATED');
    const old = await accepted([row]);
    await decided(clerk, 'submitIntake', old.batchId);
    await decided(leader, 'passIntake', old.batchId);
    await decided(bureau, 'refuseIntake', old.batchId, { reason: '住址有误' });
    const { batchId } = await accepted([row]);
    await decided(clerk, 'submitIntake', batchId);
    await decided(leader, 'passIntake', batchId);
    expect((await service.told()).filter((event) => event.type === 'cn.xueji.registry.handover.requested.v1' && event.partitionkey === childId)).toHaveLength(1);
    const { handover } = (await report(batchId)).rows[0];
    await service.deliver(handoverDeclined, childId, { handoverId: handover.id, childId, receivingSchoolId: SCHOOL, code: 'CHILD_DATA_FAULT', rule: 'PRE-CHG-03' });
    expect((await report(batchId)).rows[0]).toMatchObject({ state: 'DRAFT', findings: [{ code: 'CHILD_DATA_FAULT' }] });
  });

  it('gives each of a thousand rows its verdict and says where to go on', async () => {
    const { batchId } = await accepted(Array.from({ length: 1002 }, () => ['示例区第一小学']));
    const ask = `mutation($input: IntakeStepInput!) { validateIntake(input: $input) { decided nextAfterRow } }`;
    const more = async (afterRow: number | null) => (await service.query(clerk, ask, { input: { requestId: randomUUID(), batchId, afterRow } })).data.validateIntake;
    expect(await more(null)).toEqual({ decided: 1000, nextAfterRow: 1001 });
    expect(await more(1001)).toEqual({ decided: 2, nextAfterRow: null });
    expect((await step(clerk, 'validateIntake', batchId, { rows: Array.from({ length: 1001 }, (_, row) => ({ row })) })).errors[0]!.extensions).toMatchObject({ code: 'ROWS_TOO_MANY', field: 'rows' });
  });

  describe('reviews', () => {
    it('hold back single rows, need a reason to refuse, and leave no record behind [GEN-FLOW-03] [GEN-FLOW-04]', async () => {
      const { batchId } = await accepted([pupilRow(), pupilRow(), pupilRow()]);
      const students = await counted('student');
      await decided(clerk, 'submitIntake', batchId);
      const nothing = await decided(leader, 'returnIntake', batchId, { rows: [{ row: 2 }] });
      expect(nothing).toMatchObject({ decided: 0, held: [{ row: 2, code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03' }] });
      expect((await decided(leader, 'returnIntake', batchId, { rows: [{ row: 2 }], reason: '住址不全' })).decided).toBe(1);
      expect(await decided(leader, 'passIntake', batchId, { rows: [{ row: 2 }, { row: 3, expectedVersion: 1 }, { row: 4, expectedVersion: 2 }, { row: 99 }] })).toMatchObject({
        decided: 1,
        held: [{ row: 2, code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' }, { row: 3, code: 'VERSION_STALE', rule: 'GEN-FLOW-02' }, { row: 99, code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' }],
      });
      await decided(bureau, 'refuseIntake', batchId, { reason: '材料不实' });
      const { rows } = await report(batchId);
      expect(rows.map((row) => row.state)).toEqual(['DRAFT', 'SCHOOL_REVIEW', 'DRAFT']);
      expect(rows[2].history.at(-1)).toMatchObject({ command: 'refuse', fromState: 'SUBMITTED', reason: '材料不实' });
      expect(await counted('student')).toBe(students);
    });

    it('answer a repeated request with the first verdict and act once', async () => {
      const { batchId } = await accepted([pupilRow()]);
      const requestId = randomUUID();
      const first = await step(clerk, 'submitIntake', batchId, { requestId });
      expect((await step(clerk, 'submitIntake', batchId, { requestId })).data.submitIntake.decided).toBe(first.data.submitIntake.decided);
      expect((await report(batchId)).rows[0].version).toBe(2);
    });

    it.each([
      ['a leader cannot submit', leader, 'submitIntake', 'ACC-DUTY-02'],
      ['a clerk cannot pass', clerk, 'passIntake', 'ACC-DUTY-03'],
      ['a clerk cannot approve', clerk, 'approveIntake', 'ACC-DUTY-04'],
      ['a bureau leader cannot approve', actorFor('REGISTRY_LEADER', 'b-610113'), 'approveIntake', 'ACC-DUTY-04'],
    ])('are kept apart: %s', async (_, actor, command, rule) => {
      expect((await step(actor, command, 'any')).errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN', rule });
    });

    it('of the city are no use: only the competent authority approves [GEN-SCOPE-04]', async () => {
      const { batchId } = await accepted([pupilRow()]);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      expect(await decided(actorFor('REGISTRY_ADMIN', 'b-6101'), 'approveIntake', batchId)).toMatchObject({ decided: 0, held: [{ code: 'ACTOR_NOT_PERMITTED' }] });
    });
  });

  describe('a pupil without an ID number', () => {
    const without = { identityDocumentType: 'Z', identityDocumentNumber: '' };

    it('gets a temporary number of the system and is recognised by name, sex and birth date [REG-NUM-03] [REG-ENROL-12]', async () => {
      const row = pupilRow({ ...without, name: '无证生', birthDate: '20200303' });
      const { batchId } = await accepted([row]);
      const twin = await accepted([row]);
      expect((await report(twin.batchId)).rows[0].findings).toMatchObject([{ field: 'name', code: 'NEWCOMER_DUPLICATE', rule: 'REG-ENROL-12' }]);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      expect((await decided(bureau, 'approveIntake', batchId)).decided).toBe(1);
      const [student] = await service.dataSource.query(`select national_student_number as number, number_type, identifier_source from student where name = '无证生'`);
      expect(student).toEqual({ number: expect.stringMatching(/^L610113202003035\d{3}$/), number_type: 'TEMPORARY', identifier_source: 'NONE' });
    });

    it('at another school is refused when the same child comes with an ID number later [REG-ENROL-12]', async () => {
      const { batchId } = await accepted([pupilRow({ name: '无证生', birthDate: '20200303', identityDocumentNumber: identityNumber('20200303', '103') })]);
      expect((await report(batchId)).rows[0].findings.map((found: any) => found.code)).toContain('STUDENT_DUPLICATE');
    });
  });

  it('goes on from the archive of a child whose kindergarten is heard of after the record was made, and asks for the child then [REG-NUM-02] [PRE-CHG-03]', async () => {
    const row = pupilRow();
    const { batchId } = await accepted([row]);
    await decided(clerk, 'submitIntake', batchId);
    await decided(leader, 'passIntake', batchId);
    expect(await decided(bureau, 'approveIntake', batchId)).toMatchObject({ decided: 1, held: [] });
    const number = `G${cellOf(row, 'identityDocumentNumber')}`;
    const before = (await service.told()).length;
    const childId = await childOf(row, 'GRADUATED', {}, number);
    const [student] = await service.dataSource.query('select id, child_id, state, version from student where national_student_number = $1', [number]);
    expect(student).toMatchObject({ child_id: childId, state: 'ACTIVE', version: 2 });
    const told = (await service.told()).slice(before);
    expect(told.map((event) => event.type)).toEqual(['cn.xueji.registry.handover.requested.v1', 'cn.xueji.registry.student.established.v1']);
    expect(told[1]!.data).toMatchObject({ studentId: student.id, childId, handoverId: told[0]!.data.handoverId, schoolId: SCHOOL });
  });

  it('lists the kindergarten graduates of a county to its bureau, and to nobody else [PRE-GRAD-01] [ACC-PERM-03]', async () => {
    const row = pupilRow();
    const childId = await childOf(row, 'GRADUATED', {}, `G${cellOf(row, 'identityDocumentNumber')}`);
    const query = '{ kindergartenGraduates(first: 100) { edges { node { id name institutionName nationalStudentNumber } } } }';
    const { data } = await service.query(bureau, query);
    expect(data.kindergartenGraduates.edges.find((edge: any) => edge.node.id === childId).node).toMatchObject({ name: cellOf(row, 'name'), institutionName: '示例区第一幼儿园', nationalStudentNumber: expect.stringMatching(/^G9999\*+\d{3}[\dX]$/) });
    expect((await service.query(actorFor('REGISTRY_ADMIN', 'b-610112'), query)).data.kindergartenGraduates.edges).toEqual([]);
    expect((await service.query(clerk, query)).errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
  });

  it('reports pupils without a document under a guardian\'s number where the province wants it, siblings too [REG-NUM-05]', async () => {
    const school = 's-2134000101';
    const anhui = actorFor('REGISTRY_ADMIN', school);
    const create = `mutation($year: OpenSchoolYearInput!, $class: CreateClassInput!) { openSchoolYear(input: $year) { schoolYear { id } } createClass(input: $class) { class { id } } }`;
    await service.query(anhui, create, { year: { requestId: randomUUID(), year: 2026 }, class: { requestId: randomUUID(), year: 2026, grade: 1, number: '1', name: '一班', classTeacher: '示例' } });
    const at = { schoolName: '示例瑶海区第一小学', schoolIdentifier: '2134000101', classNumber: '1', className: '一班', identityDocumentType: 'Z', identityDocumentNumber: '', birthDate: '20200404' };
    const { batchId } = await accepted([pupilRow({ ...at, name: '无证甲' }), pupilRow({ ...at, name: '无证乙' })], anhui);
    for (const [actor, command] of [[anhui, 'submitIntake'], [actorFor('REGISTRY_LEADER', school), 'passIntake'], [actorFor('REGISTRY_ADMIN', 'b-340102'), 'approveIntake']] as const) {
      expect((await decided(actor, command, batchId)).decided).toBe(2);
    }
    const made = await service.dataSource.query('select identifier_source, document_number, national_student_number as number from student where school_id = $1 order by national_student_number', [school]);
    expect(made).toEqual([5001, 5002].map((sequence) => ({ identifier_source: 'GUARDIAN_ID', document_number: null, number: `L34010220200404${sequence}` })));
  });

  describe('photo and card', () => {
    const jpeg = sampleJpeg();
    const pdf = samplePdf('signed card');
    let newcomer: { id: string; row: number };

    beforeAll(async () => {
      const { batchId } = await accepted([pupilRow(), pupilRow()]);
      await decided(clerk, 'submitIntake', batchId);
      await decided(leader, 'passIntake', batchId);
      await decided(bureau, 'approveIntake', batchId, { rows: [{ row: 2 }] });
      const { rows } = await report(batchId);
      newcomer = rows[0];
      expect((await http.uploadFile(clerk, rows[1].id, 'PHOTO', jpeg)).body.errors[0].extensions).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02' });
    });

    it('come in that order, known by their content [REG-DATA-10]', async () => {
      expect((await http.uploadFile(clerk, newcomer.id, 'CARD_SCAN', pdf)).body.errors[0].extensions).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
      expect((await http.uploadFile(clerk, newcomer.id, 'PHOTO', pdf)).body.errors[0].extensions).toMatchObject({ code: 'FILE_TYPE_REFUSED', rule: 'REG-DATA-10', field: 'file' });
      expect((await http.uploadFile(clerk, newcomer.id, 'PHOTO', Buffer.from('MZ..not.a.picture'))).body.errors[0].extensions).toMatchObject({ code: 'FILE_TYPE_REFUSED' });
      expect((await http.uploadFile(clerk, newcomer.id, 'PHOTO', jpeg, `requestId=${randomUUID()}&expectedVersion=3`)).body.errors[0].extensions).toMatchObject({ code: 'VERSION_STALE', currentVersion: 4 });
      const requestId = randomUUID();
      const photo = await http.uploadFile(clerk, newcomer.id, 'PHOTO', jpeg, `requestId=${requestId}&expectedVersion=4`);
      expect(photo).toEqual({ status: 200, body: { newcomerId: newcomer.id, state: 'PHOTO_DONE', version: 5 } });
      expect(await http.uploadFile(clerk, newcomer.id, 'PHOTO', jpeg, `requestId=${requestId}&expectedVersion=4`)).toEqual(photo);
      expect((await http.uploadFile(clerk, newcomer.id, 'CARD_SCAN', pdf)).body).toMatchObject({ state: 'CARD_FILED' });
    });

    it('are taken from the own school only, in size and kind [ACC-DUTY-02] [ACC-PERM-03]', async () => {
      expect((await http.uploadFile(actorFor('REGISTRY_ADMIN', 's-2161000102'), newcomer.id, 'PHOTO', jpeg)).body.errors[0].extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
      expect((await http.uploadFile(leader, newcomer.id, 'PHOTO', jpeg)).body.errors[0].extensions).toMatchObject({ code: 'DUTY_NOT_PERMITTED', rule: 'ACC-DUTY-02' });
      expect((await http.uploadFile(clerk, newcomer.id, 'MOVIE', jpeg)).body.errors[0].extensions).toMatchObject({ code: 'FILE_KIND_UNKNOWN', field: 'kind' });
      expect((await http.uploadFile(clerk, newcomer.id, 'PHOTO', Buffer.concat([jpeg, Buffer.alloc(5 << 20)]))).body.errors[0].extensions).toMatchObject({ code: 'FILE_TOO_LARGE' });
    });
  });

  describe('bad input', () => {
    let before: { newcomers: number; batches: number; steps: number; files: number };
    const stored = async () => ({ newcomers: await counted('newcomer'), batches: await counted('intake_batch'), steps: await counted('case_step'), files: readdirSync(join(filesDir, 'intake')).length });
    const expectRefusal = async (answer: Promise<{ status: number; body: any }>, extensions: object) => {
      const { status, body } = await answer;
      expect(body).toMatchObject({ errors: [{ message: expect.any(String), extensions }] });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    };
    beforeEach(async () => {
      before = await stored();
    });
    afterEach(async () => expect(await stored()).toEqual(before));

    it('that is no workbook leaves nothing behind', async () => {
      await expectRefusal(http.upload(clerk, Buffer.from('hello')), { code: 'FILE_NOT_XLSX', rule: 'REG-DATA-04', field: 'file' });
      await expectRefusal(http.upload(clerk, Buffer.alloc(0)), { code: 'FILE_EMPTY', field: 'file' });
    });

    it('with another header row is told the columns that differ [REG-DATA-04]', async () => {
      const header = HEADER.map((title) => (title === '邮政编码' ? '邮编' : title));
      await expectRefusal(http.upload(clerk, await workbookOf([pupilRow()], header)), { code: 'INTAKE_HEADERS_DIFFER', rule: 'REG-DATA-04', missing: ['邮政编码'], unexpected: ['邮编'], misplaced: [] });
    });

    it('that unpacks to far more than a workbook is stopped', async () => {
      const bomb = await zipOf(workbookParts('', { 'xl/worksheets/sheet1.xml': Buffer.alloc(120 << 20, 0x20) }));
      await expectRefusal(http.upload(clerk, bomb), { code: 'FILE_ZIP_BOMB', rule: 'REG-DATA-04' });
    });

    it('without rows is refused', async () => {
      await expectRefusal(http.upload(clerk, await workbookOf([])), { code: 'SHEET_EMPTY', rule: 'REG-DATA-04' });
    });

    it('of 20,001 rows is refused whole', async () => {
      const rows = Array.from({ length: 20_001 }, () => ['示例区第一小学', randomUUID()]);
      await expectRefusal(http.upload(clerk, await workbookOf(rows)), { code: 'SHEET_TOO_MANY_ROWS', rule: 'REG-DATA-04' });
    });

    it('of more than 20 MB is refused before it is read', async () => {
      await expectRefusal(http.upload(clerk, Buffer.alloc((20 << 20) + 1)), { code: 'FILE_TOO_LARGE', field: 'file' });
    });

    it('from the wrong person is refused [ACC-DUTY-02]', async () => {
      const workbook = await workbookOf([pupilRow()]);
      for (const actor of [leader, bureau, actorFor('CLASS_TEACHER', SCHOOL)]) await expectRefusal(http.upload(actor, workbook), { code: 'DUTY_NOT_PERMITTED', rule: 'ACC-DUTY-02' });
      await expectRefusal(http.upload(null, workbook), { code: 'UNAUTHENTICATED' });
      await expectRefusal(http.upload({ ...clerk, realNameVerified: false }, workbook), { code: 'ACTOR_NOT_REAL_NAME', rule: 'ACC-AUDIT-02' });
    });

    it('from a kindergarten, a junior school or an unknown one is refused [GEN-SCOPE-01]', async () => {
      const workbook = await workbookOf([pupilRow()]);
      for (const id of ['s-1161000101', 's-3161000101']) await expectRefusal(http.upload(actorFor('REGISTRY_ADMIN', id), workbook), { code: 'SCHOOL_NOT_PRIMARY', rule: 'GEN-SCOPE-01' });
      await expectRefusal(http.upload({ ...clerk, organizationId: 's-nowhere' }, workbook), { code: 'ACTOR_NOT_PERMITTED', rule: 'GEN-FLOW-02' });
    });

    it('outside the window is refused, naming it [GEN-FLOW-07] [REG-ENROL-08]', async () => {
      const workbook = await workbookOf([pupilRow()]);
      service.clock.set(new Date('2026-09-21T02:00:00Z'));
      try {
        await expectRefusal(http.upload(clerk, workbook, { language: 'en' }), { code: 'WINDOW_CLOSED', rule: 'GEN-FLOW-07', windowRule: 'REG-ENROL-08', opensAt: '2027-08-24T16:00:00.000Z' });
      } finally {
        service.clock.set(new Date('2026-09-10T02:00:00Z'));
      }
    });

    it('without a request id, or with one used for another file, is refused', async () => {
      await expectRefusal(http.upload(clerk, await workbookOf([pupilRow()]), { requestId: 'short' }), { code: 'REQUEST_ID_INVALID', field: 'requestId' });
      await expectRefusal(http.upload(clerk, await workbookOf([pupilRow()]), { requestId: 'open-year-2026' }), { code: 'REQUEST_ID_REUSED', field: 'requestId' });
    });

    it('that breaks off in the middle of the sheet leaves nothing half-written', async () => {
      const rows = Array.from({ length: 1200 }, () => pupilRow());
      const parts = workbookParts(`<row>${HEADER.map((title) => `<c t="inlineStr"><is><t>${title}</t></is></c>`).join('')}</row>${rows.map((cells) => `<row>${cells.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`).join('')}<row><c></wrong></row>`);
      await expectRefusal(http.upload(clerk, await zipOf(parts)), { rule: 'REG-DATA-04', field: 'file' });
    });
  });

  it('refuses a row of another school, of wrong types or of another grade, with the field [REG-DATA-03] [REG-DATA-04]', async () => {
    const { batchId, refused } = await accepted([
      pupilRow({ schoolIdentifier: '2161000102' }), pupilRow({ birthDate: '2020-01-15' }), pupilRow({ onlyChild: '是' }), pupilRow({ gradeLevel: '2' }), pupilRow({ schoolIdentifier: '9999999999' }),
    ]);
    expect(refused).toBe(5);
    expect((await report(batchId)).rows.map((row) => row.findings[0].field)).toEqual(['schoolIdentifier', 'birthDate', 'onlyChild', 'gradeLevel', 'schoolIdentifier']);
  });

  it('lets one of two schools have a pupil that both upload at the same instant [REG-ENROL-12]', async () => {
    const row = pupilRow();
    const [a, b] = await Promise.all([http.upload(clerk, await workbookOf([row])), http.upload(clerk, await workbookOf([row]))]);
    const pending = await service.dataSource.query(`select count(*)::int as n from newcomer where document_number = $1 and state = 'VALIDATED'`, [cellOf(row, 'identityDocumentNumber')]);
    expect(pending).toEqual([{ n: 1 }]);
    for (const answer of [a, b]) if (answer.status !== 200) expect(answer.body.errors[0].extensions).toMatchObject({ code: 'NEWCOMER_DUPLICATE', rule: 'REG-ENROL-12' });
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
