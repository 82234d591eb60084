import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactSign, compactVerify } from 'jose';
import type { DataSource } from 'typeorm';
import { ALGORITHM, type SigningKey, type VerifyingKey } from '../auth';
import type { Logger } from '../logger';
import { describe } from '../graph/errors';
import type { ChainHead } from './audit-verifier';

const EVERY_MS = 60_000;

/** One line of an anchor file: the ends of all chains of a service at a time, bound to the line before. */
interface Anchor {
  service: string;
  at: string;
  heads: ChainHead[];
  /** SHA-256 of the line before, hex; empty in the first */
  previous: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
export const anchorFile = (folder: string, service: string): string => join(folder, `${service}.anchors`);

/** The ends of all chains, each found through the primary key, however long the chain is. */
export const chainHeads = (dataSource: Pick<DataSource, 'query'>): Promise<ChainHead[]> =>
  dataSource.query(
    `select head.chain, head.position::text as position, head.hash from generate_series(0, 15) as c(chain)
     cross join lateral (select chain, position, hash from audit_entry where chain = c.chain order by position desc limit 1) as head order by head.chain`,
  );

/**
 * Writes the ends of the chains of a service to a file of its own, where the database's owner cannot reach, at the start and each minute: what is cut off
 * afterwards is missed. Each line is signed where there is a key.
 */
export function startAnchoring({ service, dataSource, folder, key, log, everyMs = EVERY_MS }: {
  service: string;
  dataSource: Pick<DataSource, 'query'>;
  folder: string;
  key: SigningKey | null;
  log: Pick<Logger, 'error'>;
  everyMs?: number;
}): { anchor(): Promise<void>; stop(): Promise<void> } {
  let written = '';
  let last: string | undefined;
  let queue = Promise.resolve();
  const write = async (): Promise<void> => {
    const heads = await chainHeads(dataSource);
    const state = JSON.stringify(heads);
    if (heads.length === 0 || state === written) return;
    await mkdir(folder, { recursive: true });
    last ??= (await linesOf(anchorFile(folder, service))).at(-1) ?? '';
    const anchor: Anchor = { service, at: new Date().toISOString(), heads, previous: last && sha256(last) };
    const text = JSON.stringify(anchor);
    const line = key ? await new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: ALGORITHM, kid: key.kid }).sign(key.key) : text;
    await appendFile(anchorFile(folder, service), `${line}\n`, { mode: 0o600 });
    last = line;
    written = state;
  };
  const anchor = (): Promise<void> => (queue = queue.then(write).catch((error) => log.error({ service, ...describe(error) }, 'the ends of the audit chains could not be noted')));
  void anchor();
  const timer = setInterval(() => void anchor(), everyMs);
  timer.unref();
  return {
    anchor,
    stop: async () => {
      clearInterval(timer);
      await anchor();
    },
  };
}

const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  })).split('\n').filter(Boolean);

/** All heads noted in an anchor file. Throws ANCHOR_INVALID where a line was changed, taken out, or is not signed by `key` though one is given. */
export async function readAnchors(path: string, key: VerifyingKey | null): Promise<ChainHead[]> {
  const lines = await linesOf(path);
  const heads: ChainHead[] = [];
  for (const [index, line] of lines.entries()) {
    const invalid = () => new Error(`ANCHOR_INVALID: line ${index + 1} of ${path}`);
    const text = line.startsWith('{') ? (key ? null : line) : await (key ? compactVerify(line, key.key, { algorithms: [ALGORITHM] }).then(({ payload }) => Buffer.from(payload).toString('utf8')) : Promise.resolve(payloadOf(line))).catch(() => null);
    if (text === null) throw invalid();
    const anchor = JSON.parse(text) as Anchor;
    if (anchor.previous !== (index === 0 ? '' : sha256(lines[index - 1]!))) throw invalid();
    heads.push(...anchor.heads);
  }
  return heads;
}

const payloadOf = (jws: string): string => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
