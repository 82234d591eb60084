import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { deadLetterTopic, studentTransferred, studentTransferRefused, transferApproved, transferFiled, type CloudEvent, type EventContract } from '@xueji/contracts';
import type { Actor, EventBus, Message } from '@xueji/platform';
import { registry } from '@xueji/registry';
import { establishPupils, graduateClass, openClass, type TestPupil } from '@xueji/registry/dist/src/workflows/record-status/pupils.fixture';
import { startTestService, type TestService } from '@xueji/testing';
import { transfers } from '@xueji/transfers';
import { withUploads } from '@xueji/transfers/dist/src/evidence/evidence.fixture';
import { A, acrossProvinces, admin, B, E, FILE, FILE_ACROSS, FILE_PROGRESSION, leader, progression, withinProvince } from '@xueji/transfers/dist/src/transfer/cases.fixture';

const JUNIOR = 's-3161000101';
const TOPICS = [transferFiled.topic, studentTransferred.topic];

/** What became of the pupils, without ids and instants, so that two runs can be compared. */
export interface Outcome {
  /** per pupil: where the record is, its version, its timeline, the states and commands of its case */
  pupils: string[];
  /** messages that went to the dead letters, counted by `topic group` */
  deadLetters: Record<string, number>;
  /** events on the topics that a service has not taken in, or has taken in without there being one */
  ledgerFaults: string[];
}

