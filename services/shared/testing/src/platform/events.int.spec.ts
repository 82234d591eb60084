import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { deadLetterTopic, transferFiled, transferWithdrawn } from '@xueji/contracts';
import { consumer, replayDeadLetters, startOutboxRelay, createLogger, type EventBus, type Message } from '@xueji/platform';
import { actorFor } from '../kit/actors';
import { startTestService, testBus, type TestService } from '../kit/test-service';
import { requestId, toy } from './toy.service';

const write = `mutation($r: String!, $t: String!) { commandNote(command: "write", requestId: $r, title: $t) { id } }`;
const submit = `mutation($r: String!, $id: ID!) { commandNote(command: "submit", requestId: $r, id: $id) { id } }`;
const clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
const parties = { transferId: 't', studentId: 's', outSchoolId: 'a', inSchoolId: 'b' };

describe('events', () => {
  let service: TestService;
  let broken = true;
  const taken: string[] = [];

  beforeAll(async () => {
    service = await startTestService(toy({
      consumers: [
        consumer(transferFiled, async (_, event) => void taken.push(event.id)),
        consumer(transferWithdrawn, async () => {
          if (broken) throw new Error('cannot take this');
          taken.push('withdrawn');
        }),
      ],
    }));
  });
  afterAll(() => service.stop());

  const filed = async (title: string) => {
    const { data } = await service.query(clerk, write, { r: requestId(), t: title });
    await service.query(clerk, submit, { r: requestId(), id: data.commandNote.id });
  };

  it('tells each committed change once on the topic and takes it in once, though it is sent again', async () => {
    await filed('one');
    await service.quiet();
    const sent = await service.bus.readAll(transferFiled.topic);
    expect(sent.map((delivery) => JSON.parse(delivery.value).id)).toEqual((await service.told()).map((event) => event.id));
    await service.bus.publish(sent.map(({ topic, key, value }) => ({ topic, key, value })));
    await service.quiet();
    expect(taken).toEqual((await service.told()).map((event) => event.id));
  });

  it('puts what cannot be taken in on the dead letters, goes on, and takes it in when it is replayed', async () => {
    await service.deliver(transferWithdrawn, 's', parties);
    await service.bus.publish([{ topic: transferFiled.topic, key: 's', value: 'not json' }, { topic: transferFiled.topic, key: 's', value: JSON.stringify({ type: 'cn.xueji.transfers.transfer.filed.v9' }) }]);
    const after = await service.deliver(transferFiled, 's', parties);
    expect(taken).toContain(after.id);
    const letters = await service.bus.readAll(deadLetterTopic(transferFiled.topic));
    expect(letters.map((letter) => letter.headers['xueji-reason'])).toEqual(['Error', 'EVENT_UNREADABLE', 'Error']);
    expect(letters[0]!.headers['xueji-group']).toBe('xueji.toy');
    broken = false;
    await replayDeadLetters(service.bus, transferFiled.topic, false);
    await service.quiet();
    await replayDeadLetters(service.bus, transferFiled.topic, false);
    await service.quiet();
    expect(taken.filter((id) => id === 'withdrawn')).toHaveLength(1);
  });

  it('loses nothing and keeps the order of a key while the bus is away, and writes go on', async () => {
    const real = await testBus();
    let away = true;
    const published: Message[] = [];
    const flaky: EventBus = {
      ...real,
      publish: async (messages) => {
        if (away) throw new Error('the bus is away');
        published.push(...messages);
      },
    };
    const other = await startTestService(toy(), { bus: flaky });
    for (const title of ['a', 'b', 'c']) {
      const { data, errors } = await other.query(clerk, write, { r: requestId(), t: title });
      expect(errors).toEqual([]);
      await other.query(clerk, submit, { r: requestId(), id: data.commandNote.id });
    }
    away = false;
    await other.settled();
    expect(published.map((message) => JSON.parse(message.value).id)).toEqual((await other.told()).map((event) => event.id));
    await other.stop();
    await real.close();
  });

  it('does not pass over a row that commits late with a lower number', async () => {
    const published: string[] = [];
    const real = await testBus();
    const other = await startTestService(toy(), { bus: { ...real, publish: async (messages) => void published.push(...messages.map((message) => message.key)) } });
    const insert = `insert into outbox_event (id, topic, key, event) values ($1, 't', $2, '{}')`;
    const early = other.dataSource.createQueryRunner();
    await early.startTransaction();
    await early.query(insert, [randomUUID(), 'early']);
    await other.dataSource.query(insert, [randomUUID(), 'late']);
    const relay = startOutboxRelay(other.dataSource, other.bus, createLogger('t', 'silent'));
    relay.wake();
    while (!published.includes('late')) await pause(10);
    await early.commitTransaction();
    await early.release();
    relay.wake();
    await relay.idle();
    expect(published).toEqual(['late', 'early']);
    await relay.stop();
    await other.stop();
    await real.close();
  });
});
