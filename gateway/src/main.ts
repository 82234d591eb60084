import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busOf, connectRedis, createLogger, fileClock, redisEndedSessions } from '@xueji/platform';
import { readEnv, runsOnlyTrusted } from './env';
import type { ExplorerConfig } from './explorer';
import { createGateway } from './gateway';
import { memoryFeed, redisFeed } from './live/feed';
import { rateLimits } from './rate-limits';
import { readTrustedDocuments } from './trusted-documents';

/** The gateway as a process of its own, its subgraphs reached over HTTP. */
async function main(): Promise<void> {
  const env = readEnv();
  const log = createLogger('gateway', env.LOG_LEVEL);
  const redis = env.REDIS_URL ? connectRedis(env.REDIS_URL) : null;
  const bus = env.KAFKA_BROKERS || env.EVENT_LOG_URL ? busOf(env, 'xueji-gateway') : null;
  const endedSessions = redis && redisEndedSessions(redis);
  const gateway = await createGateway({
    supergraphSdl: readFileSync(env.SUPERGRAPH_FILE ?? join(__dirname, '../../supergraph.graphql'), 'utf8'),
    subgraphs: Object.fromEntries(Object.entries(env.SUBGRAPH_URLS).map(([name, url]) => [name, { url }])),
    accessTokenPublicKey: env.ACCESS_TOKEN_PUBLIC_KEY,
    actorSigningKey: env.ACTOR_SIGNING_KEY,
    log,
    production: env.NODE_ENV === 'production',
    routes: env.FILE_ROUTES,
    redis,
    executor: env.GATEWAY_EXECUTOR,
    ...((bus || redis) && { live: { feed: redis ? redisFeed(redis) : memoryFeed(), ...(bus && { bus }) } }),
    documents: { trusted: readTrustedDocuments(readFileSync(env.TRUSTED_DOCUMENTS_FILE ?? join(__dirname, '../../trusted-documents.json'), 'utf8')), only: runsOnlyTrusted(env) },
    rateLimits: rateLimits({ perPerson: env.RATE_PER_PERSON, perAddress: env.RATE_PER_ADDRESS }, redis),
    ...(endedSessions && { isSessionLive: async ({ sessionId, agency }) => !(await endedSessions.hasEnded(sessionId, Boolean(agency))) }),
    ...(env.TRUSTED_PROXIES && { trustedProxies: env.TRUSTED_PROXIES }),
    ...(env.DEV_CLOCK_FILE && { devClock: fileClock(env.DEV_CLOCK_FILE) }),
    ...(env.EXPLORER_FILE && { explorer: JSON.parse(readFileSync(env.EXPLORER_FILE, 'utf8')) as ExplorerConfig }),
  });
  const { url } = await gateway.listen(env.PORT, env.HOST);
  log.info({ url }, 'ready');
  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), 20_000).unref();
    await gateway.close();
    await bus?.close();
    redis?.disconnect();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
