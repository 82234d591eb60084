import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { explorerConfig } from './explorer-config';
import { prepareGround, PROCESSES, processEnvironment } from './deployment/ground';

/**
 * First container of docker-compose.yml: makes databases, roles, keys and secrets on the shared volume, and one environment file per process
 * (`<DATA_DIR>/env/<process>.json`) that its container starts with. Idempotent.
 */
async function main(): Promise<void> {
  const env = z.object({ ADMIN_URL: z.string().min(1), DATA_DIR: z.string().default('/data'), KAFKA_BROKERS: z.string().min(1), REDIS_URL: z.string().min(1), LOG_LEVEL: z.string().default('info') }).parse(process.env);
  const ground = await prepareGround(env.ADMIN_URL, env.DATA_DIR);
  const folder = join(env.DATA_DIR, 'env');
  mkdirSync(folder, { recursive: true });
  const explorerFile = join(env.DATA_DIR, 'explorer.json');
  writeFileSync(explorerFile, JSON.stringify(explorerConfig()));
  for (const name of PROCESSES) {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(processEnvironment(name, ground, { port: 4000, host: '0.0.0.0', addressOf: (service) => `http://${service}:4000`, kafkaBrokers: env.KAFKA_BROKERS, redisUrl: env.REDIS_URL, logLevel: env.LOG_LEVEL, explorerFile })));
    chmodSync(file, 0o600);
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
