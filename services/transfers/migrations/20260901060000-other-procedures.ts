import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What transfers need that pass cities, go to another province, or follow a graduation. */
export class OtherProcedures20260901060000 implements MigrationInterface {
  name = 'OtherProcedures20260901060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table transfer_case add column out_city_id text, add column in_city_id text, add column out_terms jsonb, add column ministry_check jsonb,
        add column archive_hash text, add column formalities_reference text;
      create index transfer_case_out_city on transfer_case (out_city_id);
      create index transfer_case_in_city on transfer_case (in_city_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
