import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from '../db/tables';
import { auditPages, CHAIN_START, entryHash, verifyRows, type AuditFault, type ChainHead } from './audit-verifier';

export type AuditDraft = Omit<AuditEntry, 'chain' | 'position' | 'previousHash' | 'hash'>;

const CHAINS = 16;
const LOCK_CLASS = 7001;
/** Appends the entries of one command to the chain its request falls on. The chain stays locked until the commit, so keep this last. */
export async function appendAudit(manager: EntityManager, requestId: string, drafts: readonly AuditDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const chain = createHash('sha256').update(requestId).digest()[0]! % CHAINS;
  await manager.query('select pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, chain]);
  const [head] = await manager.query('select position, hash from audit_entry where chain = $1 order by position desc limit 1', [chain]);
  let position = BigInt(head?.position ?? 0);
  let previousHash: string = head?.hash ?? CHAIN_START;
  const rows = drafts.map((draft) => {
    position += 1n;
    const entry = { ...draft, chain, position: String(position), previousHash };
    const hash = entryHash({
      chain, position: entry.position, at: entry.at, account_id: entry.accountId, real_name: entry.realName, duty: entry.duty, organization_id: entry.organizationId, source: entry.source, action: entry.action,
      subject_type: entry.subjectType, subject_id: entry.subjectId, detail: entry.detail, previous_hash: previousHash,
    });
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
export const verifyAudit = async (manager: EntityManager, anchors: Iterable<ChainHead> = []): Promise<AuditFault[]> =>
  (await verifyRows(auditPages((sql, parameters) => manager.query(sql, parameters)), anchors)).faults;
