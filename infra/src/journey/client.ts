import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { hashOf } from '@xueji/gateway';
import { DEMO_PASSWORD, personaUsername } from '@xueji/testing/dist/src/demo';

export interface Refusal {
  message: string;
  code: string;
  rule: string | null;
  field: string | null;
  extensions: Record<string, unknown>;
}

export interface Answer<T = any> {
  data: T;
  refusals: Refusal[];
}

/** A part of the product is away for the moment, or has not yet heard of the country: the same request may be sent again. */
class Away extends Error {}

const AWAY = new Set(['SUBGRAPH_UNAVAILABLE', 'ORGANIZATION_UNKNOWN']);
const PATIENCE_MS = 60_000;

/**
 * Speaks to the product as its users do: through the graph's public address and nothing else. While a part of it is away the same request, with
 * the same request id, is sent again, as a careful client does; the effect is one.
 */
export class Client {
  private readonly tokens = new Map<string, string>();

  /** `patienceMs`: how long the same request is sent again while a part of the product is away; 0 counts every failure as one. `byHash`: operations go by the hash of their text, as on a gateway of trusted documents. */
  constructor(readonly url: string, private readonly patienceMs = PATIENCE_MS, private readonly byHash = false) {}

  /** An operation as a persona (duty, organisation id), or as nobody. Answers refusals; throws when the product fails. */
  ask<T = any>(who: readonly [string, string] | null, document: string, variables: Record<string, unknown> = {}, locale = 'zh-CN'): Promise<Answer<T>> {
    return this.patiently(async () => {
      const response = await this.fetch(who, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json', 'accept-language': locale }, body: JSON.stringify({ ...(this.byHash ? { documentId: `sha256:${hashOf(document)}` } : { query: document }), variables }) });
      const body = (await response.json()) as { data?: T; errors?: { message: string; extensions: Record<string, unknown> }[] };
      const refusals = (body.errors ?? []).map(({ message, extensions }) => ({ message, code: String(extensions.code), rule: (extensions.rule ?? null) as string | null, field: (extensions.field ?? null) as string | null, extensions }));
      if (refusals.some(({ code }) => AWAY.has(code))) throw new Away(refusals[0]!.code);
      if (refusals.some(({ code }) => code === 'INTERNAL_ERROR')) throw new Error(`the product failed: ${refusals[0]!.message}`);
      return { data: body.data as T, refusals };
    });
  }

  /** As `ask`; a refusal is an error. */
  async get<T = any>(who: readonly [string, string] | null, document: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { data, refusals } = await this.ask<T>(who, document, variables);
    if (refusals.length > 0) throw new Error(`refused: ${refusals.map((refusal) => `${refusal.code} [${refusal.rule}] ${refusal.message}`).join('; ')}`);
    return data;
  }

  /** A mutation with one input, given a request id of its own. */
  give<T = any>(who: readonly [string, string], document: string, input: Record<string, unknown>): Promise<Answer<T>> {
    return this.ask<T>(who, document, { input: { requestId: randomUUID(), ...input } });
  }

  upload(who: readonly [string, string], path: string, body: Uint8Array): Promise<{ status: number; body: any }> {
    return this.patiently(async () => {
      const response = await this.fetch(who, path, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(body) as never });
      return { status: response.status, body: await response.json() };
    });
  }

  download(who: readonly [string, string], path: string): Promise<{ status: number; bytes: Buffer }> {
    return this.patiently(async () => {
      const response = await this.fetch(who, path, {});
      return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
    });
  }

  /** Signs the persona out; answers the status that the access token, still young, gets afterwards. */
  async signOut(who: readonly [string, string]): Promise<number> {
    const token = await this.token(...who);
    await this.get(who, 'mutation SignOut { signOut { signedOut } }');
    const response = await this.patiently(() => this.fetch(null, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query: '{ me { id } }' }) }));
    this.tokens.delete(personaUsername(...who));
    return response.status;
  }

  /** Moves the product's clock (development only). */
  async setClock(now: string): Promise<void> {
    const response = await this.patiently(() => this.fetch(null, '/dev/clock', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ now }) }));
    if (response.status !== 200) throw new Error(`the clock could not be set: ${response.status}`);
  }

  /** Asks until `accept` is content; events take a moment. */
  async until<T>(what: string, ask: () => Promise<T>, accept: (value: T) => boolean): Promise<T> {
    for (const end = Date.now() + Math.max(PATIENCE_MS, this.patienceMs); ; await pause(25)) {
      const value = await ask();
      if (accept(value)) return value;
      if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    }
  }

  private async fetch(who: readonly [string, string] | null, path: string, init: { method?: string; headers?: Record<string, string>; body?: never | string }, isAgain = false): Promise<Response> {
    const headers: Record<string, string> = { ...init.headers, ...(who ? { authorization: `Bearer ${await this.token(...who)}` } : {}) };
    const response = await fetch(`${this.url}${path}`, { ...init, headers }).catch((error: Error) => {
      throw new Away(error.message);
    });
    if (response.status >= 500) throw new Away(`answered ${response.status}`);
    if (response.status === 401 && who) {
      // The token has run out.
      this.tokens.delete(personaUsername(...who));
      if (isAgain) throw new Away('signed out');
      return this.fetch(who, path, init, true);
    }
    return response;
  }

  private async token(duty: string, organizationId: string): Promise<string> {
    const username = personaUsername(duty, organizationId);
    const known = this.tokens.get(username);
    if (known) return known;
    const document = 'mutation SignIn($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
    const { login } = await this.get<{ login: { tokens: { accessToken: string } } }>(null, document, { input: { username, password: DEMO_PASSWORD } });
    this.tokens.set(username, login.tokens.accessToken);
    return login.tokens.accessToken;
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const end = Date.now() + this.patienceMs; ; await pause(200)) {
      try {
        return await work();
      } catch (error) {
        const away = error instanceof Away || /terminated|other side closed|socket hang up/.test((error as Error).message);
        if (!away || Date.now() >= end) throw error;
      }
    }
  }
}
