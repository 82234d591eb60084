import { PROCESSES } from '../deployment/ground';
import { distributedJourney, killPlan } from './distributed';
import { stepLine } from './main';

/** `npm run test:faults`: the distributed journey once per process, so that every process is killed at every step. */
async function main(): Promise<void> {
  let failed = 0;
  for (const [offset] of PROCESSES.entries()) {
    try {
      const { kills, report, steps } = await distributedJourney(killPlan(offset, 1_000 + offset), process.argv.includes('--verbose') ? (step) => process.stdout.write(`${stepLine(step)}\n`) : undefined);
      process.stdout.write(`round ${offset + 1} of ${PROCESSES.length}: ${steps.length} steps, ${kills} kills, ${report.ledger.events} events, ${report.faults.length === 0 ? 'custody and ledger whole' : report.faults.join('; ')}\n`);
      if (report.faults.length > 0) failed += 1;
    } catch (error) {
      failed += 1;
      process.stdout.write(`round ${offset + 1} of ${PROCESSES.length}: ${(error as Error).message}\n`);
    }
  }
  process.exit(failed === 0 ? 0 : 1);
}

void main();
