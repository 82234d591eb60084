import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Actor, EventBus } from '@xueji/platform';
import { registry } from '@xueji/registry';
import { establishPupils, graduateClass, openClass, type TestPupil } from '@xueji/registry/dist/src/workflows/record-status/pupils.fixture';
import { actorFor, startTestService, testBus, type TestService } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { withUploads } from '@xueji/transfers/dist/src/evidence/evidence.fixture';

// From Henan to Shaanxi, with the registry and the transfers on one bus.
const OUT = 's-2141000101';
const IN = 's-2161000101';
const JUNIOR_IN = 's-3161000101';
const admin = (id: string) => actorFor('REGISTRY_ADMIN', id);
const papers = [{ kind: 'GUARDIAN_APPLICATION' }, { kind: 'HOUSEHOLD_REGISTER' }];

describe('a pupil on the way to another province', () => {
  let bus: EventBus;
  let records: TestService;
  let cases: TestService;

  beforeAll(async () => {
    bus = await testBus();
    records = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { bus, now: '2026-11-20T02:00:00Z' });
    cases = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { bus, now: '2026-11-20T02:00:00Z' });
  });
  afterAll(async () => {
    await cases.stop();
    await records.stop();
    await bus.close();
  });

  const give = async (actor: Actor, name: string, inputType: string, input: object) => {
    const { data, errors } = await cases.query(actor, `mutation($input: ${inputType}!) { ${name}(input: $input) { transferCase { id state } } }`, { input: await withUploads(cases, actor, { requestId: randomUUID(), ...input }) });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data[name].transferCase as { id: string; state: string };
  };
  const stateOf = async (id: string) => (await cases.query(admin(IN), 'query($id: ID!) { transferCase(id: $id) { state } }', { id })).data.transferCase?.state;
  const reach = async (id: string, state: string) => {
    for (let left = 200; (await stateOf(id)) !== state; left -= 1) {
      if (left === 0) throw new Error(`the case is ${await stateOf(id)}, not ${state}`);
      await pause(25);
    }
  };
  const custody = (id: string) => records.dataSource.query('select place, holder_id from student_custody where student_id = $1', [id]);
  const known = async ({ id }: TestPupil, state: string) => {
    for (let left = 200; left > 0; left -= 1) {
      if ((await cases.dataSource.query('select 1 from student_projection where student_id = $1 and state = $2', [id, state])).length > 0) return;
      await pause(25);
    }
    throw new Error('the transfers never heard of the pupil');
  };

  it('is held by one school at every step, and by the new one once it acknowledged the archive it read [TRF-INTER-01] [TRF-INTER-06] [TRF-INTER-07]', async () => {
    const [outClass, inClass] = [await openClass(records, OUT, 3), await openClass(records, IN, 3)];
    const [pupil] = (await establishPupils(records, 1, { schoolId: OUT, classId: outClass, grade: 3 })) as [TestPupil];
    await known(pupil, 'ACTIVE');
    const { id } = await give(admin(IN), 'fileCrossProvinceTransfer', 'FileCrossProvinceTransferInput', { studentNumber: pupil.number, name: pupil.name, classId: inClass, reasonCode: 'HOUSEHOLD_MOVED', documents: papers });
    for (const reviewer of [admin('b-610113'), actorFor('REGISTRY_LEADER', OUT), admin('b-410102')]) await give(reviewer, 'approveTransfer', 'ApproveTransferInput', { id });
    await give(admin(IN), 'requestTransferArchive', 'RequestTransferArchiveInput', { id });
    await reach(id, 'ARCHIVE_TRANSFERRING');
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: OUT }]);
    const { data } = await records.query(admin(IN), 'query($id: ID!) { studentArchive(transferId: $id) { content } }', { id });
    await give(admin(IN), 'acknowledgeTransferArchive', 'AcknowledgeTransferArchiveInput', { id, contentHash: createHash('sha256').update(data.studentArchive.content).digest('hex') });
    await reach(id, 'COMPLETED');
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: IN }]);
    expect((await records.query(admin(OUT), '{ departures { edges { node { transferId } } } }')).data.departures.edges).toEqual([{ node: { transferId: id } }]);
  });

  it('goes from the pool of one province to a school of the other [TRF-PROG-01] [TRF-PROG-03]', async () => {
    const [outClass, inClass] = [await openClass(records, OUT, 6), await openClass(records, JUNIOR_IN, 7)];
    const [pupil] = (await establishPupils(records, 1, { schoolId: OUT, classId: outClass, grade: 6 })) as [TestPupil];
    await graduateClass(records, OUT, outClass);
    await known(pupil, 'GRADUATED');
    cases.clock.set(new Date('2026-09-25T02:00:00Z'));
    const { id } = await give(admin(JUNIOR_IN), 'fileProgression', 'FileProgressionInput', { studentNumber: pupil.number, name: pupil.name, classId: inClass, formalitiesReference: '接收证明' });
    for (const bureau of ['b-610113', 'b-410102']) await give(admin(bureau), 'approveTransfer', 'ApproveTransferInput', { id });
    expect(await custody(pupil.id)).toEqual([{ place: 'POOL', holder_id: null }]);
    await give(admin(JUNIOR_IN), 'retrieveProgressionArchive', 'RetrieveArchiveInput', { id });
    for (let left = 200; (await custody(pupil.id))[0].place !== 'HELD' && left > 0; left -= 1) await pause(25);
    expect(await custody(pupil.id)).toEqual([{ place: 'HELD', holder_id: JUNIOR_IN }]);
  });
});
