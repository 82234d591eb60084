import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, Partitioners, logLevel, type Consumer, type Producer } from 'kafkajs';
import { PARTITIONS, RETRY_PAUSE_MS, type Delivery, type EventBus, type Subscription } from './bus';
import { fixKafkajsIdleSpin } from './kafkajs-idle-fix';

const textHeaders = (headers: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));

/** The event bus on Apache Kafka. `brokers` as `host:port` list. */
export function createKafkaBus(brokers: readonly string[], clientId: string, replicationFactor = 1): EventBus {
  fixKafkajsIdleSpin();
  const kafka = new Kafka({ clientId, brokers: [...brokers], logLevel: logLevel.NOTHING, connectionTimeout: 3_000, requestTimeout: 10_000, retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 } });
  const admin = kafka.admin();
  const subscriptions = new Set<Subscription>();
  let producer: Promise<Producer> | null = null;
  let adminReady: Promise<void> | null = null;

  const connectedAdmin = async () => {
    adminReady ??= admin.connect();
    await adminReady.catch((error) => {
      adminReady = null;
      throw error;
    });
    return admin;
  };

  const connectedProducer = async () => {
    producer ??= (async () => {
      const fresh = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1, retry: { retries: 5 } });
      await fresh.connect();
      return fresh;
    })();
    return producer.catch((error) => {
      producer = null;
      throw error;
    });
  };

  async function ensureTopics(topics: readonly string[]): Promise<void> {
    const ready = await connectedAdmin();
    const existing = new Set(await ready.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length > 0) await ready.createTopics({ waitForLeaders: true, topics: missing.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor })) });
  }

  async function run(consumer: Consumer, topics: readonly string[], handle: (delivery: Delivery) => Promise<void>): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
        for (const message of batch.messages) {
          if (!isRunning() || isStale()) return;
          try {
            await handle({ topic: batch.topic, partition: batch.partition, offset: message.offset, key: message.key?.toString() ?? '', value: message.value?.toString() ?? '', headers: textHeaders(message.headers) });
          } catch {
            consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
            consumer.seek({ topic: batch.topic, partition: batch.partition, offset: message.offset });
            setTimeout(() => consumer.resume([{ topic: batch.topic, partitions: [batch.partition] }]), RETRY_PAUSE_MS).unref();
            return;
          }
          resolveOffset(message.offset);
          await heartbeat();
        }
      },
    });
  }

  async function subscribe(group: string, topics: readonly string[], handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    let stopped = false;
    let current: Consumer | null = null;
    // kafkajs gives up on some faults (an open rebalance bug among them); a consumer that ends is replaced.
    const loop = (async () => {
      while (!stopped) {
        const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 15_000, maxWaitTimeInMs: 50, retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 } });
        current = consumer;
        const over = new Promise<void>((resolve) => {
          consumer.on(consumer.events.CRASH, ({ payload }) => (payload.restart ? undefined : resolve()));
          consumer.on(consumer.events.STOP, () => resolve());
        });
        try {
          await ensureTopics(topics);
          await run(consumer, topics, handle);
          await over;
        } catch {
          // the broker is away: try again
        }
        await consumer.disconnect().catch(() => undefined);
        if (!stopped) await pause(RETRY_PAUSE_MS);
      }
    })();
    const subscription = {
      stop: async () => {
        stopped = true;
        await current?.disconnect().catch(() => undefined);
        await loop;
        subscriptions.delete(subscription);
      },
    };
    subscriptions.add(subscription);
    return subscription;
  }

  async function readAll(topic: string): Promise<Delivery[]> {
    const ends = await (await connectedAdmin()).fetchTopicOffsets(topic);
    const waiting = new Map(ends.filter((end) => Number(end.high) > Number(end.low)).map((end) => [end.partition, BigInt(end.high)]));
    if (waiting.size === 0) return [];
    const group = `xueji.reader.${randomUUID()}`;
    const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50 });
    const found: Delivery[] = [];
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        consumer
          .run({
            autoCommit: false,
            eachMessage: async ({ partition, message }) => {
              found.push({ topic, partition, offset: message.offset, key: message.key?.toString() ?? '', value: message.value?.toString() ?? '', headers: textHeaders(message.headers) });
              if (BigInt(message.offset) + 1n >= (waiting.get(partition) ?? 0n)) waiting.delete(partition);
              if (waiting.size === 0) resolve();
            },
          })
          .catch(reject);
        setTimeout(() => reject(new Error(`reading ${topic} took too long`)), 30_000).unref();
      });
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([group]).catch(() => undefined);
    }
    return found.sort((a, b) => a.partition - b.partition || (BigInt(a.offset) < BigInt(b.offset) ? -1 : 1));
  }

  return {
    kind: 'kafka',
    ensureTopics,
    publish: async (messages) => {
      if (messages.length === 0) return;
      const byTopic = new Map<string, { key: string; value: string; headers: Record<string, string> }[]>();
      for (const { topic, key, value, headers } of messages) byTopic.set(topic, [...(byTopic.get(topic) ?? []), { key, value, headers: headers ?? {} }]);
      const ready = await connectedProducer();
      try {
        await ready.sendBatch({ acks: -1, topicMessages: [...byTopic].map(([topic, batch]) => ({ topic, messages: batch })) });
      } catch (error) {
        // An idempotent producer that failed may be out of sequence for ever: the next attempt starts with a new one.
        producer = null;
        await ready.disconnect().catch(() => undefined);
        // The topics may never have been made, if the broker was away when we started.
        await ensureTopics([...byTopic.keys()]).catch(() => undefined);
        throw error;
      }
    },
    subscribe,
    readAll,
    lag: async (group, topics) => {
      const ready = await connectedAdmin();
      const places = await ready.fetchOffsets({ groupId: group, topics: [...topics] });
      let lag = 0;
      for (const topic of topics) {
        for (const end of await ready.fetchTopicOffsets(topic)) {
          const place = Number(places.find((t) => t.topic === topic)?.partitions.find((p) => p.partition === end.partition)?.offset ?? -1);
          lag += Number(end.high) - Math.max(place, Number(end.low));
        }
      }
      return lag;
    },
    isHealthy: async () => {
      try {
        await (await connectedAdmin()).describeCluster();
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await (await producer?.catch(() => null))?.disconnect();
      await admin.disconnect().catch(() => undefined);
    },
  };
}
