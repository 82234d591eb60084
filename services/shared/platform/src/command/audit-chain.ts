import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from '../db/tables';
import { auditPages, verifyRows, type AuditFault, type ChainHead } from './audit-verifier';
import { CHAIN_START, entryHash, hashedTail } from './entry-hash';
import type { Statement } from './statements';

export type AuditDraft = Omit<AuditEntry, 'chain' | 'position' | 'previousHash' | 'hash'>;

const CHAINS = 16;
const LOCK_CLASS = 7001;

/** The chain that the entries of a request go to. */
export const chainOf = (requestId: string): number => createHash('sha256').update(requestId).digest()[0]! % CHAINS;

/** Keeps others from a chain until the commit, so have it late. What is appended must be a later statement: one that waited for the lock still sees the old head. */
export const lockOfChain = (parameter: string): string => `select pg_advisory_xact_lock(${LOCK_CLASS}, ${parameter})`;

const COLUMNS = 'chain, position, at, account_id, real_name, duty, organization_id, source, action, subject_type, subject_id, detail, previous_hash, hash';

/** One entry in one statement: the server links it to the head, with the hash that `entryHash` gives. */
const APPEND_ONE = `insert into audit_entry (${COLUMNS})
  select $1::smallint, h.position + 1, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, h.hash, encode(sha256(convert_to('["' || h.hash || '",' || $1::smallint::text || ',"' || (h.position + 1)::text || '",' || $12::text, 'UTF8')), 'hex')
  from (select position, hash from (select position, hash from audit_entry where chain = $1::smallint union all select 0, '${CHAIN_START}') ends order by position desc limit 1) h`;

const APPEND_MANY = `insert into audit_entry (${COLUMNS})
  select * from jsonb_to_recordset($1::jsonb) as r(chain smallint, position bigint, at timestamptz, "accountId" text, "realName" text, duty text, "organizationId" text,
    source text, action text, "subjectType" text, "subjectId" text, detail jsonb, "previousHash" text, hash text)`;

/** Appends the entries of one command to the chain, which the transaction must have locked by an earlier statement. */
export async function appending(manager: EntityManager, chain: number, drafts: readonly AuditDraft[]): Promise<Statement> {
  if (drafts.length === 1) {
    const [one] = drafts as [AuditDraft];
    return { text: APPEND_ONE, values: [chain, one.at, one.accountId, one.realName, one.duty, one.organizationId, one.source, one.action, one.subjectType, one.subjectId, JSON.stringify(one.detail), hashedTail(one)] };
  }
  const [head] = await manager.query('select position, hash from audit_entry where chain = $1 order by position desc limit 1', [chain]);
  let position = BigInt(head?.position ?? 0);
  let previousHash: string = head?.hash ?? CHAIN_START;
  const rows = drafts.map((draft) => {
    position += 1n;
    const entry = { ...draft, chain, position: String(position), previousHash };
    const hash = entryHash(previousHash, chain, entry.position, hashedTail(draft));
    previousHash = hash;
    return { ...entry, hash };
  });
  return { text: APPEND_MANY, values: [JSON.stringify(rows)] };
}

/** Walks every chain and names the first entry of each that was changed, removed or put out of order. Empty when all hold. */
export const verifyAudit = async (manager: EntityManager, anchors: Iterable<ChainHead> = []): Promise<AuditFault[]> =>
  (await verifyRows(auditPages((sql, parameters) => manager.query(sql, parameters)), anchors)).faults;
