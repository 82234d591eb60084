import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findRule } from '@xueji/standards';
import { ROOT } from '../root';

const CITED = /(?<![A-Z-])(?:GEN|CODE|REG|TRF|PRE|HLP|ACC|AGY|OPS|AUX)-[A-Z]+-\d{2}(?!\d)/g;

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', 'rules', 'fixtures'].includes(entry.name) ? [] : sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
  });

/** Rule IDs in a text that the catalogue does not have. */
export const unknownRules = (text: string): string[] => [...new Set(text.match(CITED) ?? [])].filter((id) => findRule(id) === null);

/** `file: ID` for every citation of a rule that nobody could look up. */
export const unknownCitations = (): string[] =>
  ['services', 'gateway', 'infra'].flatMap((top) => sources(join(ROOT, top))).flatMap((path) => unknownRules(readFileSync(path, 'utf8')).map((id) => `${relative(ROOT, path)}: ${id}`));
