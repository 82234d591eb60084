import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Uploaded documents of transfers. The row is there before the file and goes after it. */
export class Evidence20261122010000 implements MigrationInterface {
  name = 'Evidence20261122010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table transfer_evidence (
        id text primary key, file_key text not null, file_name text not null, media_type text, size int, sha256 text,
        account_id text not null, uploaded_by text not null, organization_id text not null, uploaded_at timestamptz not null, expires_at timestamptz,
        scan text not null, scan_after timestamptz, scan_attempts int not null default 0, scanned_at timestamptz, scanned_by text, finding text,
        case_id text, kind text, bound_at timestamptz,
        constraint transfer_evidence_received check ((scan = 'RECEIVING') = (sha256 is null)),
        constraint transfer_evidence_bound check ((case_id is null) = (expires_at is not null) and (case_id is null) = (kind is null) and (case_id is null or scan <> 'RECEIVING'))
      );
      create index transfer_evidence_case on transfer_evidence (case_id) where case_id is not null;
      create index transfer_evidence_waiting on transfer_evidence (organization_id) where case_id is null;
      create index transfer_evidence_expiry on transfer_evidence (expires_at) where expires_at is not null;
      create index transfer_evidence_scan on transfer_evidence (scan_after) where scan = 'PENDING';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
