import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './file.lock';
import { HOST } from './port.picker';
import type { PostgresBinaries } from './postgres.binaries';
import type { SystemUser } from './run-as.user';

const STOP_TIMEOUT = 15_000;

/** The little that PostgreSQL needs of the environment; PG* variables of the caller must not leak in. */
export const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

const SPEED_OVER_SAFETY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=2GB'];

/** The running server of this cluster according to its pid file; a file left behind by a dead one is removed. */
export function runningServer(pgdata: string): { pid: number; port: number } | null {
  const file = join(pgdata, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n').map(Number);
  if (pid && port && serves(pid, pgdata)) return { pid, port };
  rmSync(file, { force: true });
  return null;
}

/** Asking for the working folder tells a server from a zombie and from a stranger that got the same number. */
export function serves(pid: number, pgdata: string): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === pgdata;
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a server: open transactions are rolled back; one that does not listen is ended without a checkpoint. */
export async function halt(pid: number, gone: () => boolean): Promise<void> {
  for (const how of ['SIGINT', 'SIGQUIT'] as const) {
    signal(pid, how);
    for (const deadline = Date.now() + STOP_TIMEOUT; Date.now() < deadline; await sleep(10)) if (gone()) return;
  }
}

export const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

export function launch(binaries: PostgresBinaries, folder: string, port: number, durable: boolean, user: SystemUser | null): ChildProcess {
  const settings = [
    `listen_addresses=${HOST}`, `port=${port}`, 'unix_socket_directories=', 'max_connections=200', 'timezone=UTC', 'lc_messages=C',
    // Otherwise the log would quote the values that broke a constraint: numbers of persons.
    'log_error_verbosity=terse',
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
