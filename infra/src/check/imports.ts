import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../root';

interface Cruised {
  summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
}

/** Imports that the layout forbids, as `rule: from → to`, among the compiled files under `folder`. */
export function forbiddenImports(folder: string, under: readonly string[]): { violations: string[]; cruised: number } {
  const run = spawnSync(process.execPath, [join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', ...under], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${run.stderr.slice(0, 500)}`);
  const { summary } = JSON.parse(run.stdout) as Cruised;
  return { violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`), cruised: summary.totalCruised };
}
