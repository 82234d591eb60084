import { join } from 'node:path';
import { allTopics, deadLetterTopic } from '@xueji/contracts';
import { busOf, DEAD_LETTER_HEADERS, replayDeadLetters, startEmbeddedPostgres } from '@xueji/platform';
import { prepareGround } from './deployment/ground';
import { readEnv } from './env';
import { ROOT } from './root';

/**
 * `npm run dead-letters -- [--topic xueji.registry.student.v1] [--replay]`: lists dead letters, or puts them back on their topic, in order. What was
 * taken in already is passed over. On KAFKA_BROKERS or EVENT_LOG_URL, else on the embedded product of DATA_DIR, which may be running.
 */
async function main(): Promise<void> {
  const env = readEnv();
  const wanted = process.argv.includes('--topic') ? process.argv[process.argv.indexOf('--topic') + 1] : null;
  const topics = allTopics().filter((topic) => !topic.endsWith(deadLetterTopic('')) && (wanted === null || topic === wanted));
  if (topics.length === 0) throw new Error(`there is no topic ${wanted}`);
  const dataDir = env.DATA_DIR ?? join(ROOT, '.data');
  const postgres = env.KAFKA_BROKERS || env.EVENT_LOG_URL ? null : await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), durable: true, log: () => undefined });
  const eventLogUrl = postgres ? (await prepareGround(postgres.adminUrl, dataDir)).eventLogUrl : env.EVENT_LOG_URL;
  const bus = busOf({ KAFKA_BROKERS: env.KAFKA_BROKERS, KAFKA_REPLICATION: 1, EVENT_LOG_URL: eventLogUrl }, 'xueji-dead-letters');
  try {
    for (const topic of topics) {
      const letters = await replayDeadLetters(bus, topic, !process.argv.includes('--replay'));
      for (const { key, headers } of letters) process.stdout.write(`${topic}  key ${key}  ${headers[DEAD_LETTER_HEADERS.group]}  ${headers[DEAD_LETTER_HEADERS.reason]}\n`);
      if (letters.length > 0) process.stdout.write(`${topic}: ${letters.length} ${process.argv.includes('--replay') ? 'sent again' : 'waiting'}\n`);
    }
  } finally {
    await bus.close();
    await postgres?.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
