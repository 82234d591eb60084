import { ACTOR_HEADER, appRoleOf, createService, generateKeyPair, importSigningKey, openDataSource, signActorToken, type EventBus, type ServiceConfig } from '@xueji/platform';
import { actorFor } from '../kit/actors';
import { testBus, testClock, testDatabase } from '../kit/test-service';
import { toy } from './toy.service';

describe('starting a service', () => {
  let bus: EventBus;
  let config: ServiceConfig;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;

  beforeAll(async () => {
    bus = await testBus();
    keys = await generateKeyPair();
    const { database, migratorUrl, appUrl } = await testDatabase('start');
    config = { databaseUrl: appUrl, migratorUrl, appRole: appRoleOf(database), actorPublicKey: keys.publicKey, bus, clock: testClock('2026-09-10T02:00:00Z'), demo: true, logLevel: 'silent' };
  });
  afterAll(() => bus.close());

  it('migrates and seeds once when four replicas start at the same instant', async () => {
    let seeded = 0;
    const definition = toy({
      seeds: {
        demo: async ({ manager }) => {
          const [{ count }] = await manager.query('select count(*)::int as count from note');
          if (count > 0) return;
          seeded += 1;
          await manager.query(`insert into note (id, state, version, title, path, created_at, updated_at) values ('seed', 'DRAFT', 1, 'seeded', '/cn/', now(), now())`);
        },
      },
    });
    const replicas = await Promise.all([1, 2, 3, 4].map(() => createService(definition, config)));
    expect(seeded).toBe(1);
    expect(await replicas[0]!.dataSource.query('select count(*)::int as n from schema_migration')).toEqual([{ n: 3 }]);
    await Promise.all(replicas.map((replica) => replica.stop()));
  });

  it('gives the service a role that cannot change its own schema', async () => {
    const dataSource = await openDataSource(toy().schema, config.databaseUrl);
    await expect(dataSource.query('alter table note add column x text')).rejects.toThrow(/must be owner/);
    await expect(dataSource.query('create table mine (x int)')).rejects.toThrow(/permission denied/);
    await dataSource.destroy();
  });

  it('answers health and metrics without a token, and counts operations and refusals', async () => {
    const service = await createService(toy(), config);
    const { url } = await service.listen(0);
    const at = (path: string) => fetch(url.replace('/graphql', path));
    expect((await at('/livez')).status).toBe(200);
    expect((await at('/readyz')).status).toBe(200);
    const actor = await signActorToken(await importSigningKey(keys.privateKey), actorFor('SYSTEM_ADMIN', 'b-610113'), { audience: 'toy' });
    const ask = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query: '{ notes { id } }' }) });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ [ACTOR_HEADER]: actor })).status).toBe(403);
    expect(await (await at('/metrics')).text()).toMatch(/xueji_operations_total\{outcome="FIELD_FORBIDDEN",service="toy"\} 1/);
    await service.stop();
  });
});
