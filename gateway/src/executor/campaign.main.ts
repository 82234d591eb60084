import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { campaign } from './campaign.fixture';

/** `npm run test:executor [-- operations [seed]]`: made-up operations over the product's graph, on both executors, a quarter of them in batches. */
async function main(): Promise<void> {
  const [operations = 20_000, seed = Date.now() % 10_000] = process.argv.slice(2).map(Number);
  const supergraphSdl = readFileSync(join(__dirname, '../../../supergraph.graphql'), 'utf8');
  let differences = 0;
  for (const batches of [false, true]) {
    const share = Math.ceil(operations * (batches ? 0.25 : 0.75));
    const { differences: found, ...report } = await campaign({ supergraphSdl, operations: share, seed: seed + Number(batches), batches, onProgress: (done) => process.stderr.write(`${done} of ${share}\n`) });
    process.stdout.write(`${JSON.stringify({ batches, seed: seed + Number(batches), ...report, differences: found.length })}\n`);
    for (const difference of found.slice(0, 5)) process.stdout.write(`${JSON.stringify(difference, null, 2)}\n`);
    differences += found.length;
  }
  process.exit(differences === 0 ? 0 : 1);
}

void main();
