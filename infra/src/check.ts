import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { forbiddenText } from './check/committed-text';
import { unknownCitations } from './check/cited-rules';
import { forbiddenImports } from './check/imports';
import { drifted, generated } from './generate';
import { ROOT } from './root';

/** `npm run check`: what must hold besides the tests. The compiler has run before. Exits with 1 when anything is wrong. */
async function main(): Promise<void> {
  const lint = spawnSync(process.execPath, [join(ROOT, 'node_modules/oxlint/bin/oxlint'), '--quiet', '--format=unix', 'services', 'gateway', 'infra'], { cwd: ROOT, encoding: 'utf8' });
  const { violations, cruised } = forbiddenImports(ROOT, ['services', 'gateway', 'infra']);
  const checks: [string, string[]][] = [
    ['lint', lint.status === 0 ? [] : lint.stdout.split('\n').filter(Boolean)],
    [`imports (${cruised} files)`, cruised > 50 ? violations : ['hardly any file was looked at']],
    ['rule citations', unknownCitations()],
    ['generated files', (await drifted(await generated())).map((path) => `${path} is not what the code says: npm run generate`)],
    ['committed text', forbiddenText()],
  ];
  for (const [name, faults] of checks) process.stdout.write(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}\n${faults.slice(0, 40).map((fault) => `       ${fault}\n`).join('')}`);
  process.stdout.write(`${checks.filter(([, faults]) => faults.length === 0).length} passed, ${checks.filter(([, faults]) => faults.length > 0).length} failed\n`);
  process.exit(checks.every(([, faults]) => faults.length === 0) ? 0 : 1);
}

void main();
