import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Doubts about records, and the accounts of guardians bound to pupils. */
export class ProblemsAndGuardians20261122050000 implements MigrationInterface {
  name = 'ProblemsAndGuardians20261122050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table problem_record (
        ${workflowColumns}, kind text not null, student_id text not null, school_id text not null, holder_path text not null, resolution text, proof jsonb not null, handler_id text);
      create unique index problem_record_open on problem_record (student_id, kind) where state <> 'RESOLVED';
      create index problem_record_holder_path on problem_record (holder_path text_pattern_ops);

      create table guardian_binding (
        ${workflowColumns}, account_id text not null, real_name text not null, relationship text not null, student_id text not null, school_id text not null, holder_path text not null);
      create unique index guardian_binding_live on guardian_binding (account_id, student_id) where state in ('REQUESTED', 'CONFIRMED');
      create index guardian_binding_student on guardian_binding (student_id);
      create index guardian_binding_holder_path on guardian_binding (holder_path text_pattern_ops);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
