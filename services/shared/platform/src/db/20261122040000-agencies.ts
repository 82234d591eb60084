import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agreements that are over, in every service that could answer an agency; and the way from a pupil to who looked. */
export class Agencies20261122040000 implements MigrationInterface {
  name = 'Agencies20261122040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ended_agreement (agreement_id text primary key, ended_at timestamptz not null);
      create index audit_entry_pupils on audit_entry using gin ((detail -> 'pupils')) where action = 'read';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
