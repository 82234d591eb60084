import { connectRedis, memoryEndedSessions, redisEndedSessions, serveService } from '@xueji/platform';
import { accounts } from './app';
import { readEnv } from './env';

async function main(): Promise<void> {
  const env = readEnv();
  const redis = env.REDIS_URL ? connectRedis(env.REDIS_URL) : null;
  await serveService(await accounts({ accessSigningKey: env.ACCESS_SIGNING_KEY, redis, endedSessions: redis ? redisEndedSessions(redis) : memoryEndedSessions() }), env, async () => redis?.disconnect());
}

void main();
