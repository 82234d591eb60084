import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AuditEntry } from '../db/tables';
import { canonicalJson } from './canonical-json';
import type { Statement } from './statements';

export type AuditDraft = Omit<AuditEntry, 'chain' | 'position' | 'previousHash' | 'hash'>;

const CHAINS = 16;
const LOCK_CLASS = 7001;
const START = '0'.repeat(64);

/** What is hashed of an entry after its place in the chain, without the opening of the list. */
const hashedTail = (entry: AuditDraft): string =>
  canonicalJson([entry.at.toISOString(), entry.accountId, entry.realName, entry.duty, entry.organizationId, entry.source, entry.action, entry.subjectType, entry.subjectId, entry.detail]).slice(1);

const hashOf = (entry: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256').update(`["${entry.previousHash}",${entry.chain},"${entry.position}",${hashedTail(entry)}`).digest('hex');

/** The chain that the entries of a request go to. */
export const chainOf = (requestId: string): number => createHash('sha256').update(requestId).digest()[0]! % CHAINS;

/** Keeps others from a chain until the commit, so have it late. What is appended must be a later statement: one that waited for the lock still sees the old head. */
export const lockOfChain = (parameter: string): string => `select pg_advisory_xact_lock(${LOCK_CLASS}, ${parameter})`;

const COLUMNS = 'chain, position, at, account_id, real_name, duty, organization_id, source, action, subject_type, subject_id, detail, previous_hash, hash';

/** One entry in one statement: the server links it to the head, with the hash that `hashOf` gives. */
const APPEND_ONE = `insert into audit_entry (${COLUMNS})
  select $1::smallint, h.position + 1, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, h.hash, encode(sha256(convert_to('["' || h.hash || '",' || $1::smallint::text || ',"' || (h.position + 1)::text || '",' || $12::text, 'UTF8')), 'hex')
  from (select position, hash from (select position, hash from audit_entry where chain = $1::smallint union all select 0, '${START}') ends order by position desc limit 1) h`;

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
  let previousHash: string = head?.hash ?? START;
  const rows = drafts.map((draft) => {
    position += 1n;
    const entry = { ...draft, chain, position: String(position), previousHash };
    const hash = hashOf(entry);
    previousHash = hash;
    return { ...entry, hash };
  });
  return { text: APPEND_MANY, values: [JSON.stringify(rows)] };
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
