import { allTopics, deadLetterTopic } from '@xueji/contracts';
import { busOf, DEAD_LETTER_HEADERS, replayDeadLetters } from '@xueji/platform';
import { readEnv } from './env';

/**
 * `npm run dead-letters -- [--topic xueji.registry.student.v1] [--replay]`: lists dead letters, or puts them back on their topic, in order. What was
 * taken in already is passed over. Reads KAFKA_BROKERS or EVENT_LOG_URL.
 */
async function main(): Promise<void> {
  const env = readEnv();
  if (!env.KAFKA_BROKERS && !env.EVENT_LOG_URL) throw new Error('set KAFKA_BROKERS or EVENT_LOG_URL');
  const wanted = process.argv.includes('--topic') ? process.argv[process.argv.indexOf('--topic') + 1] : null;
  const topics = allTopics().filter((topic) => !topic.endsWith(deadLetterTopic('')) && (wanted === null || topic === wanted));
  if (topics.length === 0) throw new Error(`there is no topic ${wanted}`);
  const bus = busOf({ ...env, KAFKA_REPLICATION: 1 } as never, 'xueji-dead-letters');
  try {
    for (const topic of topics) {
      const letters = await replayDeadLetters(bus, topic, !process.argv.includes('--replay'));
      for (const { key, headers } of letters) process.stdout.write(`${topic}  key ${key}  ${headers[DEAD_LETTER_HEADERS.group]}  ${headers[DEAD_LETTER_HEADERS.reason]}\n`);
      if (letters.length > 0) process.stdout.write(`${topic}: ${letters.length} ${process.argv.includes('--replay') ? 'sent again' : 'waiting'}\n`);
    }
  } finally {
    await bus.close();
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
