import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from '../root';
import { median, megabytes, seconds, times, type Line } from './line';
import { processTree, proportionalMemory } from './memory';
import { startProduct } from './product-process';

const FIRST_TARGET_MS = 15_000;
const SECOND_TARGET_MS = 10_000;
const IDLE_MS = 20_000;
const IDLE_TARGET_BYTES = 1.5 * 2 ** 30;

/** Node.js starting and loading the modules of all services, and nothing else. */
function loadModules(): number {
  const started = performance.now();
  const run = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(join(ROOT, 'infra/dist/src/definitions.js'))})`]);
  if (run.status !== 0) throw new Error(String(run.stderr));
  return performance.now() - started;
}

/** `npm start` without npm: on an empty folder, again on what that left, and what it holds in memory when nobody asks. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  try {
    const bare = median([loadModules(), loadModules(), loadModules()]);
    const line = (what: string, ms: number, target: number): Line => ({ what, baseline: seconds(bare), measured: seconds(ms), ratio: times(ms / bare), target: `≤ ${seconds(target)}`, met: ms <= target });
    const first = await startProduct(dataDir);
    await first.stop();
    const second = await startProduct(dataDir);
    try {
      await pause(IDLE_MS);
      const tree = processTree(second.pid);
      const node = proportionalMemory(second.pid);
      const all = tree.reduce((sum, pid) => sum + proportionalMemory(pid), 0);
      return [
        line('start: first, making databases and demo country (baseline: loading the modules)', first.startedInMs, FIRST_TARGET_MS),
        line('start: second (baseline: loading the modules)', second.startedInMs, SECOND_TARGET_MS),
        { what: `start: memory after ${seconds(IDLE_MS)} without work, Node.js and ${tree.length - 1} PostgreSQL processes (baseline: Node.js alone)`, baseline: megabytes(node), measured: megabytes(all), ratio: times(all / node), target: '≤ 1.5 GB', met: all <= IDLE_TARGET_BYTES },
      ];
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
