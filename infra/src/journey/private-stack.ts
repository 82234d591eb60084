import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafkaBus, type EventBus } from '@xueji/platform';
import { startKafka, startRedis, startTestPostgres, type KafkaServer } from '@xueji/testing';
import { startDistributed, type Distributed } from '../deployment/distributed';

/** One process per service on real PostgreSQL, Kafka and Redis, all private and on loopback. */
export interface PrivateStack {
  product: Distributed;
  kafka: KafkaServer;
  /** the same broker, for looking on */
  bus: EventBus;
}

/** Starts a stack of its own, so that a run does not find the databases of another, and takes it down whatever `work` does. */
export async function onPrivateStack<T>(work: (stack: PrivateStack) => Promise<T>, logLevel = 'info'): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-distributed-'));
  const [postgres, kafka, redis] = await Promise.all([startTestPostgres({ own: true }), startKafka({ own: true }), startRedis({ own: true })]);
  let product: Distributed | null = null;
  let bus: EventBus | null = null;
  try {
    if (!postgres.server || !kafka.server || !redis.server) throw new Error([postgres, kafka, redis].map(({ reason }) => reason).filter(Boolean).join('; '));
    bus = createKafkaBus([kafka.server.brokers], 'journey-check');
    product = await startDistributed({ dataDir, adminUrl: postgres.server.adminUrl, kafkaBrokers: kafka.server.brokers, redisUrl: redis.server.url, logLevel });
    return await work({ product, kafka: kafka.server, bus });
  } finally {
    await product?.stop();
    await bus?.close();
    await Promise.all([postgres, kafka, redis].map(({ server }) => server?.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  }
}
