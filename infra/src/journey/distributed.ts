import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafkaBus } from '@xueji/platform';
import { startKafka, startRedis, startTestPostgres } from '@xueji/testing';
import { startDistributed, type Distributed } from '../deployment/distributed';
import { PROCESSES, type ProcessName } from '../deployment/ground';
import { checkConservation, type Conservation } from './conservation';
import { runJourney, type Step } from './journey';

/** When to kill which process: before step `step`, `delayMs` after it has begun. */
export interface Kill {
  step: number;
  process: ProcessName;
  delayMs: number;
}

/** One kill for every step, the processes taking turns from `offset` on; delays from a seeded sequence, so that a run can be repeated. */
export function killPlan(offset: number, seed: number, steps = 68): Kill[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return Array.from({ length: steps }, (_, at) => ({ step: at + 2, process: PROCESSES[(at + offset) % PROCESSES.length]!, delayMs: Math.floor(next() * 120) }));
}

export interface DistributedJourney {
  steps: Step[];
  kills: number;
  report: Conservation;
  exitCodes: Record<string, number | null>;
  /** what each process answered on /livez, /readyz and /metrics */
  health: Record<string, string>;
  /** everything the processes logged */
  logText: string;
}

/**
 * The journey over one process per service on real PostgreSQL, Kafka and Redis, all private and on loopback. `kills` are carried out with SIGKILL while
 * the steps run; each killed process is started again at once.
 */
export async function distributedJourney(kills: readonly Kill[], onStep?: (step: Step) => void): Promise<DistributedJourney> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-distributed-'));
  // Its own server, so that a run does not find the databases of another.
  const servers = await Promise.all([startTestPostgres({ own: true }), startKafka({ own: true }), startRedis({ own: true })]);
  const [postgres, kafka, redis] = servers.map(({ server, reason }) => {
    if (!server) throw new Error(reason);
    return server;
  }) as unknown as [{ adminUrl: string }, { brokers: string }, { url: string }];
  let product: Distributed | null = null;
  const bus = createKafkaBus([kafka.brokers], 'journey-check');
  let pending: Promise<void> = Promise.resolve();
  let done = 0;
  try {
    product = await startDistributed({ dataDir, adminUrl: postgres.adminUrl, kafkaBrokers: kafka.brokers, redisUrl: redis.url, logLevel: 'info' });
    const running = product;
    const strike = async ({ process, delayMs }: Kill) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await running.kill(process);
      await running.restart(process);
      done += 1;
    };
    const { steps } = await runJourney({
      url: product.url,
      onStep,
      beforeStep: async (number) => {
        const kill = kills.find((each) => each.step === number);
        if (!kill) return;
        await pending;
        pending = strike(kill);
        pending.catch(() => undefined);
      },
    });
    await pending;
    const report = await checkConservation(product.ground, bus);
    const health: Record<string, string> = {};
    for (const name of PROCESSES) {
      for (const path of ['livez', 'readyz', 'metrics']) {
        const answer = await fetch(`${running.address(name)}/${path}`);
        health[`${name}/${path}`] = `${answer.status} ${(await answer.text()).replaceAll('\n', ' ')}`;
      }
    }
    const exitCodes = await product.stop();
    product = null;
    const logText = PROCESSES.map((name) => readFileSync(join(running.logs, `${name}.log`), 'utf8')).join('\n');
    return { steps, kills: done, report, exitCodes, health, logText };
  } finally {
    await pending.catch(() => undefined);
    await product?.stop();
    await bus.close();
    await Promise.all(servers.map(({ server }) => server?.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  }
}
