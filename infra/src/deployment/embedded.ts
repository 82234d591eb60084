import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGateway, memoryFeed, rateLimits, readTrustedDocuments, redisFeed, type ExecutorKind, type Gateway, type RateLimitSetting } from '@xueji/gateway';
import { connectRedis, createKafkaBus, createLogger, createPgLogBus, createService, fileClock, memoryEndedSessions, redisEndedSessions, startEmbeddedPostgres, type EventBus, type Service, type SettableClock } from '@xueji/platform';
import { startAuthorityDoubles } from '@xueji/testing/dist/src/demo';
import { definitionsFor } from '../definitions';
import { explorerConfig } from '../explorer-config';
import { ROOT } from '../root';
import { FILE_ROUTES, prepareGround, type Ground, type ServiceName } from './ground';

export interface EmbeddedOptions {
  dataDir: string;
  /** 0 takes any free one */
  port: number;
  /** false: throw-away data, for tests and journeys */
  durable: boolean;
  logLevel: string;
  /** host:port list; absent: the ordered log in PostgreSQL */
  kafkaBrokers?: string;
  /** absent: in memory */
  redisUrl?: string;
  /** `tcp://host:port` of a clamd; absent: only the test signature is known */
  virusScannerUrl?: string;
  /** default: compiled */
  gatewayExecutor?: ExecutorKind;
  /** `trusted`: the gateway runs our own clients' operations alone; `any` when absent */
  operations?: 'trusted' | 'any';
  /** as in production: no introspection, no explorer, no clock to set from outside */
  production?: boolean;
  /** absent: nobody is held back */
  rates?: RateLimitSetting;
}

export interface Embedded {
  /** address of the gateway, without a path */
  url: string;
  adminUrl: string;
  ground: Ground;
  bus: EventBus;
  clock: SettableClock;
  services: Record<ServiceName, Service>;
  stop(): Promise<void>;
}

/** The whole product in one process, on its own PostgreSQL. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, logLevel } = options;
  const log = createLogger('xueji', logLevel);
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), durable: options.durable, log: (message) => log.debug(message) });
  const closers: (() => Promise<void>)[] = [() => postgres.stop()];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const ground = await prepareGround(postgres.adminUrl, dataDir);
    const bus = options.kafkaBrokers ? createKafkaBus(options.kafkaBrokers.split(','), 'xueji') : createPgLogBus(ground.eventLogUrl);
    closers.push(() => bus.close());
    const redis = options.redisUrl ? connectRedis(options.redisUrl) : null;
    if (redis) closers.push(async () => redis.disconnect());
    const clock = fileClock(ground.clockFile);
    const endedSessions = redis ? redisEndedSessions(redis) : memoryEndedSessions();
    const doubles = await startAuthorityDoubles();
    closers.push(doubles.stop);
    const definitions = await definitionsFor({ endedSessions, accessSigningKey: ground.accessKeys.privateKey, redis, lookupKey: ground.lookupKey, filesDir: ground.filesDir, allowSynthetic: true, authorities: { policeIdentity: doubles.url, population: doubles.url, taxAndSocialSecurity: doubles.url, exitEntry: doubles.url }, ...(options.virusScannerUrl && { virusScannerUrl: options.virusScannerUrl }) });
    const started = await Promise.all(
      definitions.map((definition) => {
        const database = ground.databases[definition.name as ServiceName];
        return createService(definition, { databaseUrl: database.appUrl, migratorUrl: database.migratorUrl, appRole: database.appRole, actorPublicKey: ground.actorKeys.publicKey, bus, clock, demo: true, anchorsDir: ground.anchorsDir, logLevel });
      }),
    );
    closers.push(async () => void (await Promise.all(started.map((service) => service.stop()))));
    const services = Object.fromEntries(started.map((service) => [service.name, service])) as Record<ServiceName, Service>;
    const gateway: Gateway = await createGateway({
      supergraphSdl: readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'),
      subgraphs: Object.fromEntries(started.map((service) => [service.name, { local: service }])),
      accessTokenPublicKey: ground.accessKeys.publicKey,
      actorSigningKey: ground.actorKeys.privateKey,
      log: createLogger('gateway', logLevel),
      production: options.production ?? false,
      ...(options.gatewayExecutor && { executor: options.gatewayExecutor }),
      routes: FILE_ROUTES,
      documents: { trusted: readTrustedDocuments(readFileSync(join(ROOT, 'gateway', 'trusted-documents.json'), 'utf8')), only: options.operations === 'trusted' },
      ...(options.rates && { rateLimits: rateLimits(options.rates, redis) }),
      redis,
      devClock: clock,
      explorer: explorerConfig(),
      live: { feed: redis ? redisFeed(redis) : memoryFeed(), bus },
      isSessionLive: async ({ sessionId, agency }) => !(await endedSessions.hasEnded(sessionId, Boolean(agency))),
      isProductReady: async () => (await Promise.all(started.map((service) => service.isReady()))).every(Boolean),
      productMetrics: async () => oneHelpEach((await Promise.all(started.map((service) => service.metrics()))).join('\n')),
    });
    closers.push(() => gateway.close());
    const { port } = await gateway.listen(options.port);
    return { url: `http://127.0.0.1:${port}`, adminUrl: postgres.adminUrl, ground, bus, clock, services, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Metrics of several services in one text: each metric is described once. */
function oneHelpEach(text: string): string {
  const described = new Set<string>();
  return text.split('\n').filter((line) => {
    const about = /^# (HELP|TYPE) (\S+)/.exec(line);
    if (!about) return line !== '';
    const key = `${about[1]} ${about[2]}`;
    return described.has(key) ? false : described.add(key);
  }).join('\n');
}
