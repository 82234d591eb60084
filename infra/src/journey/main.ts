import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startKafka } from '@xueji/testing';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { checkConservation } from './conservation';
import { runJourney, type Step } from './journey';

const COLUMNS = [3, 34, 58, 14] as const;

/** Han characters take two columns of a terminal. */
const width = (text: string) => [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
const pad = (text: string, columns: number) => text + ' '.repeat(Math.max(0, columns - width(text)));

export const stepLine = (step: Step): string =>
  [String(step.number), step.who, step.what, step.rule].map((text, at) => pad(text, COLUMNS[at]!)).join('  ') + `  ${String(step.ms).padStart(5)} ms  ${step.result}`;

/** `npm run journey [-- --events kafka] [--executor stock]`: a private stack, one child's way through it, and what the databases say in the end. */
async function main(): Promise<void> {
  const onKafka = process.argv.includes('--events') && process.argv[process.argv.indexOf('--events') + 1] === 'kafka';
  const gatewayExecutor = process.argv.includes('--executor') && process.argv[process.argv.indexOf('--executor') + 1] === 'stock' ? 'stock' : 'compiled';
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-journey-'));
  const kafka = onKafka ? await startKafka() : null;
  if (kafka && !kafka.server) throw new Error(`no Kafka: ${kafka.reason}`);
  let product: Embedded | null = null;
  try {
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'error', gatewayExecutor, ...(kafka?.server ? { kafkaBrokers: kafka.server.brokers } : {}) });
    process.stdout.write(`one child's journey, events on ${product.bus.kind}\n\n`);
    const { steps } = await runJourney({ url: product.url, onStep: (step) => process.stdout.write(`${stepLine(step)}\n`) });
    const report = await checkConservation(product.ground, product.bus);
    process.stdout.write(`\n${steps.length} steps\ncustody  ${JSON.stringify(report.custody.places)}\nledger   ${report.ledger.events} events told, all on their topics, all taken in\n`);
    if (report.faults.length > 0) throw new Error(`the books do not balance:\n${report.faults.map((fault) => `  ${fault}`).join('\n')}`);
    process.stdout.write('custody and ledger balance\n');
  } finally {
    await product?.stop();
    await kafka?.server?.stop();
    await pause(50);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (require.main === module) {
  main().then(
    () => process.exit(0),
    (error: Error) => {
      process.stderr.write(`\n${error.message}\n`);
      process.exit(1);
    },
  );
}
