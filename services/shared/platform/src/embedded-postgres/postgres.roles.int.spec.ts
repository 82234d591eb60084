import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ensureDatabase, fileSecrets, grantAppRights, startEmbeddedPostgres, type DatabaseUrls, type EmbeddedPostgres } from '.';

const folder = mkdtempSync(join(tmpdir(), 'xueji-roles-'));
const secretFor = fileSecrets(join(folder, 'secrets'));
const clients: Client[] = [];
const PERMISSION_DENIED = { code: '42501' };

let postgres: EmbeddedPostgres;
let urls: DatabaseUrls;
let migrator: Client;
let app: Client;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false, log: () => undefined });
  urls = await ensureDatabase(postgres.adminUrl, { database: 'one', secretFor });
  migrator = await connect(urls.migratorUrl);
  await migrator.query(`
    create table pupil (id serial primary key, name text);
    create table change_log (id int primary key, what text);
    create table migrations (id int primary key);
    create table event (id int, year int) partition by list (year);
    create table event_2024 partition of event for values in (2024);
    create view pupil_names as select name from pupil;
    create function twice(n int) returns int language sql immutable as 'select 2 * n';`);
  await grantAppRights(migrator, 'one_app', { appendOnly: ['change_log', 'event'], readOnly: ['migrations'] });
  app = await connect(urls.appUrl);
});

afterAll(async () => {
  for (const client of clients) await client.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('databases and roles', () => {
  it('lets the service read, add, change and delete in an ordinary table', async () => {
    await app.query(`insert into pupil (name) values ('a'), ('b')`);
    await app.query(`update pupil set name = 'c' where name = 'a'`);
    await app.query(`delete from pupil where name = 'b'`);
    expect((await app.query('select name, twice(id) from pupil_names, (select 2 as id) as two')).rows).toEqual([{ name: 'c', twice: 4 }]);
  });

  it.each(['change_log', 'event'])('lets the service add to %s but never change, delete or empty it', async (table) => {
    await app.query(`insert into ${table} values (1, ${table === 'event' ? '2024' : `'done'`})`);
    expect((await app.query(`select id from ${table}`)).rows).toEqual([{ id: 1 }]);
    await expect(app.query(`update ${table} set id = 2`)).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query(`delete from ${table}`)).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query(`truncate ${table}`)).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('closes the way around an append-only table through its partition', async () => {
    await expect(app.query('delete from event_2024')).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('lets the service read which migrations ran, not write it', async () => {
    await app.query('select * from migrations');
    await expect(app.query('insert into migrations values (1)')).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('does not let the service alter, drop or create anything', async () => {
    await expect(app.query('drop table pupil')).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query('alter table pupil add extra int')).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query('create table mine (id int)')).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query('create temporary table mine (id int)')).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(app.query('set role one_owner')).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('takes away rights that were given before', async () => {
    await migrator.query('grant update on change_log to one_app');
    await grantAppRights(migrator, 'one_app', { appendOnly: ['change_log', 'event'], readOnly: ['migrations'] });
    await expect(app.query('update change_log set id = 2')).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('refuses an append-only table that does not exist', async () => {
    await expect(grantAppRights(migrator, 'one_app', { appendOnly: ['chang_log'] })).rejects.toThrow('APPEND_ONLY_TABLE_MISSING: there is no table chang_log');
  });

  it('keeps every service out of the databases of the others', async () => {
    const two = await ensureDatabase(postgres.adminUrl, { database: 'two', secretFor });
    const into = (url: string, database: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).href;
    await expect(connect(into(urls.appUrl, 'two'))).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(connect(into(two.appUrl, 'one'))).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(connect(into(two.migratorUrl, 'one'))).rejects.toMatchObject(PERMISSION_DENIED);
    await expect(connect(into(two.appUrl, 'postgres'))).rejects.toMatchObject(PERMISSION_DENIED);
  });

  it('keeps data and addresses when run again, and repairs a changed password', async () => {
    const admin = await connect(postgres.adminUrl);
    await admin.query(`alter role one_app password 'lost'`);
    await expect(connect(urls.appUrl)).rejects.toMatchObject({ code: '28P01' });
    expect(await ensureDatabase(postgres.adminUrl, { database: 'one', secretFor })).toEqual(urls);
    expect((await (await connect(urls.appUrl)).query('select name from pupil')).rows).toEqual([{ name: 'c' }]);
  });

  it('survives being run many times at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => ensureDatabase(postgres.adminUrl, { database: 'three', secretFor })));
    expect(new Set(all.map(({ appUrl }) => appUrl)).size).toBe(1);
  });

  it('refuses names that would need quoting', async () => {
    await expect(ensureDatabase(postgres.adminUrl, { database: 'No-Good', secretFor })).rejects.toThrow('DATABASE_NAME_INVALID');
    expect(() => secretFor('../x')).toThrow('SECRET_NAME_INVALID');
  });

  it('keeps passwords in files that only their owner can read', () => {
    expect(secretFor('one_app')).toHaveLength(24);
    expect(secretFor('one_app')).not.toBe(secretFor('one_owner'));
    expect(statSync(join(folder, 'secrets/one_app')).mode & 0o777).toBe(0o600);
  });
});
