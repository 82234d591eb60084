import type { IncomingMessage, ServerResponse } from 'node:http';
import { allTopics } from '@xueji/contracts';
import { DomainError } from '@xueji/workflow';
import type { DataSource, EntityManager } from 'typeorm';
import { isAgreementLive } from '../agreements';
import { importSigningKey, importVerifyingKey, type Actor } from '../auth';
import type { Clock } from '../clock';
import { inCommand, readLedger, runCommand, startAnchoring, systemActor, type Call, type CommandHost, type CommandScope, type Consumer, type ReadLedger, type RecordCommands, type WorkflowEntity } from '../command';
import { migrate, openDataSource, type Schema } from '../db';
import { startConsuming, startOutboxRelay, type EventBus, type OutboxRelay, type Subscription } from '../events';
import { buildFederatedSchema, createSubgraphServer, type ExtraDirectives, type GraphContext, type PersonalTypes, type ReferenceLoader, type SubgraphRequest, type SubgraphServer } from '../graph';
import { createLogger, type Logger } from '../logger';
import { processMetrics, serviceMetrics } from './metrics';

/** What a resolver finds in its context. */
export interface ServiceContext extends GraphContext {
  clock: Clock;
  log: Logger;
  traceId: string;
  clientAddress: string | null;
  /** reads; writes go through `run` or `command` */
  manager: EntityManager;
  /** where exports and downloads say what of whom they gave away; queries do so by themselves */
  readings: ReadLedger;
  /** one command on one record, through the write door */
  run<R extends WorkflowEntity, I, F>(records: RecordCommands<R, I, F>, requestId: string, call: Call<I>): Promise<R>;
  /** several decisions in one transaction; `work` returns JSON that a repeated request is answered with */
  command<T>(name: string, requestId: string, input: unknown, work: (scope: CommandScope) => Promise<T>): Promise<T>;
}

/** A path beside `/graphql`, e.g. an upload. The actor token has been checked; the handler answers. */
export interface HttpRoute {
  method: 'GET' | 'POST';
  prefix: string;
  handle(request: IncomingMessage, response: ServerResponse, context: ServiceContext): Promise<void>;
}

/** Everything that makes a service, as explicit lists. */
export interface ServiceDefinition {
  name: string;
  schema: Schema;
  resolvers: Function[];
  orphanedTypes?: Function[];
  references?: Record<string, ReferenceLoader<any>>;
  extraDirectives?: ExtraDirectives;
  /** types that tell about pupils, by name, with the pupil's id: who reads them is recorded */
  personal?: PersonalTypes;
  consumers?: Consumer<never>[];
  /** refusals for unique constraints that stop races, by constraint name */
  constraints?: Record<string, () => DomainError>;
  routes?: HttpRoute[];
  /** idempotent; run at each start as the service's own role. `demo` never runs in production. */
  seeds?: { reference?(scope: CommandScope): Promise<void>; demo?(scope: CommandScope): Promise<void> };
  /** work of its own, e.g. clocks; returns how to stop it */
  start?(context: BackgroundContext): Promise<() => Promise<void>>;
}

/** What work without a request has: no person, the system acts. */
export type BackgroundContext = CommandHost & { log: Logger; bus: EventBus };

export interface ServiceConfig {
  databaseUrl: string;
  /** null: someone else migrates */
  migratorUrl: string | null;
  appRole: string | null;
  actorPublicKey: string;
  bus: EventBus;
  clock: Clock;
  demo: boolean;
  /** folder where the ends of the audit chains are noted each minute; absent: nowhere */
  anchorsDir?: string;
  /** private key that signs them */
  anchorKey?: string;
  logLevel?: string;
  poolSize?: number;
}

export interface Service {
  name: string;
  sdl: string;
  dataSource: DataSource;
  host: CommandHost;
  execute: SubgraphServer['execute'];
  handleHttp: SubgraphServer['handleHttp'];
  listen: SubgraphServer['listen'];
  isReady(): Promise<boolean>;
  metrics(): Promise<string>;
  /** everything told so far has reached the bus */
  settled(): Promise<void>;
  /** stops taking in, lets what runs finish, closes */
  stop(): Promise<void>;
}

/** The person acting; a field rule has made sure there is one. */
export function actorOfContext(context: GraphContext): Actor {
  if (!context.actor) throw new DomainError({ code: 'UNAUTHENTICATED', rule: 'ACC-PWD-01', zh: '请先登录', en: 'Please sign in' });
  return context.actor;
}

/** The federated schema of a definition, without starting anything. */
export const subgraphOf = (definition: ServiceDefinition) =>
  buildFederatedSchema({ resolvers: definition.resolvers, orphanedTypes: definition.orphanedTypes ?? [], references: definition.references ?? {}, ...(definition.extraDirectives ? { extraDirectives: definition.extraDirectives } : {}) });

