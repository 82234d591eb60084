import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { CloudEvent, EventContract } from '@xueji/contracts';
import {
  ACTOR_HEADER, appRoleOf, createEventLog, createPgLogBus, createService, ensureDatabase, generateKeyPair, importSigningKey, signActorToken,
  type Actor, type EventBus, type Service, type ServiceDefinition, type SettableClock, type SigningKey,
} from '@xueji/platform';
import { Client } from 'pg';
import { fillDemoOrganizations } from '../demo';

/** A clock that a test sets; it stands still until set again. */
export function testClock(at: string): SettableClock {
  let now = new Date(at);
  return { now: () => new Date(now), set: (next) => (now = next ?? new Date()) };
}

export interface TestAnswer<T> {
  data: T | null;
  errors: { message: string; path?: (string | number)[]; extensions: { code: string; rule: string | null; field: string | null; [key: string]: unknown } }[];
}

export interface TestService extends Service {
  clock: SettableClock;
  bus: EventBus;
  /** urls of the service's database for looking inside */
  migratorUrl: string;
  /** one operation as this person (null: nobody signed in); `locale` as in Accept-Language */
  query<T = any>(actor: Actor | null, document: string, variables?: Record<string, unknown>, locale?: string): Promise<TestAnswer<T>>;
  /** header set for plain HTTP to this service as this person */
  headers(actor: Actor | null): Promise<Record<string, string>>;
  /** tells an event as another service would, and waits until this service has taken it in */
  deliver<T>(contract: EventContract<T>, key: string, data: T, options?: { id?: string; version?: number; time?: string }): Promise<CloudEvent<T>>;
  /** waits until nothing is left to send or take in */
  quiet(): Promise<void>;
  /** events this service has told, oldest first */
  told(): Promise<CloudEvent<any>[]>;
}

export interface TestServiceOptions {
  now?: string;
  demo?: boolean;
  bus?: EventBus;
  /** fills the table `organization` with the demo country, as the events of school-codes would (default true) */
  organizations?: boolean;
}

const adminUrl = () => {
  const url = process.env.PG_ADMIN_URL;
  if (!url) throw new Error('PG_ADMIN_URL is not set: tests with a database need the global setup');
  return url;
};

const freshName = (name: string) => `t_${name.replaceAll('-', '_')}_${randomUUID().slice(0, 8)}`;

export const testDatabase = async (name: string) => {
  const database = freshName(name);
  const urls = await ensureDatabase(adminUrl(), { database, secretFor: () => 'of-a-test' });
  return { database, ...urls };
};

/** An event bus on a database of its own. */
export async function testBus(): Promise<EventBus> {
  const { migratorUrl } = await testDatabase('events');
  await createEventLog(migratorUrl);
  return createPgLogBus(migratorUrl);
}

/** Starts a service on a fresh database, with its own event log unless one is given. */
export async function startTestService(definition: ServiceDefinition, options: TestServiceOptions = {}): Promise<TestService> {
  const { database, migratorUrl, appUrl } = await testDatabase(definition.name);
  const keys = await generateKeyPair();
  const signingKey: SigningKey = await importSigningKey(keys.privateKey);
  const ownBus = options.bus ? null : await testBus();
  const bus = options.bus ?? ownBus!;
  const clock = testClock(options.now ?? '2026-09-10T02:00:00Z');
  const service = await createService(definition, {
    databaseUrl: appUrl, migratorUrl, appRole: appRoleOf(database), actorPublicKey: keys.publicKey, bus, clock, demo: options.demo ?? false, logLevel: process.env.TEST_LOG_LEVEL ?? 'silent', poolSize: 12,
  });
  if (options.organizations ?? true) await fillOrganizations(migratorUrl);
  const token = (actor: Actor | null) => signActorToken(signingKey, actor, { audience: definition.name });
  const topics = [...new Set((definition.consumers ?? []).map((consumer) => consumer.contract.topic))];
  const quiet = async () => {
    do {
      await service.settled();
      while ((await bus.lag(`xueji.${definition.name}`, topics)) > 0) await pause(10);
      await pause(20);
    } while ((await bus.lag(`xueji.${definition.name}`, topics)) > 0);
  };
  return {
    ...service,
    clock,
    bus,
    migratorUrl,
    quiet,
    headers: async (actor) => ({ [ACTOR_HEADER]: await token(actor) }),
    query: async (actor, document, variables = {}, locale = 'zh-CN') => {
      const result = await service.execute({ query: document, variables }, { [ACTOR_HEADER]: await token(actor), 'accept-language': locale });
      return { data: (result.data ?? null) as never, errors: (result.errors ?? []) as never };
    },
    deliver: async (contract, key, data, { id = randomUUID(), version = 1, time = clock.now().toISOString() } = {}) => {
      const event: CloudEvent<any> = {
        specversion: '1.0', id, source: `/xueji/${contract.service}`, type: contract.type, subject: key, time, datacontenttype: 'application/json',
        dataschema: `urn:xueji:${contract.type}`, partitionkey: key, aggregatetype: contract.entity, aggregateid: key, aggregateversion: version, data,
      };
      await bus.publish([{ topic: contract.topic, key, value: JSON.stringify(event) }]);
      await quiet();
      return event;
    },
    told: async () => (await service.dataSource.query('select event from outbox_event order by seq')).map((row: { event: CloudEvent }) => row.event),
    stop: async () => {
      await service.stop();
      await ownBus?.close();
    },
  };
}

async function fillOrganizations(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await fillDemoOrganizations((sql, parameters) => client.query(sql, parameters));
  await client.end();
}
