import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Reads the secret kept in `file`, or makes one (144 random bits, URL-safe) that only this user can read. */
export function secretIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Written whole, then linked: a second process sees either nothing or all of it.
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, randomBytes(18).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}

/** A `secretFor(name)` that keeps one file per name in `folder`. */
export function fileSecrets(folder: string): (name: string) => string {
  return (name) => {
    if (!/^[a-z0-9_-]+$/.test(name)) throw new Error(`SECRET_NAME_INVALID: "${name}"; use lower case letters, digits, - and _`);
    return secretIn(join(folder, name));
  };
}
