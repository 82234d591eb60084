import { CHAIN_START, entryHash, hashedTail } from './entry-hash';

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

const hashOf = (row: AuditRow, position: string): string => entryHash(row.previous_hash, row.chain, position, hashedTail({
  at: row.at instanceof Date ? row.at : new Date(row.at), accountId: row.account_id, realName: row.real_name, duty: row.duty, organizationId: row.organization_id, source: row.source, action: row.action,
  subjectType: row.subject_type, subjectId: row.subject_id, detail: row.detail,
}));

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
      let head = heads.get(chain);
      if (!head) heads.set(chain, (head = { chain, position: '0', hash: CHAIN_START }));
      const position = String(BigInt(head.position) + 1n);
      const anchored = expected.get(chain)?.get(position);
      if (String(row.position) !== position) faults.set(chain, { chain, position, fault: 'MISSING' });
      else if (row.previous_hash !== head.hash || typeof chain !== 'number' || hashOf(row, position) !== row.hash || (anchored !== undefined && anchored !== row.hash)) faults.set(chain, { chain, position, fault: 'CHANGED' });
      else Object.assign(head, { position, hash: row.hash });
    }
  }
  for (const [chain, anchored] of expected) {
    const reached = BigInt(heads.get(chain)?.position ?? 0);
    const furthest = [...anchored.keys()].map(BigInt).reduce((most, position) => (position > most ? position : most), 0n);
    if (!faults.has(chain) && furthest > reached) faults.set(chain, { chain, position: String(reached + 1n), fault: 'CUT' });
  }
  return { rows, faults: [...faults.values()].sort((a, b) => a.chain - b.chain), heads: [...heads.values()].filter(({ position }) => position !== '0').sort((a, b) => a.chain - b.chain) };
}

const PAGE = 10_000;

/** Pages of `audit_entry` in the order of the chains; the next is fetched while one is looked at. `query` runs SQL with parameters and gives rows. */
export async function* auditPages(query: (sql: string, parameters: unknown[]) => Promise<AuditRow[]>): AsyncGenerator<AuditRow[]> {
  const pageAfter = (chain: number, position: string | number) =>
    query('select * from audit_entry where (chain, position) > ($1, $2) order by chain, position limit $3', [chain, position, PAGE]);
  let next = pageAfter(-1, 0);
  for (;;) {
    const page = await next;
    const last = page.at(-1);
    if (!last) return;
    next = pageAfter(last.chain, last.position);
    // Whoever stops in between does not hear of its fault.
    next.catch(() => undefined);
    yield page;
  }
}
