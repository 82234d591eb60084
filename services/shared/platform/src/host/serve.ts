import { createKafkaBus, createPgLogBus, type EventBus } from '../events';
import { fileClock, systemClock } from '../clock';
import { createLogger } from '../logger';
import { createService, type ServiceDefinition } from './service';
import type { ServiceEnv } from './service-env';

export const busOf = (env: Pick<ServiceEnv, 'KAFKA_BROKERS' | 'KAFKA_REPLICATION' | 'EVENT_LOG_URL'>, clientId: string): EventBus =>
  env.KAFKA_BROKERS ? createKafkaBus(env.KAFKA_BROKERS.split(','), clientId, env.KAFKA_REPLICATION) : createPgLogBus(env.EVENT_LOG_URL!);

/** Runs one service as a process of its own until SIGTERM or SIGINT; `also` is closed last. */
export async function serveService(definition: ServiceDefinition, env: ServiceEnv, also: () => Promise<void> = async () => undefined): Promise<void> {
  const log = createLogger(definition.name, env.LOG_LEVEL);
  const bus = busOf(env, `xueji-${definition.name}`);
  const service = await createService(definition, {
    databaseUrl: env.DATABASE_URL,
    migratorUrl: env.MIGRATION_DATABASE_URL ?? null,
    appRole: env.DATABASE_APP_ROLE ?? null,
    actorPublicKey: env.ACTOR_PUBLIC_KEY,
    bus,
    clock: env.DEV_CLOCK_FILE ? fileClock(env.DEV_CLOCK_FILE) : systemClock,
    demo: env.DEMO === 'true',
    ...(env.AUDIT_ANCHORS_DIR && { anchorsDir: env.AUDIT_ANCHORS_DIR }),
    ...(env.AUDIT_SIGNING_KEY && { anchorKey: env.AUDIT_SIGNING_KEY }),
    logLevel: env.LOG_LEVEL,
  });
  const { url } = await service.listen(env.PORT, env.HOST);
  log.info({ url, events: bus.kind }, 'ready');
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), 20_000).unref();
    await service.stop();
    await bus.close();
    await also();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
}
