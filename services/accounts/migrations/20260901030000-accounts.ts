import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts and sessions. */
export class Accounts20260901030000 implements MigrationInterface {
  name = 'Accounts20260901030000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table account (
        id text primary key, username text, real_name text, duty text not null, organization_id text not null, real_name_verified boolean not null default false,
        state text not null, password_hash text, password_changed_at timestamptz, version int not null default 1, created_at timestamptz not null);
      create unique index account_username on account (username);
      create index account_organization on account (organization_id);
      create table session (
        id text primary key, account_id text not null, refresh_hash text not null, spent_hashes text[] not null,
        started_at timestamptz not null, expires_at timestamptz not null, revoked_at timestamptz);
      create index session_account on session (account_id);
      create index session_token on session (refresh_hash);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
