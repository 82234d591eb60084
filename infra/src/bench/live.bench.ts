import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEMO_PASSWORD, personas } from '@xueji/testing/dist/src/demo';
import { WebSocket } from 'ws';
import { megabytes, type Line } from './line';
import { residentMemory } from './memory';
import { startProduct } from './product-process';

const CONNECTIONS = 5_000;
const OF_ACCOUNT = 50;
const TARGET_BYTES = 500 * 2 ** 20;
const SETTLE_MS = 10_000;
const WATCH = 'subscription { announcementPublished { cursor announcement { id title } } }';

async function signIn(url: string, username: string): Promise<string> {
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables: { input: { username, password: DEMO_PASSWORD } } }) });
  const { data, errors } = (await response.json()) as { data?: { login: { tokens: { accessToken: string } } }; errors?: { message: string }[] };
  if (!data?.login) throw new Error(`${username} cannot sign in: ${errors?.[0]?.message}`);
  return data.login.tokens.accessToken;
}

function connect(url: string, token: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`closed with ${code} ${reason}`)));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
    socket.on('message', () => {
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: WATCH } }), () => resolve(socket));
    });
  });
}

/** Memory of the whole product in one process with nobody connected, and with 5,000 idle subscribers of 100 accounts. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  const product = await startProduct(dataDir);
  const sockets: WebSocket[] = [];
  try {
    const tokens: string[] = [];
    for (const { username } of personas.slice(0, CONNECTIONS / OF_ACCOUNT)) tokens.push(await signIn(product.url, username));
    await pause(SETTLE_MS);
    const before = residentMemory(product.pid);
    for (let nth = 0; nth < CONNECTIONS; nth += OF_ACCOUNT) {
      sockets.push(...(await Promise.all(Array.from({ length: OF_ACCOUNT }, () => connect(product.url, tokens[nth / OF_ACCOUNT]!)))));
    }
    await pause(SETTLE_MS);
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    const running = Number(/^xueji_gateway_live_subscriptions\{.*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    if (running !== CONNECTIONS) throw new Error(`${running} subscriptions are running`);
    const more = residentMemory(product.pid) - before;
    return [{
      what: `live: memory of ${CONNECTIONS} idle subscribers (baseline: the product without them)`, baseline: megabytes(before), measured: `${megabytes(more)}, ${(more / CONNECTIONS / 1024).toFixed(1)} kB each`,
      ratio: '', target: `≤ ${megabytes(TARGET_BYTES)}`, met: more <= TARGET_BYTES,
    }];
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').terminate();
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