/** Migrates, seeds, starts the relay and the consumers, and is ready to serve. */
export async function createService(definition: ServiceDefinition, config: ServiceConfig): Promise<Service> {
  const { name } = definition;
  const { bus, clock } = config;
  const log = createLogger(name, config.logLevel);
  if (config.migratorUrl) await migrate(definition.schema, config.migratorUrl, config.appRole);
  const dataSource = await openDataSource(definition.schema, config.databaseUrl, config.poolSize);
  let relay: OutboxRelay | null = null;
  const host: CommandHost = { name, dataSource, clock, outboxFilled: () => relay?.wake(), constraints: definition.constraints ?? {} };
  const { schema, sdl } = subgraphOf(definition);

  await seed(definition, host, config.demo);
  await bus.ensureTopics(allTopics()).catch((error) => log.warn({ reason: (error as Error).message }, 'topics not ensured, the bus is away'));
  relay = startOutboxRelay(dataSource, bus, log);
  const consumers = definition.consumers ?? [];
  const subscription: Subscription | null = await startConsuming(host, bus, consumers, log);
  const stopOwn = await definition.start?.({ ...host, log, bus });
  const anchoring = config.anchorsDir ? startAnchoring({ service: name, dataSource, folder: config.anchorsDir, key: config.anchorKey ? await importSigningKey(config.anchorKey) : null, log }) : null;
  const topics = [...new Set(consumers.map((consumer) => consumer.contract.topic))];
  const metrics = serviceMetrics(name, dataSource, () => bus.lag(`xueji.${name}`, topics));

  const readings = readLedger(dataSource, clock);
  const makeContext = (request: SubgraphRequest): ServiceContext => ({
    actor: request.actor,
    locale: request.locale,
    loaders: new Map(),
    clock,
    log,
    traceId: request.traceId,
    clientAddress: request.clientAddress,
    manager: dataSource.manager,
    readings,
    run(records, requestId, call) {
      return runCommand(host, records, { requestId, actor: actorOfContext(this), source: 'graph', traceId: request.traceId }, call);
    },
    command(command, requestId, input, work) {
      return inCommand(host, { requestId, actor: this.actor ?? systemActor, command: `${name}.${command}`, input, source: 'graph', traceId: request.traceId }, work);
    },
  });

  const isReady = async () => {
    const [database, events] = await Promise.all([dataSource.query('select 1').then(() => true, () => false), bus.isHealthy()]);
    // Without the bus writes still go on: the outbox waits. Only the database decides.
    if (!events) log.warn('the event bus is away; the outbox waits');
    return database;
  };

  const server = await createSubgraphServer<ServiceContext>({
    name,
    schema,
    sdl,
    actorPublicKey: await importVerifyingKey(config.actorPublicKey),
    log,
    makeContext,
    isAgreementLive: (grant) => isAgreementLive(dataSource.manager, grant, clock.now()),
    ...(definition.personal && { personal: definition.personal, recordReading: readings.append }),
    observe: (outcome, seconds) => {
      metrics.operations.inc({ outcome });
      metrics.seconds.observe(seconds);
    },
    http: async (request, response, from) => {
      const path = (request.url ?? '/').split('?')[0]!;
      const route = definition.routes?.find((candidate) => candidate.method === request.method && path.startsWith(candidate.prefix));
      if (!route) {
        response.writeHead(404, { 'content-type': 'application/json' });
        response.end('{}');
        return;
      }
      await route.handle(request, response, makeContext(from));
    },
    openHttp: async (request, response) => {
      const path = request.url ?? '/';
      if (path === '/livez') send(response, 200, 'ok');
      else if (path === '/readyz') send(response, (await isReady()) ? 200 : 503, 'ready');
      else if (path === '/metrics') send(response, 200, await allMetrics());
      else return false;
      return true;
    },
  });
  const allMetrics = async () => `${await metrics.registry.metrics()}\n${await processMetrics().metrics()}`;

  return {
    name,
    sdl,
    dataSource,
    host,
    execute: server.execute,
    handleHttp: server.handleHttp,
    listen: server.listen,
    isReady,
    metrics: () => metrics.registry.metrics(),
    settled: () => relay!.idle(),
    stop: async () => {
      await server.close();
      await subscription?.stop();
      await stopOwn?.();
      await relay!.stop();
      await anchoring?.stop();
      await dataSource.destroy();
      log.info('stopped');
    },
  };
}

const SEED_LOCK = 7004;

async function seed(definition: ServiceDefinition, host: CommandHost, demo: boolean): Promise<void> {
  for (const kind of ['reference', 'demo'] as const) {
    const work = definition.seeds?.[kind];
    if (!work || (kind === 'demo' && !demo)) continue;
    // Each start is a request of its own; the seed itself looks for what is there already.
    const requestId = `seed-${kind}-${Date.now()}-${process.pid}`;
    await inCommand(host, { requestId, actor: systemActor, command: `${host.name}.seed.${kind}`, input: null, source: 'seed' }, async (scope) => {
      await scope.manager.query('select pg_advisory_xact_lock($1)', [SEED_LOCK]);
      await work(scope);
    });
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
