import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What other authorities said of pupils' identities. */
export class IdentityChecks20261122040000 implements MigrationInterface {
  name = 'IdentityChecks20261122040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identity_check (id text primary key, student_id text not null, authority text not null, outcome text not null, at timestamptz not null, asked_by text not null);
      create index identity_check_student on identity_check (student_id, at);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
