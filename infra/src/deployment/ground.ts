import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appRoleOf, createEventLog, ensureDatabase, fileSecrets, generateKeyPair, type KeyPairText } from '@xueji/platform';

export const SERVICES = ['accounts', 'helpdesk', 'preschool', 'registry', 'school-codes', 'transfers'] as const;
export type ServiceName = (typeof SERVICES)[number];
export type ProcessName = ServiceName | 'gateway';
export const PROCESSES: readonly ProcessName[] = [...SERVICES, 'gateway'];

/** File paths of the graph's address that go to a service. */
export const FILE_ROUTES = [
  { prefix: '/uploads/intake', subgraph: 'registry' },
  { prefix: '/uploads/pupil-files', subgraph: 'registry' },
  { prefix: '/downloads/intake', subgraph: 'registry' },
  { prefix: '/downloads/exports', subgraph: 'registry' },
  { prefix: '/uploads/evidence', subgraph: 'transfers' },
  { prefix: '/downloads/evidence', subgraph: 'transfers' },
];

export interface ServiceDatabase {
  database: string;
  appUrl: string;
  migratorUrl: string;
  appRole: string;
}

/** What stands before any service runs: databases with their roles, the event log, keys and secrets. */
export interface Ground {
  databases: Record<ServiceName, ServiceDatabase>;
  eventLogUrl: string;
  accessKeys: KeyPairText;
  actorKeys: KeyPairText;
  lookupKey: string;
  clockFile: string;
  filesDir: string;
  /** where the ends of the audit chains are noted; in production on another machine than the databases */
  anchorsDir: string;
}

/** Prepares a development deployment on one PostgreSQL server. Idempotent; secrets and keys live in `dataDir`, readable by the owner only. */
export async function prepareGround(adminUrl: string, dataDir: string): Promise<Ground> {
  mkdirSync(dataDir, { recursive: true });
  const secretFor = fileSecrets(join(dataDir, 'secrets'));
  const databaseOf = async (database: string) => ({ database, appRole: appRoleOf(database), ...(await ensureDatabase(adminUrl, { database, secretFor })) });
  const entries: [ServiceName, ServiceDatabase][] = [];
  for (const name of SERVICES) entries.push([name, await databaseOf(`xueji_${name.replaceAll('-', '_')}`)]);
  const events = await databaseOf('xueji_events');
  await createEventLog(events.migratorUrl);
  return {
    databases: Object.fromEntries(entries) as Record<ServiceName, ServiceDatabase>,
    eventLogUrl: events.migratorUrl,
    accessKeys: await keysIn(join(dataDir, 'secrets', 'access-keys.json')),
    actorKeys: await keysIn(join(dataDir, 'secrets', 'actor-keys.json')),
    lookupKey: secretFor('lookup-key'),
    clockFile: join(dataDir, 'clock'),
    filesDir: join(dataDir, 'files'),
    anchorsDir: join(dataDir, 'audit-anchors'),
  };
}

async function keysIn(path: string): Promise<KeyPairText> {
  if (!existsSync(path)) writeFileSync(path, JSON.stringify(await generateKeyPair()), { mode: 0o600 });
  return JSON.parse(readFileSync(path, 'utf8')) as KeyPairText;
}

export interface ProcessSettings {
  port: number;
  host: string;
  addressOf(service: ServiceName): string;
  kafkaBrokers: string;
  redisUrl: string;
  logLevel: string;
  explorerFile: string;
}

/** The environment of one process of a development deployment, with demo data and a clock that can be set. */
export function processEnvironment(name: ProcessName, ground: Ground, settings: ProcessSettings): Record<string, string> {
  const common = { NODE_ENV: 'development', PORT: String(settings.port), HOST: settings.host, LOG_LEVEL: settings.logLevel, DEV_CLOCK_FILE: ground.clockFile };
  if (name === 'gateway') {
    return {
      ...common,
      SUBGRAPH_URLS: SERVICES.map((service) => `${service}=${settings.addressOf(service)}/graphql`).join(','),
      FILE_ROUTES: FILE_ROUTES.map(({ prefix, subgraph }) => `${prefix}=${subgraph}`).join(','),
      ACCESS_TOKEN_PUBLIC_KEY: ground.accessKeys.publicKey,
      ACTOR_SIGNING_KEY: ground.actorKeys.privateKey,
      REDIS_URL: settings.redisUrl,
      KAFKA_BROKERS: settings.kafkaBrokers,
      EXPLORER_FILE: settings.explorerFile,
    };
  }
  const database = ground.databases[name];
  return {
    ...common,
    DATABASE_URL: database.appUrl, MIGRATION_DATABASE_URL: database.migratorUrl, DATABASE_APP_ROLE: database.appRole, ACTOR_PUBLIC_KEY: ground.actorKeys.publicKey,
    KAFKA_BROKERS: settings.kafkaBrokers, REDIS_URL: settings.redisUrl, DEMO: 'true', FILES_DIR: ground.filesDir, AUDIT_ANCHORS_DIR: ground.anchorsDir,
    ...(name === 'accounts' ? { ACCESS_SIGNING_KEY: ground.accessKeys.privateKey } : {}),
    ...(name === 'transfers' ? { LOOKUP_KEY: ground.lookupKey } : {}),
  };
}
