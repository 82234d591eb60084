import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error';
import { openTempFolder, type PostgresBinaries } from './postgres.binaries';
import { canReach, serverUser, type SystemUser } from './run-as.user';
import { ENVIRONMENT } from './server.process';

/** The folder to use for `asked`: itself, or (for root, when the server's user cannot get there) a link to an open place. */
export function reachableFolder(asked: string, durable: boolean, log: (message: string) => void): { folder: string; user: SystemUser | null } {
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

/** Makes the cluster in `pgdata`, which must not exist yet. */
export function initialize(binaries: PostgresBinaries, pgdata: string, password: string, durable: boolean, user: SystemUser | null): void {
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
