import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from '../db/tables';
import { canonicalJson } from './canonical-json';

export type AuditDraft = Omit<AuditEntry, 'chain' | 'position' | 'previousHash' | 'hash'>;

const CHAINS = 16;
const LOCK_CLASS = 7001;
const START = '0'.repeat(64);

const hashOf = (entry: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256')
    .update(canonicalJson([entry.previousHash, entry.chain, String(entry.position), entry.at.toISOString(), entry.accountId, entry.realName, entry.duty, entry.organizationId, entry.source, entry.action, entry.subjectType, entry.subjectId, entry.detail]))
    .digest('hex');

/** Appends the entries of one command to the chain its request falls on. The chain stays locked until the commit, so keep this last. */
export async function appendAudit(manager: EntityManager, requestId: string, drafts: readonly AuditDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const chain = createHash('sha256').update(requestId).digest()[0]! % CHAINS;
  await manager.query('select pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, chain]);
  const [head] = await manager.query('select position, hash from audit_entry where chain = $1 order by position desc limit 1', [chain]);
  let position = BigInt(head?.position ?? 0);
  let previousHash: string = head?.hash ?? START;
  const rows = drafts.map((draft) => {
    position += 1n;
    const entry = { ...draft, chain, position: String(position), previousHash };
    const hash = hashOf(entry);
    previousHash = hash;
    return { ...entry, hash };
  });
  await manager.query(
    `insert into audit_entry (chain, position, at, account_id, real_name, duty, organization_id, source, action, subject_type, subject_id, detail, previous_hash, hash)
     select * from jsonb_to_recordset($1::jsonb) as r(chain smallint, position bigint, at timestamptz, "accountId" text, "realName" text, duty text, "organizationId" text,
       source text, action text, "subjectType" text, "subjectId" text, detail jsonb, "previousHash" text, hash text)`,
    [JSON.stringify(rows)],
  );
}

/** Walks every chain and names the first entry of each that was changed, removed or put out of order. Empty when all hold. */
export async function verifyAudit(manager: EntityManager): Promise<{ chain: number; position: string; fault: 'CHANGED' | 'MISSING' }[]> {
  const faults: { chain: number; position: string; fault: 'CHANGED' | 'MISSING' }[] = [];
  for (let chain = 0; chain < CHAINS; chain += 1) {
    let expected = 0n;
    let previousHash = START;
    let page: AuditEntry[];
    walk: do {
      page = await manager.createQueryBuilder(AuditEntry, 'a').where('a.chain = :chain and a.position > :expected', { chain, expected: String(expected) }).orderBy('a.position').take(5_000).getMany();
      for (const entry of page) {
        expected += 1n;
        const fault = BigInt(entry.position) !== expected ? 'MISSING' : entry.previousHash !== previousHash || hashOf(entry) !== entry.hash ? 'CHANGED' : null;
        if (fault) {
          faults.push({ chain, position: String(expected), fault });
          break walk;
        }
        previousHash = entry.hash;
      }
    } while (page.length > 0);
  }
  return faults;
}
