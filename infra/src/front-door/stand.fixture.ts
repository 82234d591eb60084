import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request as httpRequest } from 'node:http';
import { ACTOR_HEADER, importSigningKey, signAccessToken, signActorToken, type Actor, type SigningKey } from '@xueji/platform';
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../deployment/embedded';
import { SERVICES, type ServiceName } from '../deployment/ground';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

export interface GraphError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; rule?: string | null; field?: string | null; [key: string]: unknown };
}

export interface GraphAnswer extends HttpAnswer {
  data?: any;
  errors?: GraphError[];
}

/** Where a request goes: the gateway, or one subgraph's own address. */
export type Door = 'gateway' | ServiceName;
export const DOORS: readonly Door[] = ['gateway', ...SERVICES];

/** The whole product with every address open on loopback, and the keys to make any token. */
export interface Stand {
  product: Embedded;
  /** origin of a door, without a path */
  address(door: Door): string;
  accessKey: SigningKey;
  actorKey: SigningKey;
  /** the headers that make `door` take a request as this person's; null: nobody has signed in */
  headers(door: Door, actor: Actor | null): Promise<Record<string, string>>;
  ask(door: Door, actor: Actor | null, query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphAnswer>;
  send(door: Door, path: string, init?: { method?: string; headers?: Record<string, string>; body?: string | Buffer }): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const TOKEN_REST_MS = 10_000;

export async function openStand(options: Partial<EmbeddedOptions> = {}): Promise<Stand> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-front-door-'));
  const product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'silent', ...options });
  const addresses = new Map<Door, string>([['gateway', product.url]]);
  for (const name of SERVICES) addresses.set(name, new URL((await product.services[name].listen(0)).url).origin);
  const accessKey = await importSigningKey(product.ground.accessKeys.privateKey);
  const actorKey = await importSigningKey(product.ground.actorKeys.privateKey);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const tokens = new Map<string, { token: Promise<string>; until: number }>();

  const address = (door: Door) => addresses.get(door)!;

  async function headers(door: Door, actor: Actor | null): Promise<Record<string, string>> {
    if (door === 'gateway' && !actor) return {};
    const key = `${door} ${actor ? `${actor.accountId} ${actor.path} ${actor.duty}` : ''}`;
    const known = tokens.get(key);
    const token = known && known.until > Date.now() ? known.token : door === 'gateway' ? signAccessToken(accessKey, actor!) : signActorToken(actorKey, actor, { audience: door, clientAddress: '127.0.0.1' });
    if (token !== known?.token) tokens.set(key, { token, until: Date.now() + TOKEN_REST_MS });
    return door === 'gateway' ? { authorization: `Bearer ${await token}` } : { [ACTOR_HEADER]: await token };
  }

  const send: Stand['send'] = (door, path, { method = 'POST', headers: given = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(`${address(door)}${path}`, { method, agent, headers: { ...given, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
      });
      request.on('error', reject);
      request.end(body);
    });

  return {
    product, address, accessKey, actorKey, headers, send,
    async ask(door, actor, query, variables = {}, more = {}) {
      const answer = await send(door, '/graphql', { headers: { 'content-type': 'application/json', ...(await headers(door, actor)), ...more }, body: JSON.stringify({ query, variables }) });
      return { ...answer, ...parsed(answer.text) };
    },
    async close() {
      agent.destroy();
      await product.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function parsed(text: string): { data?: any; errors?: GraphError[] } {
  try {
    return JSON.parse(text) as { data?: any; errors?: GraphError[] };
  } catch {
    return {};
  }
}

/** A source of chance that a seed repeats. */
export function chance(seed: number) {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 4_294_967_296;
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  return {
    next, below, pick,
    some<T>(list: readonly T[], count: number): T[] {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)[0]!);
    },
  };
}

export type Chance = ReturnType<typeof chance>;
