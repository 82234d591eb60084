import { fork } from 'node:child_process';
import { HEADING, tableRow, type Line } from './line';

/** Each loads its own modules only, so that one's memory is not another's. */
const BENCHES: Record<string, () => Promise<{ measure(): Promise<Line[]> }>> = {
  intake: () => import('./intake.bench.js'),
  upload: () => import('./upload.bench.js'),
  events: () => import('./events.bench.js'),
  start: () => import('./start.bench.js'),
  transfers: () => import('./transfers.bench.js'),
  graph: () => import('./graph.bench.js'),
  live: () => import('./live.bench.js'),
};

/** Measured only when named: it takes as long as all others. */
const LONG: typeof BENCHES = { 'transfers-million': () => import('./transfers-million.bench.js') };
const EVERY = { ...BENCHES, ...LONG };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 200);

/** Runs one in a process of its own; what goes wrong becomes a line. */
function measured(name: string): Promise<Line[]> {
  return new Promise((resolve) => {
    const lines: Line[] = [];
    const child = fork(__filename, [name], { execArgv: ['--expose-gc'] });
    child.on('message', (sent) => lines.push(...(sent as Line[])));
    child.on('exit', (code) => resolve(lines.length > 0 ? lines : [{ what: name, measured: `ended with ${code}` }]));
  });
}

/** `npm run bench [-- name …]`: measures, prints a table and ends well whatever the figures are. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !EVERY[name]);
  if (unknown.length > 0) process.stderr.write(`there is no ${unknown.join(', ')}; there are ${Object.keys(EVERY).join(', ')}\n`);
  const names = asked.length > 0 ? asked.filter((name) => EVERY[name]) : Object.keys(BENCHES);
  const lines: Line[] = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    lines.push(...(await measured(name)));
  }
  process.stdout.write(`${HEADING}\n${lines.map(tableRow).join('\n')}\n`);
}

async function one(name: string): Promise<void> {
  const lines = await EVERY[name]!().then((bench) => bench.measure()).catch((error: unknown): Line[] => [{ what: name, measured: `failed: ${reason(error)}` }]);
  process.send!(lines, () => process.exit(0));
}

void (process.send ? one(process.argv[2]!) : main());
