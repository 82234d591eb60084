import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What other authorities said of pupils' identities, and what is in doubt. */
export class IdentityChecks20261122040000 implements MigrationInterface {
  name = 'IdentityChecks20261122040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identity_check (id text primary key, student_id text not null, authority text not null, outcome text not null, at timestamptz not null, asked_by text not null);
      create index identity_check_student on identity_check (student_id, at);
      create table identity_problem (
        id text primary key, student_id text not null, kind text not null, opened_at timestamptz not null, resolved_at timestamptz, version int not null);
      create unique index identity_problem_open on identity_problem (student_id) where resolved_at is null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
