import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Policy profiles as rows; and cases whose pupil is on the way get the deadline that they lacked. */
export class PolicyProfiles20261122020000 implements MigrationInterface {
  name = 'PolicyProfiles20261122020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table policy_profile (
        ${workflowColumns}, profile_id text not null, edition int not null, province text, zh text not null, en text not null,
        effective_from date not null, effective_to date, legal_source text not null, document jsonb not null, written_by text[] not null, succeeds_id text,
        constraint policy_profile_period exclude using gist (int4range(coalesce(province::int, 0), coalesce(province::int, 0), '[]') with &&, daterange(effective_from, effective_to, '[]') with &&)
          where (state = 'APPROVED') deferrable initially deferred);
      create unique index policy_profile_edition on policy_profile (profile_id, edition);
      create unique index policy_profile_named on policy_profile (profile_id, effective_from) where state = 'APPROVED';
      create index policy_profile_listed on policy_profile (effective_from, id);
      update transfer_case set due_at = updated_at + interval '24 hours', due_rule = 'GEN-FLOW-08' where state = 'MOVING' and due_at is null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
