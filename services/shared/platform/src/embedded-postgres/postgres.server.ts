import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, closeSync, existsSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres.error';
import { isAlive, withFileLock } from './file.lock';
import { findBinaries, openTempFolder, type PostgresBinaries } from './postgres.binaries';
import { canReach, serverUser, type SystemUser } from './run-as.user';
import { secretIn } from './secret.file';

export interface EmbeddedPostgresOptions {
  /** Everything of this server lives in here: cluster, admin password, log. Created when absent. */
  dataDir: string;
  /** Default: the port used last time if it is free, else any free one. */
  port?: number;
  /** false gives up safety against power cuts for speed: for tests and throw-away data only. */
  durable: boolean;
  log: (message: string) => void;
}

export interface EmbeddedPostgres {
  host: string;
  port: number;
  /** postgres:// URL of the superuser, with its password. */
  adminUrl: string;
  /** Process id of the server. */
  pid: number;
  /** Where the files really are: differs from the asked folder when that is closed to the server's user. */
  dataDir: string;
  /** Stops the server; leaves it to the process that started it when that one still runs. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 15_000;

/** The little that PostgreSQL needs of the environment; PG* variables of the caller must not leak in. */
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

const SPEED_OVER_SAFETY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=2GB'];

const urlOf = (password: string, port: number): string => `postgres://postgres:${password}@${HOST}:${port}/postgres`;

/** The folder to use for `asked`: itself, or (for root, when the server's user cannot get there) a link to an open place. */
function reachableFolder(asked: string, durable: boolean, log: (message: string) => void): { folder: string; user: SystemUser | null } {
  mkdirSync(dirname(asked), { recursive: true });
  if (lstatSync(asked, { throwIfNoEntry: false })?.isSymbolicLink() && !existsSync(asked)) rmSync(asked);
  mkdirSync(asked, { recursive: true });
  const folder = realpathSync(asked);
  const user = serverUser(join(folder, 'pgdata'));
  if (canReach(user, dirname(folder))) return { folder, user };

  if (readdirSync(folder).length > 0) {
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_UNREACHABLE', `the database user ${user!.uid} cannot reach ${folder}; open the folders above it (chmod o+x) or move the project`);
  }
  const base = durable ? '/var/lib/xueji' : openTempFolder(user);
  mkdirSync(base, { recursive: true, mode: 0o755 });
  const open = mkdtempSync(join(base, 'postgres-'));
  rmdirSync(asked);
  symlinkSync(open, asked);
  log(`PostgreSQL cannot run as root, and its user cannot reach ${asked}: the data is kept in ${open}`);
  return { folder: open, user };
}

function owns(user: SystemUser | null, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

/** The running server of this cluster according to its pid file; a file left behind by a dead one is removed. */
function runningServer(pgdata: string): { pid: number; port: number } | null {
  const file = join(pgdata, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n').map(Number);
  if (pid && port && serves(pid, pgdata)) return { pid, port };
  rmSync(file, { force: true });
  return null;
}

/** Asking for the working folder tells a server from a zombie and from a stranger that got the same number. */
function serves(pid: number, pgdata: string): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === pgdata;
  } catch {
    return false;
  }
}

function initialize(binaries: PostgresBinaries, pgdata: string, password: string, durable: boolean, user: SystemUser | null): void {
  const draft = `${pgdata}.new`;
  const passwordFile = `${draft}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  owns(user, draft);
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  owns(user, passwordFile);
  const options = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions', ...(durable ? [] : ['--no-sync'])];
  const run = spawnSync(join(binaries.home, 'bin/initdb'), [...options, `--pwfile=${passwordFile}`, `--pgdata=${draft}`], { ...user, cwd: draft, env: ENVIRONMENT, encoding: 'utf8' });
  rmSync(passwordFile);
  if (run.status !== 0) throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_INIT_FAILED', run.error?.message ?? run.stderr.trim());
  // Renamed when whole, so that an interrupted start leaves no half cluster behind.
  renameSync(draft, pgdata);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => done(true)));
  });
}

/** A port of 127.0.0.1 that nothing listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, HOST, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

async function choosePort(asked: number | undefined, file: string): Promise<number> {
  if (asked !== undefined) {
    if (await isFree(asked)) return asked;
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_PORT_TAKEN', `port ${asked} is used by another program`);
  }
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return remembered && (await isFree(remembered)) ? remembered : freePort();
}

/** Connects as the superuser and runs `work`, waiting while the server is still coming up; throws what `giveUp` says. */
async function whenReady<T>(url: string, work: (client: Client) => Promise<T>, giveUp: () => Error | null): Promise<T> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      const { code } = error as { code?: string };
      // 57P03: starting up or shutting down.
      if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET' && code !== '57P03') throw error;
      const reason = giveUp();
      if (reason) throw reason;
      if (Date.now() > deadline) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function halt(pid: number, gone: () => boolean): Promise<void> {
  for (const how of ['SIGINT', 'SIGQUIT'] as const) {
    signal(pid, how);
    for (const deadline = Date.now() + STOP_TIMEOUT; Date.now() < deadline; await sleep(10)) if (gone()) return;
  }
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function launch(binaries: PostgresBinaries, folder: string, port: number, durable: boolean, user: SystemUser | null): ChildProcess {
  const settings = [
    `listen_addresses=${HOST}`, `port=${port}`, 'unix_socket_directories=', 'max_connections=200', 'timezone=UTC', 'lc_messages=C',
    ...(durable ? [] : SPEED_OVER_SAFETY),
  ];
  const logFile = openSync(join(folder, 'server.log'), 'w', 0o600);
  try {
    // Detached: Ctrl-C must reach us first, so that services drain before their database goes.
    const child = spawn(join(binaries.home, 'bin/postgres'), ['-D', join(folder, 'pgdata'), ...settings.flatMap((setting) => ['-c', setting])], {
      ...user, cwd: folder, env: ENVIRONMENT, detached: true, stdio: ['ignore', logFile, logFile],
    });
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    closeSync(logFile);
  }
}

/**
 * Starts PostgreSQL from the binaries of `@embedded-postgres/*` on 127.0.0.1, or takes over the one that a
 * crashed run left behind in `dataDir`. Password per data folder, no unix socket, locale C, UTF8, 200 connections.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { folder, user } = reachableFolder(resolve(options.dataDir), options.durable, options.log);
  return withFileLock(join(folder, 'start.lock'), () => startIn(folder, user, options));
}

async function startIn(folder: string, user: SystemUser | null, { port: asked, durable, log }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const pgdata = join(folder, 'pgdata');
  const ownerFile = join(folder, 'owner');
  const password = secretIn(join(folder, 'admin-password'));
  const describe = (pid: number, port: number, stop: () => Promise<void>): EmbeddedPostgres =>
    ({ host: HOST, port, pid, adminUrl: urlOf(password, port), dataDir: folder, stop });

  const running = runningServer(pgdata);
  if (running) {
    const fsync = await whenReady(urlOf(password, running.port), async (client) => (await client.query<{ fsync: string }>('show fsync')).rows[0]!.fsync,
      () => (serves(running.pid, pgdata) ? null : new EmbeddedPostgresError('EMBEDDED_POSTGRES_START_FAILED', 'the running server went down; start again')));
    const owner = existsSync(ownerFile) ? Number(readFileSync(ownerFile, 'utf8')) : 0;
    if (owner && isAlive(owner)) {
      log(`PostgreSQL of process ${owner} already runs on port ${running.port}; sharing it`);
      return describe(running.pid, running.port, async () => undefined);
    }
    const gone = (): boolean => !serves(running.pid, pgdata);
    if ((fsync === 'on') === durable && (asked === undefined || asked === running.port)) {
      writeFileSync(ownerFile, String(process.pid));
      log(`PostgreSQL was left running on port ${running.port}; taking it over`);
      return describe(running.pid, running.port, () => halt(running.pid, gone));
    }
    await halt(running.pid, gone);
  }

  const binaries = findBinaries(user, log);
  // The server's user must get through; what is in here stays closed to others by its own modes.
  if (user) chmodSync(folder, 0o711);
  if (!existsSync(pgdata)) initialize(binaries, pgdata, password, durable, user);
  const major = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  if (major !== binaries.major) {
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_VERSION', `${folder} was made by PostgreSQL ${major}, this is ${binaries.major}; remove the folder or run a server of your own`);
  }

  const portFile = join(folder, 'port');
  const port = await choosePort(asked, portFile);
  const child = launch(binaries, folder, port, durable, user);
  writeFileSync(ownerFile, String(process.pid));
  writeFileSync(portFile, String(port));
  await whenReady(urlOf(password, port), async (client) => {
    // Otherwise every role could connect to these two, whatever it is for.
    await client.query('revoke connect, temporary on database postgres, template1 from public');
  }, () => (ended(child) || child.pid === undefined ? new EmbeddedPostgresError('EMBEDDED_POSTGRES_START_FAILED', lastLines(join(folder, 'server.log'))) : null));
  const pid = child.pid!;
  return describe(pid, port, () => (ended(child) ? Promise.resolve() : halt(pid, () => ended(child))));
}

const lastLines = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
