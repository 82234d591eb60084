import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery, EventBus } from '@xueji/platform';

/** What every adapter of the event bus must do, whatever it stands on. */
export function eventBusContract(open: () => Promise<EventBus>): void {
  let bus: EventBus;
  beforeAll(async () => {
    bus = await open();
  });
  afterAll(() => bus.close());

  const topicOf = async () => {
    const topic = `xueji.contract.${randomUUID().slice(0, 8)}.v1`;
    await bus.ensureTopics([topic]);
    return topic;
  };
  const messages = (topic: string, keys: number, each: number) =>
    Array.from({ length: keys * each }, (_, n) => ({ topic, key: `k${n % keys}`, value: String(Math.floor(n / keys)), headers: { h: 'x' } }));
  const until = async (condition: () => boolean, ms = 30_000) => {
    for (const end = Date.now() + ms; !condition(); ) {
      if (Date.now() > end) throw new Error('waited too long');
      await pause(10);
    }
  };
  const inOrder = (got: readonly Delivery[]) => {
    const byKey = new Map<string, number[]>();
    for (const { key, value } of got) byKey.set(key, [...(byKey.get(key) ?? []), Number(value)]);
    return [...byKey.values()].every((values) => values.every((value, at) => value === at));
  };

  it('delivers every message of a key in the order published, to each group', async () => {
    const topic = await topicOf();
    const groups = [[], []] as Delivery[][];
    const subscriptions = await Promise.all(groups.map((got, n) => bus.subscribe(`g${n}.${topic}`, [topic], async (delivery) => void got.push(delivery))));
    const all = messages(topic, 7, 40);
    for (let at = 0; at < all.length; at += 50) await bus.publish(all.slice(at, at + 50));
    await until(() => groups.every((got) => got.length >= all.length));
    for (const got of groups) {
      expect(got).toHaveLength(all.length);
      expect(inOrder(got)).toBe(true);
      expect(got[0]!.headers).toEqual({ h: 'x' });
    }
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
  });

  it('delivers again, in order, what a handler failed on, and lets the other keys go on', async () => {
    const topic = await topicOf();
    const got: Delivery[] = [];
    let failures = 0;
    const subscription = await bus.subscribe(`f.${topic}`, [topic], async (delivery) => {
      if (delivery.key === 'k1' && delivery.value === '2' && failures < 2) {
        failures += 1;
        throw new Error('not now');
      }
      got.push(delivery);
    });
    await bus.publish(messages(topic, 5, 6));
    await until(() => new Set(got.map(({ key, value }) => `${key}/${value}`)).size === 30);
    expect(failures).toBe(2);
    const firstTimes = got.filter((delivery, at) => got.findIndex((other) => other.key === delivery.key && other.value === delivery.value) === at);
    expect(inOrder(firstTimes)).toBe(true);
    await subscription.stop();
  });

  it('goes on where the group stopped, and gives a partition to one member at a time', async () => {
    const topic = await topicOf();
    const group = `m.${topic}`;
    const got: Delivery[] = [];
    const busy = new Set<number>();
    let overlaps = 0;
    const handle = async (delivery: Delivery) => {
      if (busy.has(delivery.partition)) overlaps += 1;
      busy.add(delivery.partition);
      await pause(2);
      got.push(delivery);
      busy.delete(delivery.partition);
    };
    const first = await bus.subscribe(group, [topic], handle);
    await bus.publish(messages(topic, 4, 5));
    await until(() => got.length >= 20);
    await first.stop();
    const more = messages(topic, 4, 5).map((message) => ({ ...message, value: String(Number(message.value) + 5) }));
    await bus.publish(more);
    const members = await Promise.all([bus.subscribe(group, [topic], handle), bus.subscribe(group, [topic], handle)]);
    await until(() => new Set(got.map(({ key, value }) => `${key}/${value}`)).size === 40);
    expect(overlaps).toBe(0);
    await Promise.all(members.map((member) => member.stop()));
  });

  it('counts what a group is behind, and reads a whole topic for a ledger', async () => {
    const topic = await topicOf();
    const group = `l.${topic}`;
    await bus.publish(messages(topic, 3, 4));
    expect(await bus.readAll(topic)).toHaveLength(12);
    const subscription = await bus.subscribe(group, [topic], async () => undefined);
    for (const end = Date.now() + 20_000; (await bus.lag(group, [topic])) > 0; await pause(50)) if (Date.now() > end) throw new Error('still behind');
    await subscription.stop();
    await bus.publish(messages(topic, 3, 1));
    expect(await bus.lag(group, [topic])).toBe(3);
    expect(await bus.isHealthy()).toBe(true);
  });
}
