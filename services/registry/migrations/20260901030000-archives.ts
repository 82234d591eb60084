import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Archives handed to other provinces, and the traces of who went there. */
export class Archives20260901030000 implements MigrationInterface {
  name = 'Archives20260901030000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table student_archive (
        transfer_id text primary key, student_id text not null, student_version int not null, from_school_id text not null, to_school_id text not null,
        content text not null, content_hash text not null, packed_at timestamptz not null);
      create index student_archive_student on student_archive (student_id);

      create table departure (
        id text primary key, student_id text not null, from_school_id text not null, holder_path text not null, to_school_id text not null, to_province text not null,
        name text not null, national_student_number text not null, stage text not null, grade int not null, at timestamptz not null);
      create index departure_holder_path on departure (holder_path text_pattern_ops);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
