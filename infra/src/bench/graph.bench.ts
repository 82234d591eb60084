import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createGateway, type LocalSubgraph, type ReadyOperation } from '@xueji/gateway';
import { createLogger } from '@xueji/platform';
import { DEMO_PASSWORD } from '@xueji/testing/dist/src/demo';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { explorerConfig } from '../explorer-config';
import { ROOT } from '../root';
import { millis, quantile, times, type Line } from './line';
import type { Load, LoadOutcome } from './load.worker';

const CONNECTIONS = 16;
const MS = 5_000;
const WARM_UP_MS = 2_000;
/** A day on which the walk through the explorer's operations is open. */
const DAY = new Date('2026-11-16T02:00:00Z');

type Call = () => Promise<unknown>;

/** The gateway before the product's services, noting on request what it asks them. */
async function gatewayBefore(product: Embedded) {
  let noted: Call[] | null = null;
  const noting = ({ execute, handleHttp }: LocalSubgraph): LocalSubgraph => ({
    handleHttp,
    execute: (operation, headers) => {
      noted?.push(() => execute(operation, headers));
      return execute(operation, headers);
    },
  });
  const { ground, services } = product;
  const gateway = await createGateway({
    supergraphSdl: readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'),
    subgraphs: Object.fromEntries(Object.values(services).map((service) => [service.name, { local: noting(service) }])),
    accessTokenPublicKey: ground.accessKeys.publicKey, actorSigningKey: ground.actorKeys.privateKey, log: createLogger('gateway', 'error'), production: false, routes: [],
  });
  const callsOf = async (work: () => Promise<unknown>): Promise<Call[]> => {
    const calls: Call[] = (noted = []);
    await work().finally(() => (noted = null));
    return calls;
  };
  return { url: (await gateway.listen(0)).url, callsOf, close: () => gateway.close() };
}

const load = (workerData: Load): Promise<LoadOutcome> => new Promise((resolve, reject) => {
  new Worker(join(__dirname, 'load.worker.js'), { workerData }).once('message', resolve).once('error', reject);
});

/** How often a second all the calls are answered, as many at a time as there are connections. */
async function replay(calls: readonly Call[], ms: number): Promise<number> {
  let answers = 0;
  const end = performance.now() + ms;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (performance.now() < end) {
      for (const call of calls) await call();
      answers += 1;
    }
  }));
  return (answers * 1000) / ms;
}

/** The explorer's queries at 16 connections, against what the gateway asks the services for them, called in the same process without it. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const product = await startEmbedded({ dataDir, port: 0, durable: true, logLevel: 'fatal' });
  try {
    const gateway = await gatewayBefore(product);
    const ask = async ({ query, variables = {} }: Pick<ReadyOperation, 'query' | 'variables'>, headers: Record<string, string> = {}) =>
      (await (await fetch(gateway.url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) })).json()) as { data: any; errors?: unknown[] };
    const signedIn = async (username: string): Promise<Record<string, string>> => {
      const { data } = await ask({ query: 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }', variables: { input: { username, password: DEMO_PASSWORD } } });
      return { authorization: `Bearer ${data.login.tokens.accessToken}` };
    };
    const lines: Line[] = [];
    try {
      product.clock.set(DAY);
      for (const operation of explorerConfig().operations) {
        const headers = operation.persona ? await signedIn(operation.persona) : {};
        const { errors } = await ask(operation, headers);
        // Commands are given once, for the queries after them to find something; what shows a refusal is not measured.
        if (errors || operation.query.startsWith('mutation')) continue;
        const request = { url: gateway.url, headers, body: JSON.stringify({ query: operation.query, variables: operation.variables ?? {} }), connections: CONNECTIONS };
        await load({ ...request, ms: WARM_UP_MS });
        const { answers, faults, latencies } = await load({ ...request, ms: MS });
        const calls = await gateway.callsOf(() => ask(operation, headers));
        await replay(calls, WARM_UP_MS);
        const bare = await replay(calls, MS);
        const rate = (answers * 1000) / MS;
        lines.push({
          what: `graph: ${operation.title.split(' · ')[1]}, ${calls.length} call${calls.length === 1 ? '' : 's'} to services (baseline: these alone, in process)`,
          baseline: `${bare.toFixed(0)}/s`, measured: `${rate.toFixed(0)}/s, p95 ${millis(quantile(latencies, 0.95))}${faults > 0 ? `, ${faults} with errors` : ''}`, ratio: times(bare / rate),
        });
      }
    } finally {
      await gateway.close();
    }
    return lines;
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
