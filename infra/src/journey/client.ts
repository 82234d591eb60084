import { randomUUID } from 'node:crypto';
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

/** Speaks to the product as its users do: through the graph's public address and nothing else. */
export class Client {
  private readonly tokens = new Map<string, string>();

  constructor(readonly url: string) {}

  /** An operation as a persona (`DUTY`, organisation id), or as nobody. Answers refusals; throws when the product fails. */
  async ask<T = any>(who: readonly [string, string] | null, document: string, variables: Record<string, unknown> = {}, locale = 'zh-CN'): Promise<Answer<T>> {
    const { body, expired } = await this.send<T>(who, document, variables, locale);
    if (expired && who) {
      this.tokens.delete(personaUsername(...who));
      return this.ask(who, document, variables, locale);
    }
    const refusals = (body.errors ?? []).map(({ message, extensions }) => ({ message, code: String(extensions.code), rule: (extensions.rule ?? null) as string | null, field: (extensions.field ?? null) as string | null, extensions }));
    const failure = refusals.find((refusal) => PASSING.has(refusal.code) || refusal.code === 'INTERNAL_ERROR');
    if (failure) throw new ProductFailure(failure.code, `${failure.code}: ${failure.message}`);
    return { data: body.data as T, refusals };
  }

  private async send<T>(who: readonly [string, string] | null, document: string, variables: Record<string, unknown>, locale: string): Promise<{ body: { data?: T; errors?: { message: string; extensions: Record<string, unknown> }[] }; expired: boolean }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': locale, ...(who ? { authorization: `Bearer ${await this.token(...who)}` } : {}) },
      body: JSON.stringify({ query: document, variables }),
    });
    return { body: (await response.json()) as { data?: T; errors?: { message: string; extensions: Record<string, unknown> }[] }, expired: response.status === 401 };
  }

  /** As `ask`; a refusal is an error. */
  async get<T = any>(who: readonly [string, string] | null, document: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { data, refusals } = await this.ask<T>(who, document, variables);
    if (refusals.length > 0) throw new Error(`refused: ${refusals.map((refusal) => `${refusal.code} [${refusal.rule}] ${refusal.message}`).join('; ')}`);
    return data;
  }

  /**
   * A mutation with one input, given a request id of its own. A product that is away for a moment is asked again with the same request id,
   * as a careful client does; the effect is one.
   */
  async give<T = any>(who: readonly [string, string], document: string, input: Record<string, unknown>): Promise<Answer<T>> {
    const variables = { input: { requestId: randomUUID(), ...input } };
    return this.patiently(() => this.ask<T>(who, document, variables));
  }

  async upload(who: readonly [string, string], path: string, body: Uint8Array): Promise<{ status: number; body: any }> {
    return this.patiently(async () => {
      const response = await fetch(`${this.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${await this.token(...who)}`, 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }, body: Buffer.from(body) as never });
      if (response.status >= 500) throw new ProductFailure(String(response.status), `upload answered ${response.status}`);
      return { status: response.status, body: await response.json() };
    });
  }

  async download(who: readonly [string, string], path: string): Promise<{ status: number; bytes: Buffer }> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${await this.token(...who)}` } });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  /** Moves the product's clock (development only). */
  async setClock(now: string): Promise<void> {
    const response = await fetch(`${this.url}/dev/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ now }) });
    if (response.status !== 200) throw new Error(`the clock could not be set: ${response.status}`);
  }

  /** Asks until `accept` is content; events take a moment. */
  async until<T>(what: string, ask: () => Promise<T>, accept: (value: T) => boolean, ms = 60_000): Promise<T> {
    for (const end = Date.now() + ms; ; ) {
      const value = await this.patiently(ask);
      if (accept(value)) return value;
      if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const end = Date.now() + 60_000; ; ) {
      try {
        return await work();
      } catch (error) {
        const away = (error instanceof ProductFailure && error.code !== 'INTERNAL_ERROR') || (error instanceof TypeError && /fetch failed|terminated/.test(error.message));
        if (!away || Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  private async token(duty: string, organizationId: string): Promise<string> {
    const username = personaUsername(duty, organizationId);
    const known = this.tokens.get(username);
    if (known) return known;
    const document = 'mutation SignIn($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
    const { login } = await this.patiently(() => this.get<{ login: { tokens: { accessToken: string } } }>(null, document, { input: { username, password: DEMO_PASSWORD } }));
    this.tokens.set(username, login.tokens.accessToken);
    return login.tokens.accessToken;
  }
}

/** Codes that say a part of the product is away for the moment, or has not yet heard of the country. */
const PASSING = new Set(['SUBGRAPH_UNAVAILABLE', 'ORGANIZATION_UNKNOWN']);

/** The product did not answer as it should. */
export class ProductFailure extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
    this.name = 'ProductFailure';
  }
}
