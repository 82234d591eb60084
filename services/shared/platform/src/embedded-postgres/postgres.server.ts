import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { initialize, reachableFolder } from './cluster.folder';
import { EmbeddedPostgresError } from './embedded-postgres.error';
import { isAlive, withFileLock } from './file.lock';
import { choosePort, HOST } from './port.picker';
import { findBinaries } from './postgres.binaries';
import type { SystemUser } from './run-as.user';
import { secretIn } from './secret.file';
import { ended, halt, launch, runningServer, serves } from './server.process';

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

const START_TIMEOUT = 60_000;

const urlOf = (password: string, port: number): string => `postgres://postgres:${password}@${HOST}:${port}/postgres`;

/** Connects as the superuser and runs `work`, waiting while the server is still coming up; throws what `giveUp` says. */
async function whenReady<T>(url: string, work: (client: Client) => Promise<T>, giveUp: () => Error | null): Promise<T> {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      const reason = giveUp();
      if (reason) throw reason;
      const { code } = error as { code?: string };
      // 57P03: starting up or shutting down.
      if ((code !== 'ECONNREFUSED' && code !== 'ECONNRESET' && code !== '57P03') || Date.now() > deadline) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(20);
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
