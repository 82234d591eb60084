import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the doubles know of a person, by number. */
export interface KnownPerson {
  name: string;
  householdDivision?: string;
  contributions?: { division: string; months: number }[];
  abroadSince?: string;
}

/** How the doubles misbehave: `silent` never answers, `broken` answers 500, `strange` answers what nobody agreed on. */
export type Mood = 'well' | 'silent' | 'broken' | 'strange';

export interface AuthorityDoubles {
  url: string;
  /** paths and bodies asked, oldest first */
  asked: { path: string; body: unknown }[];
  persons: Map<string, KnownPerson>;
  mood: Mood;
  stop(): Promise<void>;
}

/**
 * Stand-ins for the systems of police, population register, tax and social security, and exit and entry, on loopback. Numbers they do not know are
 * answered with MATCH when invented (division 9999xx) unless `strict`, so that a demonstration needs no register of its own.
 */
export async function startAuthorityDoubles({ strict = false }: { strict?: boolean } = {}): Promise<AuthorityDoubles> {
  const persons = new Map<string, KnownPerson>();
  const check = (name: string, number: string) => {
    const known = persons.get(number);
    if (known) return known.name === name ? 'MATCH' : 'NAME_MISMATCH';
    return !strict && number.startsWith('9999') ? 'MATCH' : 'NOT_FOUND';
  };
  const answers: Record<string, (name: string, number: string) => object> = {
    '/identity/check': (name, number) => ({ result: check(name, number) }),
    '/population/check': (name, number) => ({ result: check(name, number) }),
    '/population/household': (_, number) => ({ division: persons.get(number)?.householdDivision ?? null }),
    '/contributions': (_, number) => ({ contributions: persons.get(number)?.contributions ?? [] }),
    '/movements': (_, number) => ({ abroadSince: persons.get(number)?.abroadSince ?? null }),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as { name: string; documentNumber: string };
    doubles.asked.push({ path: request.url!, body });
    if (doubles.mood === 'silent') return;
    const answer = answers[request.url!];
    response.writeHead(doubles.mood === 'broken' ? 500 : answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(doubles.mood === 'strange' ? { result: 'PERHAPS', division: 'x', contributions: 'many', abroadSince: 'long ago' } : (answer?.(body.name, body.documentNumber) ?? {})));
  };
  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const doubles: AuthorityDoubles = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [], persons, mood: 'well',
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return doubles;
}
