import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '@xueji/platform';
import { preschool } from '@xueji/preschool';
import { acting, KINDERGARTEN } from '@xueji/preschool/dist/src/preschool.fixture';
import { registry } from '@xueji/registry';
import { cellOf, httpOf, pupilRow, workbookOf } from '@xueji/registry/dist/src/intake/intake.fixture';
import { actorFor, checkCustody, startTestService, type TestService } from '@xueji/testing';
import { heldBus, type HeldBus } from '../model/held-bus';

const SCHOOL = 's-2161000101';
const clerk = actorFor('REGISTRY_ADMIN', SCHOOL);

describe('a child whose school heard of the kindergarten only after it had taken the child in', () => {
  let bus: HeldBus;
  let kindergarten: TestService;
  let records: TestService;
  let atKindergarten: ReturnType<typeof acting>;
  let upload: ReturnType<typeof httpOf>['upload'];
  const filesDir = mkdtempSync(join(tmpdir(), 'late-news-'));

  beforeAll(async () => {
    bus = heldBus();
    kindergarten = await startTestService(preschool({ allowSynthetic: true }), { bus, now: '2026-07-10T02:00:00Z' });
    records = await startTestService(registry({ filesDir, allowSynthetic: true }), { bus, now: '2026-09-10T02:00:00Z' });
    atKindergarten = acting(kindergarten);
    upload = httpOf(records, (await records.listen(0)).url).upload;
    await give(clerk, 'openSchoolYear', 'OpenSchoolYearInput', { year: 2026 }, 'schoolYear { year }');
    await give(clerk, 'createClass', 'CreateClassInput', { year: 2026, grade: 1, number: '202601', name: '一年级(1)班', classTeacher: '示例班主任' }, 'class { id }');
  });
  afterAll(async () => {
    await kindergarten.stop();
    await records.stop();
    rmSync(filesDir, { recursive: true });
  });

  const give = async (actor: Actor, name: string, inputType: string, input: object, fields: string) => {
    const { data, errors } = await records.query(actor, `mutation($input: ${inputType}!) { ${name}(input: $input) { ${fields} } }`, { input: { requestId: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data[name];
  };
  const told = async () => {
    await kindergarten.settled();
    await records.settled();
  };
  const hear = async (service: string, key: string) => {
    await told();
    while (bus.waiting(service, key).length > 0) await bus.handOver(service, key);
    await told();
  };
  const pupilOf = async (number: string) => (await records.dataSource.query('select id, child_id, name, birth_date, school_id, version from student where national_student_number = $1', [number])) as any[];
  const custody = () => checkCustody(kindergarten.migratorUrl, records.migratorUrl);

  /** A graduate of the kindergarten, of whom the registry has heard nothing, sits in the school's first grade. */
  const takenInUnheard = async (end: 'graduateChild' | 'leaveKindergarten') => {
    const row = pupilRow();
    const birth = cellOf(row, 'birthDate');
    const identity = { name: cellOf(row, 'name'), sex: cellOf(row, 'sex'), birthDate: `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`, identityDocumentNumber: cellOf(row, 'identityDocumentNumber') };
    const childId = await atKindergarten.active(identity);
    await atKindergarten.done(atKindergarten.clerkOf(KINDERGARTEN), end, { childId, reason: '测试' });
    const { body } = await upload(clerk, await workbookOf([row]));
    expect(body).toMatchObject({ accepted: 1 });
    const step = { batchId: body.batchId };
    await give(clerk, 'submitIntake', 'IntakeStepInput', step, 'decided');
    await give(actorFor('REGISTRY_LEADER', SCHOOL), 'passIntake', 'IntakeStepInput', step, 'decided');
    expect(await give(actorFor('REGISTRY_ADMIN', 'b-610113'), 'approveIntake', 'IntakeStepInput', step, 'decided held { rule }')).toEqual({ decided: 1, held: [] });
    const number = `G${identity.identityDocumentNumber}`;
    const [pupil] = await pupilOf(number);
    expect(pupil).toMatchObject({ child_id: null, version: 1 });
    await told();
    expect(bus.waiting('registry', childId)).toHaveLength(2);
    return { childId, number, pupil };
  };

  it.each<['graduateChild' | 'leaveKindergarten', 'the request' | 'the record']>([
    ['graduateChild', 'the request'], ['graduateChild', 'the record'], ['leaveKindergarten', 'the request'],
  ])('keeps number and identity, goes on from the archive and ends the kindergarten\'s record by events (%s; the kindergarten hears of %s first) [REG-NUM-02] [PRE-CHG-03] [PRE-GRAD-02]', async (end, first) => {
    const { childId, number, pupil } = await takenInUnheard(end);
    expect((await custody()).faults).toHaveLength(1);

    await hear('registry', childId);
    expect(await pupilOf(number)).toEqual([{ ...pupil, child_id: childId, version: 2 }]);
    expect((await records.dataSource.query('select state, school_id from handover where child_id = $1', [childId]))).toEqual([{ state: 'REQUESTED', school_id: SCHOOL }]);

    for (const key of first === 'the request' ? [childId, pupil.id] : [pupil.id, childId]) await hear('preschool', key);
    const [handover] = await kindergarten.dataSource.query('select id, state, due_at from handover where child_id = $1', [childId]);
    expect(handover).toMatchObject({ state: 'HANDOVER_REQUESTED', due_at: expect.any(Date) });
    expect((await custody()).faults).toEqual([]);

    await atKindergarten.done(atKindergarten.clerkOf(KINDERGARTEN), 'releaseHandover', { handoverId: handover.id });
    expect(await atKindergarten.look(atKindergarten.clerkOf(KINDERGARTEN), childId, 'state')).toEqual({ state: 'ENROLLED_PRIMARY' });
    await hear('registry', childId);
    expect((await records.dataSource.query('select state from handover where child_id = $1', [childId]))).toEqual([{ state: 'COMPLETED' }]);
    expect(await records.dataSource.query('select state from preschool_child where id = $1', [childId])).toEqual([{ state: 'HANDED_OVER' }]);
    expect(await pupilOf(number)).toEqual([{ ...pupil, child_id: childId, version: 2 }]);
    const { places, faults } = await custody();
    expect(faults).toEqual([]);
    expect(Object.keys(places)).toEqual(['registry HELD']);
    expect(bus.deadLetters()).toBe(0);
  });

  it('asks the kindergarten once, though the news comes twice [REG-NUM-02]', async () => {
    const { childId } = await takenInUnheard('graduateChild');
    await hear('registry', childId);
    for (const nth of [0, 1]) await bus.handOverAgain('registry', childId, nth);
    await told();
    expect(await records.dataSource.query('select count(*)::int as times from handover where child_id = $1', [childId])).toEqual([{ times: 1 }]);
    expect(bus.waiting('preschool', childId)).toEqual(['cn.xueji.registry.handover.requested.v1']);
  });
});
