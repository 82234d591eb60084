import { Kafka, logLevel, Partitioners, type Consumer, type Producer } from 'kafkajs';
import { fixKafkajsIdleSpin } from '@xueji/platform/dist/src/events/kafkajs-idle-fix';
import { startKafka, type KafkaServer } from './kafka';
import { requireServer } from './require-server';

const TOPIC = 'pupils';
const KEYS = 20;
const ROUNDS = 50;

interface Received {
  key: string;
  value: number;
}

requireServer('kafka')('Kafka for tests', () => {
  let broker: KafkaServer;
  let kafka: Kafka;
  let producer: Producer;
  let consumer: Consumer;
  const received: Received[] = [];

  beforeAll(async () => {
    fixKafkajsIdleSpin();
    const started = await startKafka({ own: true });
    if (started.reason !== null) throw new Error(started.reason);
    broker = started.server;
    kafka = new Kafka({ clientId: 'test', brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 30 } });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3 }], waitForLeaders: true });
    await admin.disconnect();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    consumer = kafka.consumer({ groupId: 'readers', sessionTimeout: 6_000, heartbeatInterval: 500 });
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void received.push({ key: message.key!.toString(), value: Number(message.value) }) });
  });

  afterAll(async () => {
    await consumer?.disconnect();
    await producer?.disconnect();
    await broker?.stop();
  });

  const send = (from: number, to: number): Promise<unknown> =>
    producer.send({
      topic: TOPIC,
      messages: Array.from({ length: (to - from) * KEYS }, (_, n) => ({ key: `key-${n % KEYS}`, value: String(from + Math.floor(n / KEYS)) })),
    });

  /** Each key's values, in the order received, without repetitions: everything may arrive twice. */
  const orderPerKey = (): number[][] => {
    const perKey = new Map<string, Set<number>>();
    for (const { key, value } of received) perKey.set(key, (perKey.get(key) ?? new Set()).add(value));
    return [...perKey.values()].map((values) => [...values]);
  };

  const receivedUpTo = async (rounds: number): Promise<void> => {
    while (orderPerKey().flat().length < rounds * KEYS) await new Promise((done) => setTimeout(done, 20));
  };

  const inOrder = (rounds: number): number[][] => Array.from({ length: KEYS }, () => Array.from({ length: rounds }, (_, n) => n));

  it('delivers 1 000 messages, each key in the order sent', async () => {
    await send(0, ROUNDS);
    await receivedUpTo(ROUNDS);
    expect(orderPerKey()).toEqual(inOrder(ROUNDS));
  });

  it('goes on in order after the broker was killed and started again on the same data', async () => {
    await broker.kill();
    expect(broker.pid).toBeNull();
    const sending = send(ROUNDS, ROUNDS + 5);
    await broker.restart();
    await sending;
    await receivedUpTo(ROUNDS + 5);
    expect(orderPerKey()).toEqual(inOrder(ROUNDS + 5));
  });

  it('refuses a topic that nobody declared', async () => {
    const admin = kafka.admin({ retry: { retries: 0 } });
    await admin.connect();
    try {
      await expect(admin.fetchTopicOffsets('misspelt')).rejects.toThrow('does not host this topic-partition');
    } finally {
      await admin.disconnect();
    }
  });

  it('does not let a test kill a broker that was given', async () => {
    const before = process.env['KAFKA_BROKERS'];
    process.env['KAFKA_BROKERS'] = broker.brokers;
    try {
      const { server } = await startKafka();
      expect(server).toMatchObject({ brokers: broker.brokers, pid: null });
      await expect(server!.kill()).rejects.toThrow('KAFKA_NOT_OURS');
    } finally {
      if (before === undefined) delete process.env['KAFKA_BROKERS'];
      else process.env['KAFKA_BROKERS'] = before;
    }
  });
});
