import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgresError, freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '.';

const folder = mkdtempSync(join(tmpdir(), 'xueji-embedded-'));
const dataDir = join(folder, 'postgres');
const log: string[] = [];
const started: EmbeddedPostgres[] = [];

async function start(options: { dataDir?: string; port?: number; durable?: boolean } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, log: (message) => log.push(message), ...options });
  started.push(server);
  return server;
}

async function query(server: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the server in a process that is then killed the hard way. */
async function leaveOrphan(): Promise<number> {
  const script = `require(${JSON.stringify(__dirname)}).startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false, log: () => {} }).then((s) => { console.log(s.pid); setInterval(() => {}, 1000); })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((done) => child.stdout.once('data', (text) => done(Number(text))));
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
  return pid;
}

afterAll(async () => {
  for (const server of started) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('embedded PostgreSQL', () => {
  it('keeps data, password and port from one start to the next', async () => {
    const first = await start();
    await query(first, 'create table kept (n int); insert into kept values (7)');
    await first.stop();
    await expect(query(first, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    const second = await start();
    expect(second.adminUrl).toBe(first.adminUrl);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('takes over the server that a killed run left behind, and stops it', async () => {
    const orphan = await leaveOrphan();
    const server = await start();
    expect(server.pid).toBe(orphan);
    expect(await query(server, 'select 1 as up')).toEqual([{ up: 1 }]);
    await server.stop();
    await expect(query(server, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('restarts an orphan that ran with less safety than asked for', async () => {
    const orphan = await leaveOrphan();
    const server = await start({ durable: true });
    expect(server.pid).not.toBe(orphan);
    expect(await query(server, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await server.stop();
  });

  it('leaves a shared server to the one who started it', async () => {
    const owner = await start();
    const guest = await start();
    expect(guest.pid).toBe(owner.pid);
    await guest.stop();
    expect(await query(owner, 'select 1 as up')).toEqual([{ up: 1 }]);
    await owner.stop();
  });

  it('makes one cluster when two starts race for the same new folder', async () => {
    const raced = join(folder, 'raced');
    const [a, b] = await Promise.all([start({ dataDir: raced }), start({ dataDir: raced })]);
    expect(a.pid).toBe(b.pid);
    await Promise.all([a.stop(), b.stop()]);
  });

  it('starts in spite of a pid file whose number now belongs to someone else', async () => {
    const stale = `${process.pid}\n${join(dataDir, 'pgdata')}\n0\n1\n\n127.0.0.1\n\nready\n`;
    writeFileSync(join(dataDir, 'pgdata/postmaster.pid'), stale);
    const server = await start();
    expect(await query(server, 'select 1 as up')).toEqual([{ up: 1 }]);
    await server.stop();
  });

  it('listens on 127.0.0.1 alone, asks for a password, and is set up for tests', async () => {
    const server = await start();
    const settings = await query(server, `select name, setting from pg_settings
      where name in ('listen_addresses', 'unix_socket_directories', 'max_connections', 'fsync', 'synchronous_commit', 'full_page_writes') order by name`);
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'off', full_page_writes: 'off', listen_addresses: '127.0.0.1', max_connections: '200', synchronous_commit: 'off', unix_socket_directories: '',
    });
    expect(await query(server, `select datcollate, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'`)).toEqual([{ datcollate: 'C', encoding: 'UTF8' }]);
    const wrong = new Client({ connectionString: server.adminUrl.replace(/:[^:@]+@/, ':wrong@') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(server.dataDir, 'admin-password')).mode & 0o777).toBe(0o600);
    await server.stop();
  });

  it('takes another port when the remembered one is used, and refuses when that port was asked for', async () => {
    const port = Number(readFileSync(join(dataDir, 'port'), 'utf8'));
    const squatter = createServer().listen(port, '127.0.0.1');
    await new Promise((done) => squatter.once('listening', done));
    try {
      await expect(start({ port })).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_PORT_TAKEN' });
      const server = await start();
      expect(server.port).not.toBe(port);
      await server.stop();
    } finally {
      squatter.close();
    }
  });

  it('listens on the port asked for', async () => {
    const port = await freePort();
    const server = await start({ port });
    expect(server.port).toBe(port);
    await server.stop();
  });

  it('says which version made the data when the binaries are of another', async () => {
    const versionFile = join(dataDir, 'pgdata/PG_VERSION');
    const version = readFileSync(versionFile, 'utf8');
    writeFileSync(versionFile, '9\n');
    try {
      await expect(start()).rejects.toThrow(EmbeddedPostgresError);
      await expect(start()).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_VERSION', message: expect.stringContaining('PostgreSQL 9') });
    } finally {
      writeFileSync(versionFile, version);
    }
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;

  asRoot('works from a folder that only root may enter', async () => {
    const closed = mkdtempSync(join('/root', '.xueji-embedded-'));
    const asked = join(closed, 'data');
    const server = await start({ dataDir: asked });
    try {
      expect(lstatSync(asked).isSymbolicLink()).toBe(true);
      expect(server.dataDir).toBe(realpathSync(asked));
      expect(await query(server, 'select 1 as up')).toEqual([{ up: 1 }]);
      await server.stop();
      const again = await start({ dataDir: asked });
      expect(again.dataDir).toBe(server.dataDir);
      await again.stop();
    } finally {
      for (const path of [server.dataDir, closed]) rmSync(path, { recursive: true, force: true });
    }
  });

  asRoot('never runs the server as root', async () => {
    const server = await start();
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0);
    await server.stop();
  });

  it('leaves no server process behind', () => {
    // A zombie has no executable any more.
    expect(started.filter(({ pid }) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
  });
});