/** Sends each message one to three times, keys in any order, the order of a key kept; and now and then old messages again. */
function disturbing(bus: EventBus, seed: number): EventBus {
  let dice = seed;
  const next = (below: number) => Math.floor(((dice = (dice * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648) * below);
  const before: Message[] = [];
  return {
    ...bus,
    publish: async (messages) => {
      const events = messages.filter(({ topic }) => !topic.endsWith('.dlq'));
      const keys = [...new Set(events.map(({ key }) => key))].map((key) => ({ key, at: next(1_000) })).sort((a, b) => a.at - b.at);
      const shuffled = keys.flatMap(({ key }) => events.filter((message) => message.key === key).flatMap((message) => Array.from({ length: 1 + next(3) }, () => message)));
      const again = before.length > 0 ? Array.from({ length: next(4) }, () => before[next(before.length)]!) : [];
      before.push(...events);
      await bus.publish([...messages.filter(({ topic }) => topic.endsWith('.dlq')), ...again, ...shuffled]);
    },
  };
}

const eventOf = <T>(contract: EventContract<T>, key: string, data: unknown, change: Partial<CloudEvent> = {}): string => JSON.stringify({
  specversion: '1.0', id: randomUUID(), source: `/xueji/${contract.service}`, type: contract.type, subject: key, time: '2026-11-20T02:00:00Z', datacontenttype: 'application/json',
  dataschema: `urn:xueji:${contract.type}`, partitionkey: key, aggregatetype: contract.entity, aggregateid: key, aggregateversion: 1, data, ...change,
});

/** Messages that nobody can take in, on the partitions of the pupil. The last one fits its contract, and no moment of the case it speaks of. */
const poison = (key: string, transferId: string): Message[] => [
  ...TOPICS.flatMap((topic) => [
    { topic, key, value: '{"specversion": "1.0", "id"' },
    { topic, key, value: JSON.stringify({ specversion: '2.0', anything: true }) },
  ]),
  { topic: transferApproved.topic, key, value: eventOf({ ...transferApproved, type: 'cn.xueji.transfers.transfer.approved.v9' }, key, {}) },
  { topic: transferApproved.topic, key, value: eventOf(transferApproved, key, { transferId: 'x', studentId: key }) },
  { topic: studentTransferred.topic, key, value: eventOf(studentTransferred, key, { studentId: key, transferId, fromSchoolId: A, toSchoolId: B, stage: 'PRIMARY', grade: 3, classId: null }, { aggregateversion: 1 }) },
];
/** per service that listens to the topic */
export const POISON: Record<string, number> = { [`${transferFiled.topic} xueji.registry`]: 4, [`${studentTransferred.topic} xueji.transfers`]: 3 };

/** News of cases and pupils that there are none of: taken in, and nothing changes. */
const strangers = (): Message[] => {
  const [transferId, studentId] = [randomUUID(), randomUUID()];
  return [{ topic: studentTransferRefused.topic, key: studentId, value: eventOf(studentTransferRefused, studentId, { studentId, transferId, code: 'X', rule: 'TRF-GEN-06', zh: '不能', en: 'cannot' }) }];
};

/**
 * Five pupils on their ways through registry and transfers on this bus: within the province, across provinces, on to the next stage, withdrawn, and refused by
 * the registry. With `seed` the events come several times, mixed with old ones, and poison lies between them.
 */
export async function eventfulLives(bus: EventBus, seed: number | null): Promise<Outcome> {
  const used = seed === null ? bus : disturbing(bus, seed);
  const records = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { bus: used, now: '2026-11-20T02:00:00Z' });
  const cases = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { bus: used, now: '2026-11-20T02:00:00Z' });
  try {
    const [atA, atB, atE, atJunior, last] = [await openClass(records, A, 3), await openClass(records, B, 3), await openClass(records, E, 3), await openClass(records, JUNIOR, 7), await openClass(records, E, 6)];
    const [within, withdrawn, refused] = (await establishPupils(records, 3, { schoolId: A, classId: atA, grade: 3 })) as [TestPupil, TestPupil, TestPupil];
    const [across] = (await establishPupils(records, 1, { schoolId: E, classId: atE, grade: 3 })) as [TestPupil];
    const [onward] = (await establishPupils(records, 1, { schoolId: E, classId: last, grade: 6 })) as [TestPupil];
    const pupils = [within, withdrawn, refused, across, onward];
    await graduateClass(records, E, last);
    const known = (id: string) => until('the pupil to be known', async () => (await cases.dataSource.query('select 1 from student_projection where student_id = $1', [id])).length > 0);
    for (const { id } of pupils) await known(id);
    await until('the graduation to be known', async () => (await cases.dataSource.query(`select 1 from student_projection where student_id = $1 and state = 'GRADUATED'`, [onward.id])).length > 0);

    const give = async (actor: Actor, document: string, input: object) => {
      const { data, errors } = await cases.query<any>(actor, document, { input: await withUploads(cases, actor, { requestId: randomUUID(), ...input }) });
      if (errors.length > 0) throw new Error(JSON.stringify(errors));
      return (Object.values(data)[0] as any).transferCase.id as string;
    };
    const doing = (name: string, type: string) => `mutation($input: ${type}!) { ${name}(input: $input) { transferCase { id state version } } }`;
    const approve = (actor: Actor, id: string, classId?: string) => give(actor, doing('approveTransfer', 'ApproveTransferInput'), { id, ...(classId && { classId }) });
    const reach = (id: string, state: string) => until(`the case to be ${state}`, async () => (await cases.dataSource.query('select 1 from transfer_case where id = $1 and state = $2', [id, state])).length > 0);
    const papersOf = ({ number, name }: TestPupil) => ({ nationalStudentNumber: number, name });

    const [one, two, three] = [await give(admin(A), FILE, withinProvince({ studentId: within.id }, B, null)), await give(admin(A), FILE, withinProvince({ studentId: withdrawn.id }, B, null)), await give(admin(A), FILE, withinProvince({ studentId: refused.id }, B, null))];
    const four = await give(admin(A), FILE_ACROSS, acrossProvinces(papersOf(across), atA));
    cases.clock.set(new Date('2026-09-25T02:00:00Z'));
    const five = await give(admin(JUNIOR), FILE_PROGRESSION, progression(papersOf(onward), atJunior));
    cases.clock.set(new Date('2026-11-20T02:00:00Z'));
    if (seed !== null) await bus.publish([...poison(within.id, two), ...strangers()]);

    await approve(leader(B), one, atB);
    await approve(admin('b-610113'), one);
    await reach(one, 'COMPLETED');
    await give(admin(A), doing('withdrawTransfer', 'WithdrawTransferInput'), { id: two });
    // The class is not one of the receiving school.
    await approve(leader(B), three, atE);
    await approve(admin('b-610113'), three);
    await reach(three, 'REJECTED');

    if (seed !== null) await bus.publish([...strangers(), ...poison(across.id, two)]);
    for (const reviewer of [admin('b-610113'), leader(E), admin('b-410102')]) await approve(reviewer, four);
    await give(admin(A), doing('requestTransferArchive', 'RequestTransferArchiveInput'), { id: four });
    await reach(four, 'ARCHIVE_TRANSFERRING');
    const { data } = await records.query(admin(A), 'query($id: ID!) { studentArchive(transferId: $id) { content } }', { id: four });
    await give(admin(A), doing('acknowledgeTransferArchive', 'AcknowledgeTransferArchiveInput'), { id: four, contentHash: createHash('sha256').update(data.studentArchive.content).digest('hex') });
    await reach(four, 'COMPLETED');

    if (seed !== null) await bus.publish([...poison(onward.id, two), ...strangers()]);
    for (const bureau of ['b-610113', 'b-410102']) await approve(admin(bureau), five);
    await give(admin(JUNIOR), doing('retrieveProgressionArchive', 'RetrieveArchiveInput'), { id: five });
    await reach(five, 'COMPLETED');
    if (seed !== null) {
      // And in the end everything that was ever told once more.
      for (const { dataSource } of [records, cases]) {
        const told = await dataSource.query('select topic, key, event from outbox_event order by seq');
        await bus.publish(told.map(({ topic, key, event }: { topic: string; key: string; event: CloudEvent }) => ({ topic, key, value: JSON.stringify(event) })));
      }
    }
    for (const service of [records, cases]) await caughtUp(service, bus);
    return await outcomeOf(bus, records, cases, pupils);
  } finally {
    await cases.stop();
    await records.stop();
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isSo()); await pause(20)) if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
}

