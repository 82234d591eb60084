import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@xueji/platform/dist/src/embedded-postgres';
import { availability, type Started } from './availability';
import { leash } from './leash';

export interface RedisServer {
  /** redis://host:port */
  url: string;
  /** Process id of our own server; null for one that was given. */
  pid: number | null;
  /** Ends our own server; leaves a given one alone. */
  stop(): Promise<void>;
}

const START_TIMEOUT = 10_000;

const answersPing = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => (socket.destroy(), done(reply.toString().startsWith('+PONG'))));
    socket.once('error', () => done(false));
  });

async function startOwn(): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'xueji-redis-'));
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder], { cwd: folder, stdio: 'ignore' });
  const gone = new Promise<void>((done) => child.once('exit', () => done()).once('error', () => done()));
  const untie = child.pid === undefined ? () => undefined : leash(child.pid, folder);
  const stop = async (): Promise<void> => {
    untie();
    child.ref();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + START_TIMEOUT; !(await answersPing(port)); await sleep(10)) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      await stop();
      throw new Error('redis-server did not start');
    }
  }
  child.unref();
  return { url: `redis://127.0.0.1:${port}`, pid: child.pid!, stop };
}

/** The server at REDIS_URL, or a private one without persistence (some 20 ms). `own: true` asks for a private one in any case. */
export async function startRedis({ own = false }: { own?: boolean } = {}): Promise<Started<RedisServer>> {
  const url = process.env['REDIS_URL'];
  if (url && !own) return { server: { url, pid: null, stop: async () => undefined }, reason: null };
  const { available, reason } = availability('redis');
  if (!available) return { server: null, reason };
  try {
    return { server: await startOwn(), reason: null };
  } catch (error) {
    return { server: null, reason: (error as Error).message };
  }
}
