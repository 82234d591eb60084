import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, importSigningKey, signAccessToken, type ActorClaims } from '@xueji/platform';
import { ROOT } from '../../root';
import { megabytes, median, millis, quantile } from '../line';
import { GATEWAYS, type GatewayTask } from './gateways';
import { LIBRARY_QUERY, librarySupergraph } from './library';
import type { LoadResult, LoadTask } from './load.process';
import { startPupilPage } from './pupil-page';

const CONNECTIONS = [1, 16, 64] as const;
const TOKENS = 4000;

interface Entrant {
  name: string;
  child: ChildProcess;
  url: string;
}

interface Round {
  rps: number;
  p50: number;
  p99: number;
  /** CPU of the gateway's process, in milliseconds for each answer */
  cpu: number;
  faults: number;
  memory: number;
}

const options = { rounds: 5, ms: 1200, only: '' };
for (const [, name, value] of process.argv.slice(2).map((argument) => /^--(\w+)=(.*)$/.exec(argument) ?? [])) {
  if (name === 'only') options.only = value!;
  else if (name === 'rounds' || name === 'ms') options[name] = Number(value);
}

const children: ChildProcess[] = [];

function start(file: string): ChildProcess {
  const child = fork(join(__dirname, file), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { PATH: process.env.PATH, NODE_ENV: 'production' } });
  children.push(child);
  return child;
}

/** Sends a message and waits for the next one back. */
function ask<T>(child: ChildProcess, message?: object | string): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as T);
    });
    if (message) child.send(message);
  });
}

async function enter(name: string, task: GatewayTask): Promise<Entrant | null> {
  const child = start('gateway.process.js');
  const told = await ask<{ url?: string; fault?: string }>(child, { start: name, task }).catch((error: Error) => ({ fault: error.message }) as { url?: string; fault?: string });
  if (told.url) return { name, child, url: told.url };
  process.stderr.write(`${name} did not start: ${told.fault}\n`);
  child.kill();
  return null;
}

/** One interleaved run: in each round every entrant meets every number of connections and both workloads, one after the other. */
async function compete(title: string, entrants: readonly Entrant[], body: string, workloads: Record<string, string[]>): Promise<void> {
  const loader = start('load.process.js');
  const rounds = new Map<string, Round[]>();
  const run = async ({ child, url }: Entrant, connections: number, tokens: string[], ms: number): Promise<Round & { bytes: number }> => {
    const before = await ask<{ cpuMs: number }>(child, 'usage');
    const { answers, faults, latencies, bytes, ms: taken } = await ask<LoadResult>(loader, { url, body, connections, ms, tokens } satisfies LoadTask);
    const after = await ask<{ cpuMs: number; memory: number }>(child, 'usage');
    return { rps: ((answers - faults) * 1000) / taken, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), cpu: (after.cpuMs - before.cpuMs) / answers, faults, memory: after.memory, bytes };
  };
  let bytes = 0;
  for (const entrant of entrants) bytes = (await run(entrant, 16, Object.values(workloads)[0]!, 2500)).bytes;
  for (let round = 0; round < options.rounds; round += 1) {
    process.stderr.write(`${title}: round ${round + 1} of ${options.rounds}\n`);
    for (const [workload, tokens] of Object.entries(workloads)) for (const connections of CONNECTIONS) for (const entrant of entrants) {
      const key = `${workload} ${connections} ${entrant.name}`;
      rounds.set(key, [...(rounds.get(key) ?? []), await run(entrant, connections, tokens, options.ms)]);
    }
  }
  process.stdout.write(`\n### ${title}, answer of ${(bytes / 1000).toFixed(0)} kB, medians of ${options.rounds} rounds of ${options.ms} ms\n`);
  for (const workload of Object.keys(workloads)) {
    process.stdout.write(`\n**${workload}**\n\n| gateway | connections | answers/s | × stock | p50 | p99 | CPU per answer | memory | errors |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n`);
    for (const connections of CONNECTIONS) {
      const of = (name: string, pick: (round: Round) => number) => median((rounds.get(`${workload} ${connections} ${name}`) ?? []).map(pick));
      for (const { name } of entrants) {
        const faults = rounds.get(`${workload} ${connections} ${name}`)!.reduce((sum, round) => sum + round.faults, 0);
        const rps = of(name, (round) => round.rps);
        process.stdout.write(`| ${name} | ${connections} | ${rps.toFixed(0)} | ${(rps / of(entrants[0]!.name, (round) => round.rps)).toFixed(1)} | ${millis(of(name, (round) => round.p50))} | ${millis(of(name, (round) => round.p99))} | ${of(name, (round) => round.cpu).toFixed(2)} ms | ${megabytes(of(name, (round) => round.memory))} | ${faults} |\n`);
      }
    }
  }
  loader.kill();
}

