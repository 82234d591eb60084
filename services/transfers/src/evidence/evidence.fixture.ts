import type { Actor } from '@xueji/platform';
import type { TestService } from '@xueji/testing';
import type { NamedEvidence } from './evidence.terms';

/** What the digest of a seeded document of this kind is. */
export const digestOf = (kind: string): string => kind.length.toString(16).padStart(64, '0');

/**
 * The input of a filing whose documents may be named by kind only: for each of those a file stands ready then, uploaded by the actor's school and found clean.
 * The same request names the same files.
 */
export async function withUploads<T extends { requestId: string }>(service: Pick<TestService, 'dataSource' | 'clock'>, actor: Actor, input: T): Promise<T> {
  const documents = (input as { documents?: (NamedEvidence | { kind: string })[] }).documents;
  if (!documents) return input;
  const uploads = documents.map((document, nth): NamedEvidence => ({ evidenceId: `${input.requestId}-${nth}`, ...document }));
  const seeded = uploads.filter((_upload, nth) => !('evidenceId' in documents[nth]!));
  await service.dataSource.query(
    `insert into transfer_evidence (id, file_key, file_name, media_type, size, sha256, account_id, uploaded_by, organization_id, uploaded_at, expires_at, scan, scan_attempts, scanned_at, scanned_by)
     select r.id, r.id, r.kind || '.pdf', 'application/pdf', 1, r.sha256, $2, $3, $4, $5, $5::timestamptz + interval '10 years', 'CLEAN', 1, $5, 'fixture'
     from jsonb_to_recordset($1::jsonb) as r(id text, kind text, sha256 text) on conflict do nothing`,
    [JSON.stringify(seeded.map(({ evidenceId: id, kind }) => ({ id, kind, sha256: digestOf(kind) }))), actor.accountId, actor.realName, actor.organizationId, service.clock.now()],
  );
  return { ...input, documents: uploads };
}
