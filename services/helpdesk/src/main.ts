import { connectRedis, memoryPresence, redisPresence, serveService } from '@xueji/platform';
import { helpdesk } from './app';
import { readEnv } from './env';

async function main(): Promise<void> {
  const env = readEnv();
  const redis = env.REDIS_URL ? connectRedis(env.REDIS_URL) : null;
  await serveService(helpdesk({ presence: redis ? redisPresence(redis) : memoryPresence() }), env, async () => redis?.disconnect());
}

void main();
