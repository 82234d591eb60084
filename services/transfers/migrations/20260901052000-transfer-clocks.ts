import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reminders that were sent, and pupils whose transfer a school expects. */
export class TransferClocks20260901052000 implements MigrationInterface {
  name = 'TransferClocks20260901052000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table transfer_reminder (
        id text primary key, case_id text not null, version int not null, kind text not null, state text not null,
        due_at timestamptz not null, fired_at timestamptz not null, addressed_id text not null);
      create unique index transfer_reminder_once on transfer_reminder (case_id, version, kind);
      create index transfer_reminder_addressed on transfer_reminder (addressed_id, fired_at, id);
      create table transfer_expectation (
        id text primary key, student_id text not null, school_id text not null, school_path text not null, to_school_name text not null,
        recorded_by text not null, created_at timestamptz not null, dropped_at timestamptz);
      create unique index transfer_expectation_student on transfer_expectation (student_id, school_id) where dropped_at is null;
      create index transfer_expectation_path on transfer_expectation (school_path text_pattern_ops);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
