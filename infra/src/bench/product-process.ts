import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@xueji/platform';
import { ROOT } from '../root';

export interface ProductProcess {
  url: string;
  pid: number;
  /** from its start until /readyz answers and the banner is out, in milliseconds */
  startedInMs: number;
  stop(): Promise<void>;
}

const PATIENCE_MS = 120_000;

/** What `npm start` runs, in a process of its own. */
export async function startProduct(dataDir: string): Promise<ProductProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'infra/dist/src/all-in-one.js')], { env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
  let shown = '';
  let faults = '';
  child.stdout.on('data', (text) => (shown += text));
  child.stderr.on('data', (text) => (faults += text));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const isReady = async () => shown.includes('is running') && (await fetch(`${url}/readyz`).then((answer) => answer.status === 200, () => false));
  while (!(await isReady())) {
    const isLate = performance.now() - started > PATIENCE_MS;
    if (isLate) await stop();
    if (isLate || child.exitCode !== null) throw new Error(`the product did not start: ${faults.slice(-300)}`);
    await pause(10);
  }
  return { url, pid: child.pid!, startedInMs: performance.now() - started, stop };
}
