import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agreements with other agencies, their keys, and assertions already used. */
export class Agreements20261122040000 implements MigrationInterface {
  name = 'Agreements20261122040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table agreement (
        ${workflowColumns}, agency_name text not null, purpose text not null, legal_basis text not null, fields text[] not null, area_id text not null, area_path text not null,
        valid_from timestamptz not null, valid_until timestamptz not null, daily_quota int not null, requested_by_name text not null, approved_by_name text, approved_by text);
      create index agreement_area on agreement (area_path);
      create index agreement_due on agreement (due_at) where due_at is not null;
      create table agency_key (
        kid text not null, agreement_id text not null, public_key text not null, added_at timestamptz not null, revoked_at timestamptz, primary key (kid, agreement_id));
      create index agency_key_agreement on agency_key (agreement_id);
      create table spent_assertion (hash text primary key, expires_at timestamptz not null);
      create index spent_assertion_expiry on spent_assertion (expires_at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
