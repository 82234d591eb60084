import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that every service has: requests, steps, audit, outbox, inbox, organisations. */
export class Platform20260901000000 implements MigrationInterface {
  name = 'Platform20260901000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table command_request (request_id text primary key, account_id text not null, command text not null, input_hash text not null, result jsonb, at timestamptz not null);
      create table case_step (
        id bigint generated always as identity primary key, record_type text not null, record_id text not null, version int not null,
        from_state text, to_state text not null, command text not null, account_id text not null, real_name text not null, duty text not null,
        organization_id text not null, organization_name text not null, reason text, attachments jsonb not null default '[]'::jsonb,
        cites text[] not null, due_at timestamptz, request_id text not null, at timestamptz not null);
      create unique index case_step_record on case_step (record_type, record_id, version);
      create table audit_entry (
        chain smallint not null, position bigint not null, at timestamptz not null, account_id text not null, real_name text not null, duty text not null,
        organization_id text not null, source text not null, action text not null, subject_type text not null, subject_id text not null,
        detail jsonb not null, previous_hash text not null, hash text not null, primary key (chain, position));
      create index audit_entry_subject on audit_entry (subject_type, subject_id);
      create table outbox_event (
        seq bigint generated always as identity primary key, id uuid not null, topic text not null, key text not null, event jsonb not null,
        created_at timestamptz not null default now(), sent_at timestamptz);
      create unique index outbox_event_id on outbox_event (id);
      create index outbox_event_unsent on outbox_event (seq) where sent_at is null;
      create table inbox_event (event_id uuid primary key, type text not null, taken_at timestamptz not null default now());
      create table organization (
        id text primary key, parent_id text, path text not null, level text not null, name text not null, division_code text not null, province text,
        school_identifier text, school_type text, stages text[] not null, status text not null, competent_authority_id text, version int not null);
      create index organization_path on organization (path text_pattern_ops);
      create index organization_identifier on organization (school_identifier);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
