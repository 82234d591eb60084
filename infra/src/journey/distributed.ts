import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROCESSES, type ProcessName } from '../deployment/ground';
import { checkConservation, type Conservation } from './conservation';
import { runJourney, type Step } from './journey';
import { onPrivateStack } from './private-stack';

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
export function distributedJourney(kills: readonly Kill[], onStep?: (step: Step) => void): Promise<DistributedJourney> {
  return onPrivateStack(async ({ product, bus }) => {
    let pending: Promise<void> = Promise.resolve();
    let done = 0;
    const strike = async ({ process, delayMs }: Kill) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await product.kill(process);
      await product.restart(process);
      done += 1;
    };
    try {
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
          const answer = await fetch(`${product.address(name)}/${path}`);
          health[`${name}/${path}`] = `${answer.status} ${(await answer.text()).replaceAll('\n', ' ')}`;
        }
      }
      const exitCodes = await product.stop();
      const logText = PROCESSES.map((name) => readFileSync(join(product.logs, `${name}.log`), 'utf8')).join('\n');
      return { steps, kills: done, report, exitCodes, health, logText };
    } finally {
      await pending.catch(() => undefined);
    }
  });
}
