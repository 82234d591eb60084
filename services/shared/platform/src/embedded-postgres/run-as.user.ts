import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error';

export interface SystemUser {
  uid: number;
  gid: number;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The user the server must run as: null for "as ourselves". PostgreSQL refuses to run as root, so root
 * hands over to the owner of existing data, else to the system's postgres user, else to nobody.
 */
export function serverUser(pgdata: string): SystemUser | null {
  if (!isRoot()) return null;
  const owner = statSync(pgdata, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const account = ['postgres', '_postgres', 'nobody'].map((name) => accounts.find(([n]) => n === name)).find((found) => found !== undefined);
  // macOS lists nobody as -2; ids are unsigned.
  if (account) return { uid: Number(account[2]) >>> 0, gid: Number(account[3]) >>> 0 };
  throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_UNSUPPORTED', 'PostgreSQL does not run as root and there is neither a user postgres nor nobody; start as an ordinary user');
}

/** Whether `user` can walk to `folder`: the execute bit on it and on everything above it. */
export function canReach(user: SystemUser | null, folder: string): boolean {
  if (!user) return true;
  const { uid, gid, mode } = statSync(folder);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canReach(user, parent);
}
