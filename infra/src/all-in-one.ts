import { join } from 'node:path';
import { DEMO_PASSWORD } from '@xueji/testing/dist/src/demo';
import { startEmbedded } from './deployment/embedded';
import { readEnv } from './env';
import { ROOT } from './root';

/** `npm start`: the whole product in one process, with demo data, until Ctrl-C. */
async function main(): Promise<void> {
  const started = Date.now();
  const env = readEnv();
  const dataDir = env.DATA_DIR ?? join(ROOT, '.data');
  const product = await startEmbedded({ dataDir, port: env.PORT, durable: true, logLevel: env.LOG_LEVEL, gatewayExecutor: env.GATEWAY_EXECUTOR, operations: env.GATEWAY_OPERATIONS, ...(env.KAFKA_BROKERS ? { kafkaBrokers: env.KAFKA_BROKERS } : {}), ...(env.REDIS_URL ? { redisUrl: env.REDIS_URL } : {}), ...(env.VIRUS_SCANNER_URL ? { virusScannerUrl: env.VIRUS_SCANNER_URL } : {}) });
  process.stdout.write(`
  Xueji 学籍 is running (started in ${((Date.now() - started) / 1000).toFixed(1)} s)

    graph      ${product.url}/graphql
    explorer   ${product.url}/explorer        personas, password ${DEMO_PASSWORD}
    health     ${product.url}/livez  /readyz  /metrics
    clock      ${product.url}/dev/clock       the product's time can be set here

    database   PostgreSQL (embedded)
    events     ${product.bus.kind === 'kafka' ? `Kafka at ${env.KAFKA_BROKERS}` : 'ordered log in PostgreSQL (embedded)'}
    presence   ${env.REDIS_URL ? 'Redis' : 'in memory'}
    viruses    ${env.VIRUS_SCANNER_URL ? `clamd at ${env.VIRUS_SCANNER_URL}` : 'no scanner: only the test signature is recognised'}
    data       ${dataDir}

  Ctrl-C stops it.
`);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    process.stdout.write('\n  stopping …\n');
    setTimeout(() => process.exit(1), 20_000).unref();
    await product.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exit(1);
});
