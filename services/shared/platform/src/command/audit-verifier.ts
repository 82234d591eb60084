import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** A row of `audit_entry` as the database or an export gives it. */
export interface AuditRow {
  chain: number;
  position: string | number;
  at: Date | string;
  account_id: string;
  real_name: string;
  duty: string;
  organization_id: string;
  source: string;
  action: string;
  subject_type: string;
  subject_id: string;
  detail: unknown;
  previous_hash: string;
  hash: string;
}

/** The end of a chain at some time. Kept elsewhere, it proves that the chain was once at least that long. */
export interface ChainHead {
  chain: number;
  position: string;
  hash: string;
}

/** CHANGED: an entry is not what was written; MISSING: one was taken out or moved; CUT: the end is gone. */
export interface AuditFault {
  chain: number;
  position: string;
  fault: 'CHANGED' | 'MISSING' | 'CUT';
}

export interface AuditReport {
  rows: number;
  /** the first fault of each chain */
  faults: AuditFault[];
  heads: ChainHead[];
}

export const CHAIN_START = '0'.repeat(64);

/** The hash that binds an entry to its place and to all before it. */
export const entryHash = (row: Omit<AuditRow, 'hash'>): string =>
  createHash('sha256')
    .update(canonicalJson([
      row.previous_hash, row.chain, String(row.position), (row.at instanceof Date ? row.at : new Date(row.at)).toISOString(), row.account_id, row.real_name, row.duty, row.organization_id, row.source, row.action,
      row.subject_type, row.subject_id, row.detail,
    ]))
    .digest('hex');

/**
 * Walks all chains, given in order of (chain, position), in pages. `anchors` are heads noted earlier: a chain that no longer reaches one, or has another
 * entry there, was cut or rewritten, however well its own hashes fit.
 */
export async function verifyRows(pages: AsyncIterable<readonly AuditRow[]>, anchors: Iterable<ChainHead> = []): Promise<AuditReport> {
  const expected = new Map<number, Map<string, string>>();
  for (const { chain, position, hash } of anchors) {
    const ofChain = expected.get(chain) ?? new Map<string, string>();
    expected.set(chain, ofChain.set(String(position), hash));
  }
  const faults = new Map<number, AuditFault>();
  const heads = new Map<number, ChainHead>();
  let rows = 0;
  for await (const page of pages) {
    for (const row of page) {
      rows += 1;
      const { chain } = row;
      if (faults.has(chain)) continue;
      const head = heads.get(chain) ?? { chain, position: '0', hash: CHAIN_START };
      const position = String(BigInt(head.position) + 1n);
      const anchored = expected.get(chain)?.get(position);
      if (String(row.position) !== position) faults.set(chain, { chain, position, fault: 'MISSING' });
      else if (row.previous_hash !== head.hash || entryHash(row) !== row.hash || (anchored !== undefined && anchored !== row.hash)) faults.set(chain, { chain, position, fault: 'CHANGED' });
      else heads.set(chain, { chain, position, hash: row.hash });
    }
  }
  for (const [chain, anchored] of expected) {
    const reached = BigInt(heads.get(chain)?.position ?? 0);
    const furthest = [...anchored.keys()].map(BigInt).reduce((most, position) => (position > most ? position : most), 0n);
    if (!faults.has(chain) && furthest > reached) faults.set(chain, { chain, position: String(reached + 1n), fault: 'CUT' });
  }
  return { rows, faults: [...faults.values()].sort((a, b) => a.chain - b.chain), heads: [...heads.values()].sort((a, b) => a.chain - b.chain) };
}

const PAGE = 10_000;

/** Pages of `audit_entry` in the order of the chains. `query` runs SQL with parameters and gives rows. */
export async function* auditPages(query: (sql: string, parameters: unknown[]) => Promise<AuditRow[]>): AsyncGenerator<AuditRow[]> {
  let after: [number, string | number] = [-1, 0];
  for (;;) {
    const page = await query('select * from audit_entry where (chain, position) > ($1, $2) order by chain, position limit $3', [...after, PAGE]);
    if (page.length === 0) return;
    yield page;
    const last = page.at(-1)!;
    after = [last.chain, last.position];
  }
}