async function caughtUp(service: TestService, bus: EventBus): Promise<void> {
  await service.settled();
  await until(`${service.name} to hear everything`, async () => (await bus.lag(`xueji.${service.name}`, TOPICS)) === (await ownLag(service, bus)));
}

/** A service does not listen to the topic it speaks on. */
const ownLag = (service: TestService, bus: EventBus): Promise<number> => bus.lag(`xueji.${service.name}`, [service.name === 'transfers' ? transferFiled.topic : studentTransferred.topic]);

async function outcomeOf(bus: EventBus, records: TestService, cases: TestService, pupils: readonly TestPupil[]): Promise<Outcome> {
  const lines: string[] = [];
  for (const { id } of pupils) {
    const [place] = await records.dataSource.query('select place, holder_id, version from student_custody where student_id = $1', [id]);
    const timeline = await records.dataSource.query('select kind from timeline_entry where student_id = $1 order by version', [id]);
    const [transfer] = await cases.dataSource.query(`select state, version, refusal->>'rule' as rule, id from transfer_case where student_id = $1`, [id]);
    const steps = await cases.dataSource.query('select command from case_step where record_id = $1 order by version', [transfer.id]);
    const [{ open }] = await records.dataSource.query('select count(*)::int as open from open_case where student_id = $1 and is_open', [id]);
    lines.push([
      place.place, place.holder_id, place.version, timeline.map((row: any) => row.kind).join('+'), transfer.state, transfer.version, transfer.rule, steps.map((row: any) => row.command).join('+'), `${open} open`,
    ].join(' '));
  }
  const deadLetters: Record<string, number> = {};
  for (const topic of TOPICS) {
    // A letter that the bus gave twice was written twice: it is one by its place on the topic.
    const letters = new Set((await bus.readAll(deadLetterTopic(topic)).catch(() => [])).map(({ key, headers }) => `${topic} ${headers['xueji-group']}|${key} ${headers['xueji-offset']}`));
    for (const letter of letters) deadLetters[letter.split('|')[0]!] = (deadLetters[letter.split('|')[0]!] ?? 0) + 1;
  }
  const ledgerFaults: string[] = [];
  for (const [listener, speaker, topic] of [[records, cases, TOPICS[0]!], [cases, records, TOPICS[1]!]] as const) {
    const told = new Set<string>((await speaker.dataSource.query('select id from outbox_event where topic = $1', [topic])).map((row: any) => row.id));
    const taken = new Set<string>((await listener.dataSource.query('select event_id from inbox_event')).map((row: any) => row.event_id));
    const lost = [...told].filter((id) => !taken.has(id)).length;
    if (lost > 0) ledgerFaults.push(`${lost} events of ${speaker.name} never reached ${listener.name}`);
    for (const gap of await speaker.dataSource.query('select record_id from case_step group by record_type, record_id having count(*) <> max(version)')) ledgerFaults.push(`${speaker.name}: the versions of ${gap.record_id} have a gap`);
  }
  return { pupils: lines, deadLetters, ledgerFaults };
}

