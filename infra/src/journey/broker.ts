import { setTimeout as pause } from 'node:timers/promises';
import { Client as Postgres } from 'pg';
import { Client } from './client';
import { checkConservation } from './conservation';
import { CaseUnderTest, furnish, OUT, startWitness } from './cross-province';
import type { PrivateStack } from './private-stack';

export interface OutageReport {
  writes: number;
  failed: number;
  slowestMs: number;
  /** events in the outboxes when the broker came back */
  waiting: number;
  drainedAfterMs: number;
  /** transfers that were waiting for the registry and went on by themselves */
  ended: number;
  faults: string[];
}

const EACH_MS = 250;

/**
 * Takes the broker away for `outageMs` while three people work on without a pause: one takes pupils of another province as far as the archive, one files and
 * withdraws, one graduates pupils. No request is sent twice: every failure counts. Then the broker comes back, and all that was told must arrive.
 */
export async function brokerAway({ product, kafka, bus }: PrivateStack, outageMs: number): Promise<OutageReport> {
  const { ground } = product;
  const rounds = Math.ceil(outageMs / EACH_MS);
  const patient = new Client(product.url);
  const once = new Client(product.url, 0);
  const witness = await startWitness(bus);
  const faults: string[] = [];
  const report = { writes: 0, failed: 0, slowestMs: 0 };
  try {
    const { pupils, inClass } = await furnish(ground, patient, Math.ceil(rounds / 5) + 2);
    const { pupils: graduates } = await furnish(ground, patient, rounds, 6);
    faults.push(...(await checkConservation(ground, witness)).faults);

    const until = Date.now() + outageMs;
    const write = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      report.writes += 1;
      await work().catch((error: Error) => {
        report.failed += 1;
        if (report.failed < 10) faults.push(`a write failed while the broker was away: ${error.message}`);
      });
      const took = performance.now() - started;
      report.slowestMs = Math.max(report.slowestMs, took);
      await pause(Math.max(0, EACH_MS - took));
    };

    await kafka.kill();
    const begun: CaseUnderTest[] = [];
    const takeIn = async () => {
      for (const pupil of pupils.slice(1)) {
        const transfer = new CaseUnderTest(once, pupil, inClass);
        for (const step of ['file', 'inCounty', 'outSchool', 'outCounty', 'requestArchive'] as const) {
          if (Date.now() > until) return;
          await write(() => transfer.ask(step));
        }
        begun.push(transfer);
      }
    };
    const comeAndGo = async () => {
      while (Date.now() < until) {
        const transfer = new CaseUnderTest(once, pupils[0]!, inClass);
        await write(() => transfer.ask('file'));
        await write(() => transfer.ask('withdraw'));
      }
    };
    const graduate = async () => {
      for (const { id } of graduates) {
        if (Date.now() > until) return;
        await write(async () => {
          const { refusals } = await once.give(['REGISTRY_ADMIN', OUT], 'mutation Graduate($input: GraduateStudentInput!) { graduateStudent(input: $input) { student { state } } }', { studentId: id, outcome: 'GRADUATED' });
          if (refusals.length > 0) throw new Error(`refused: ${refusals[0]!.code}`);
        });
      }
    };
    await Promise.all([takeIn(), comeAndGo(), graduate()]);
    await pause(Math.max(0, until - Date.now()));
    const waiting = await unsent([ground.databases.transfers.migratorUrl, ground.databases.registry.migratorUrl]);
    if (waiting === 0) faults.push('nothing waited in the outboxes: the broker was not away');

    const returned = Date.now();
    await kafka.restart();
    const { faults: unbalanced } = await checkConservation(ground, witness, 180_000);
    const drainedAfterMs = Date.now() - returned;
    faults.push(...unbalanced.map((fault) => `after the return: ${fault}`));
    let ended = 0;
    for (const transfer of begun) {
      transfer.goOnWith(patient);
      await transfer.settled('requestArchive');
      await transfer.ask('acknowledge');
      await transfer.settled('acknowledge');
      ended += 1;
    }
    faults.push(...(await checkConservation(ground, bus)).faults);
    return { ...report, waiting, drainedAfterMs, ended, faults };
  } finally {
    await witness.stop();
  }
}

async function unsent(urls: readonly string[]): Promise<number> {
  let sum = 0;
  for (const connectionString of urls) {
    const client = new Postgres({ connectionString });
    await client.connect();
    sum += (await client.query('select count(*)::int as waiting from outbox_event where sent_at is null')).rows[0].waiting as number;
    await client.end();
  }
  return sum;
}
