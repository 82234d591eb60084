import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Transfer cases, and what is known here of pupils. */
export class Transfers20260901050000 implements MigrationInterface {
  name = 'Transfers20260901050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table student_projection (
        student_id text primary key, school_id text not null, stage text not null, grade int not null, state text not null,
        number_hash text not null, name_hash text not null, version int not null);
      create index student_projection_number on student_projection (number_hash);
      create table transfer_case (
        ${workflowColumns}, procedure text not null, student_id text not null, stage text not null, grade int not null,
        out_school_id text not null, in_school_id text not null, out_authority_id text not null, in_authority_id text not null, out_path text not null, in_path text not null,
        profile_id text not null, profile_effective_from date not null, chain jsonb not null, refusal_reasons jsonb not null,
        reason_code text not null, documents jsonb not null, received_on date, attendance_start_date date, class_id text, refusal jsonb);
      create unique index transfer_case_open_student on transfer_case (student_id) where state not in ('COMPLETED', 'REJECTED', 'WITHDRAWN');
      create index transfer_case_student on transfer_case (student_id, created_at);
      create index transfer_case_out_path on transfer_case (out_path text_pattern_ops);
      create index transfer_case_in_path on transfer_case (in_path text_pattern_ops);
      create index transfer_case_out_school on transfer_case (out_school_id);
      create index transfer_case_in_school on transfer_case (in_school_id);
      create index transfer_case_out_authority on transfer_case (out_authority_id);
      create index transfer_case_in_authority on transfer_case (in_authority_id);
      create index transfer_case_due on transfer_case (due_at) where due_at is not null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
