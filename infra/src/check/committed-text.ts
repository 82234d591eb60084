import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root';

const IDENTITY_NUMBER = /(?<![\dJL])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)/g;
/** The examples that the standard itself prints. */
const PUBLIC_EXAMPLES = new Set(['11010519491231002X', '440524188001010014', '513101198201130014']);

/** Numbers in a text that could be a real person's: only division 9999xx may appear. */
export const realLookingNumbers = (text: string): string[] => (text.match(IDENTITY_NUMBER) ?? []).filter((number) => !number.startsWith('9999') && !PUBLIC_EXAMPLES.has(number.toUpperCase()));

/** Package hosts that a lock file names. */
export const registryHosts = (text: string): string[] => text.match(/"resolved": *"https?:[^"]*"/g) ?? [];

const committed = (): string[] =>
  spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).stdout.split('\0').filter((path) => path && existsSync(join(ROOT, path)));

/** `file: what` for text that must not be in the product. */
export function forbiddenText(): string[] {
  return committed()
    .filter((path) => /\.(ts|js|cjs|json|graphql|md|yml|sql|html|css)$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const found = path.endsWith('package-lock.json') ? registryHosts(text).slice(0, 1) : realLookingNumbers(text).map((number) => `a number like ${number.slice(0, 6)}…`);
      return found.map((what) => `${path}: ${what}`);
    });
}