/** A reader of the library as our own tokens tell of people. */
const READER: ActorClaims = {
  accountId: 'a-1', realName: '示例读者', duty: 'REGISTRY_ADMIN', organizationId: 's-1', organizationName: '示例学校', level: 'SCHOOL', path: '/cn/s-1/', province: null, realNameVerified: true, sessionId: 's-1', certificate: null,
};

async function library(): Promise<void> {
  const [access, actor] = [await generateKeyPair(), await generateKeyPair()];
  const { urls } = await ask<{ urls: Record<string, string> }>(start('subgraphs.process.js'));
  const task: GatewayTask = { urls, supergraphSdl: librarySupergraph(urls), accessTokenPublicKey: access.publicKey, actorSigningKey: actor.privateKey };
  const key = await importSigningKey(access.privateKey);
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => signAccessToken(key, READER)));
  // Plain Apollo first: it is what the others are measured against.
  const names = ['Apollo gateway and server, standalone', ...Object.keys(GATEWAYS).filter((name) => !name.startsWith('Apollo'))];
  const entrants: Entrant[] = [];
  for (const name of names) {
    const entrant = await enter(name, task);
    if (entrant) entrants.push(entrant);
  }
  const body = JSON.stringify({ query: LIBRARY_QUERY });
  await agree(entrants, body);
  await compete('(a) four subgraphs, nested', entrants, body, { 'W2: a token of its own with each request': tokens, 'W1: identical requests of nobody': [] });
}

async function pupilPage(): Promise<void> {
  const page = await startPupilPage(mkdtempSync(join(tmpdir(), 'xueji-bench-')), TOKENS);
  try {
    const entrants: Entrant[] = [];
    for (const name of ['ours, stock executor', 'ours']) {
      const entrant = await enter(name, page.task);
      if (entrant) entrants.push(entrant);
    }
    await agree(entrants, page.body, page.tokens[0]);
    await compete('(b) our pupil page, services over HTTP on PostgreSQL', entrants, page.body, { 'W2: a token of its own with each request': page.tokens, 'W1: identical requests of one person': page.tokens.slice(0, 1) });
  } finally {
    await page.stop();
    rmSync(page.dataDir, { recursive: true, force: true });
  }
}

/** All must give the same data, or they do not do the same work. */
async function agree(entrants: readonly Entrant[], body: string, token?: string): Promise<void> {
  const answers = await Promise.all(entrants.map(async ({ url }) => {
    const answer = (await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body })).json()) as { data: unknown };
    return JSON.stringify(answer.data ?? answer);
  }));
  entrants.forEach(({ name }, index) => {
    if (answers[index] !== answers[0]) process.stderr.write(`${name} answers differently: ${answers[index]!.slice(0, 300)}\n`);
  });
}

/** The other gateways are installed when first asked for. */
function installPeers(): void {
  const folder = join(ROOT, 'infra/bench');
  const lock = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(lock) && readFileSync(lock, 'utf8').includes('@graphql-hive')) return;
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
}

/** `npm run bench:gateway [-- --rounds=5 --ms=1200 --only=a|b]` */
async function main(): Promise<void> {
  if (options.only !== 'b') {
    installPeers();
    await library();
    for (const child of children.splice(0)) child.kill();
  }
  if (options.only !== 'a') await pupilPage();
}

main().then(() => 0, (error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  return 1;
}).then((code) => {
  for (const child of children) child.kill();
  process.exit(code);
});
