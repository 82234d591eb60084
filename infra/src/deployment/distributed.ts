import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@xueji/platform';
import { explorerConfig } from '../explorer-config';
import { ROOT } from '../root';
import { prepareGround, PROCESSES, processEnvironment, type Ground, type ProcessName } from './ground';

export interface DistributedOptions {
  dataDir: string;
  adminUrl: string;
  kafkaBrokers: string;
  redisUrl: string;
  logLevel: string;
}

export interface Distributed {
  url: string;
  ground: Ground;
  address(name: ProcessName): string;
  /** folder with one log per process */
  logs: string;
  /** SIGKILL, then waits until the process is gone */
  kill(name: ProcessName): Promise<void>;
  /** starts a killed process again on its old port and waits until it is ready */
  restart(name: ProcessName): Promise<void>;
  /** SIGTERM to all; resolves to the exit codes */
  stop(): Promise<Record<string, number | null>>;
}

const READY_MS = 60_000;

/** One process per service and the gateway, on loopback, with the PostgreSQL, Kafka and Redis given: the topology of docker-compose.yml. */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const { dataDir, adminUrl, kafkaBrokers, redisUrl, logLevel } = options;
  const ground = await prepareGround(adminUrl, dataDir);
  const logs = join(dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const explorerFile = join(dataDir, 'explorer.json');
  writeFileSync(explorerFile, JSON.stringify(explorerConfig()));
  const ports = new Map<ProcessName, number>();
  for (const name of PROCESSES) ports.set(name, await freePort());
  const running = new Map<ProcessName, ChildProcess>();

  const environment = (name: ProcessName) =>
    processEnvironment(name, ground, {
      port: ports.get(name)!, host: '127.0.0.1', addressOf: (service) => `http://127.0.0.1:${ports.get(service)}`, kafkaBrokers, redisUrl, logLevel, explorerFile,
    });

  const launch = (name: ProcessName): void => {
    const log = openSync(join(logs, `${name}.log`), 'a');
    const folder = name === 'gateway' ? 'gateway' : join('services', name);
    const child = spawn(process.execPath, [join(ROOT, folder, 'dist', 'src', 'main.js')], { cwd: dataDir, env: { PATH: process.env.PATH ?? '', ...environment(name) }, stdio: ['ignore', log, log] });
    closeSync(log);
    running.set(name, child);
  };

  const ready = async (name: ProcessName): Promise<void> => {
    const child = running.get(name)!;
    for (const end = Date.now() + READY_MS; ; ) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} while starting; see ${join(logs, `${name}.log`)}`);
      const answer = await fetch(`http://127.0.0.1:${ports.get(name)}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      if (answer?.status === 200) return;
      if (Date.now() > end) throw new Error(`${name} was not ready in time; see ${join(logs, `${name}.log`)}`);
      await pause(50);
    }
  };

  const gone = (child: ChildProcess) => new Promise<number | null>((resolve) => (child.exitCode !== null || child.signalCode !== null ? resolve(child.exitCode) : child.once('exit', (code) => resolve(code))));

  const stop = async () => {
    const codes: Record<string, number | null> = {};
    await Promise.all(
      [...running].map(async ([name, child]) => {
        child.kill('SIGTERM');
        codes[name] = await gone(child);
      }),
    );
    running.clear();
    return codes;
  };

  try {
    for (const name of PROCESSES) launch(name);
    await Promise.all(PROCESSES.map(ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${ports.get('gateway')}`,
    ground,
    address: (name) => `http://127.0.0.1:${ports.get(name)}`,
    logs,
    kill: async (name) => {
      const child = running.get(name)!;
      child.kill('SIGKILL');
      await gone(child);
    },
    restart: async (name) => {
      launch(name);
      await ready(name);
    },
    stop,
  };
}
