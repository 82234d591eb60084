import { onTestPostgres } from '@xueji/testing';
import { PROCESSES } from '../deployment/ground';
import { doubleDecisions } from '../model/double-decisions';
import { modelRound, tableTransitions } from '../model/model-rounds';
import { brokerAway } from './broker';
import { KILL_POINTS, killAlongTheChain, pointName } from './cross-province';
import { distributedJourney, killPlan } from './distributed';
import { stepLine } from './main';
import { onPrivateStack } from './private-stack';

const say = (line: string) => process.stdout.write(`${line}\n`);
const numberAfter = (option: string): number | null => (process.argv.includes(option) ? Number(process.argv[process.argv.indexOf(option) + 1]) : null);
const isVerbose = process.argv.includes('--verbose');

/** The distributed journey once per process, so that every process is killed at every step; `--round N` is one of them. */
async function journey(): Promise<number> {
  let failed = 0;
  const only = numberAfter('--round');
  for (const [offset] of PROCESSES.entries()) {
    if (only !== null && only !== offset + 1) continue;
    const round = `round ${offset + 1} of ${PROCESSES.length}`;
    try {
      const { kills, report, steps } = await distributedJourney(killPlan(offset, 1_000 + offset), isVerbose ? (step) => say(stepLine(step)) : undefined);
      say(`${round}: ${steps.length} steps, ${kills} kills, ${report.ledger.events} events, ${report.faults.length === 0 ? 'custody and ledger whole' : report.faults.join('; ')}`);
      if (report.faults.length > 0) failed += 1;
    } catch (error) {
      failed += 1;
      say(`${round}: ${(error as Error).message}`);
    }
  }
  return failed;
}

/** The chain to another province, each process killed at each place of each step. */
async function crossProvince(): Promise<number> {
  let nth = 0;
  const { final, kills, faults } = await onPrivateStack((stack) => killAlongTheChain(stack, KILL_POINTS, ({ point, endedAfterMs, faults: found }) => {
    nth += 1;
    say(`${nth} of ${KILL_POINTS.length}: ${pointName(point)}: ${found.length === 0 ? `ended ${(endedAfterMs / 1000).toFixed(1)} s after the restart` : found.join('; ')}`);
  }));
  const slowest = Math.max(...kills.map(({ endedAfterMs }) => endedAfterMs));
  say(`${kills.length} kill points, slowest end ${(slowest / 1000).toFixed(1)} s after the restart, ${final.ledger.events} events, ${faults.length === 0 ? 'custody and ledger whole at every point' : faults.join('; ')}`);
  return faults.length;
}

/** Transfers and registry beside the plain model: 1,000 lives of up to 50 steps, half of them on a scheduler; says which transitions of the tables no life came through. */
async function model(): Promise<number> {
  return onTestPostgres(async () => {
    const { runs, steps, races, filings, walked, refusals } = await modelRound({ runs: numberAfter('--runs') ?? 1_000, steps: 50, seed: numberAfter('--seed') ?? 1_122, onRun: (nth) => nth % 100 === 0 && say(`run ${nth}`) });
    const missed = tableTransitions().filter((transition) => !walked.has(transition));
    say(`${runs} runs, ${steps} steps, ${races} races, ${filings} cases, 0 differences; ${walked.size} transitions walked, ${missed.length === 0 ? 'every one of the tables' : `not ${missed.join('; ')}`}`);
    say(`refused by ${[...refusals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, times]) => `${rule} ${times}`).join(', ')}`);
    return 0;
  });
}

/** Four clients on each of 5,000 cases at the same instant. */
async function decisions(): Promise<number> {
  return onTestPostgres(async () => {
    const { cases, decisions: given, won, refusals, faults } = await doubleDecisions(5_000, numberAfter('--seed') ?? 1_122);
    const counts = (of: Record<string, number>) => Object.entries(of).map(([what, times]) => `${what} ${times}`).join(', ');
    say(`${cases} cases, ${given} decisions at once: one each (${counts(won)}), the others refused (${counts(refusals)}), ${faults.length} faults`);
    for (const fault of faults.slice(0, 20)) say(fault);
    return faults.length;
  });
}

const OUTAGE_SECONDS = 600;

/** The broker away for ten minutes, while schools and bureaus work on. */
async function broker(): Promise<number> {
  const { writes, failed, slowestMs, waiting, drainedAfterMs, ended, faults } = await onPrivateStack((stack) => brokerAway(stack, (numberAfter('--seconds') ?? OUTAGE_SECONDS) * 1_000));
  say(`broker away: ${writes} writes, ${failed} failed, slowest ${Math.round(slowestMs)} ms; ${waiting} events waited and were all told ${(drainedAfterMs / 1000).toFixed(1)} s after its return; ${ended} transfers went on to their end`);
  for (const fault of faults) say(fault);
  return faults.length;
}

const PARTS: Record<string, () => Promise<number>> = { journey, 'cross-province': crossProvince, model, decisions, broker };

/** `npm run test:faults [-- <part> …]`: the long tests, all of them or those named. Each part says how many of its checks failed. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2).filter((argument, at, all) => !argument.startsWith('--') && !['--round', '--seed', '--seconds', '--runs'].includes(all[at - 1] ?? ''));
  const unknown = asked.filter((part) => !(part in PARTS));
  if (unknown.length > 0) {
    say(`no such part: ${unknown.join(' ')}; there are ${Object.keys(PARTS).join(' ')}`);
    process.exit(2);
  }
  let failed = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const started = Date.now();
    const found = await part().catch((error: Error) => {
      say(`${name}: ${error.stack}${error.cause instanceof Error ? `\n${error.cause.message}` : ''}`);
      return 1;
    });
    say(`${name}: ${found === 0 ? 'whole' : `${found} faults`}, ${Math.round((Date.now() - started) / 1000)} s`);
    failed += found;
  }
  process.exit(failed === 0 ? 0 : 1);
}

void main();
