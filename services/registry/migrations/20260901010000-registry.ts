import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** School years, classes, pupils, grade-1 intake and the hand-over from kindergarten. */
export class Registry20260901010000 implements MigrationInterface {
  name = 'Registry20260901010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table school_year (
        id text primary key, school_id text not null, holder_path text not null, year int not null, terms jsonb not null, grades int[] not null, created_at timestamptz not null);
      create unique index school_year_school on school_year (school_id, year);

      create table class_section (
        id text primary key, school_year_id text not null, school_id text not null, holder_path text not null, year int not null, grade int not null,
        number text not null, name text not null, class_teacher text, founded_year_month text not null, schooling_system text not null, class_type text not null,
        honorary_title text, created_at timestamptz not null);
      create unique index class_section_number on class_section (school_year_id, number);
      create index class_section_school on class_section (school_id, year, grade);

      create table number_sequence (name text primary key, last int not null);

      create table student (
        ${workflowColumns}, national_student_number text not null, number_type text not null, name text not null, sex text not null, birth_date date not null,
        ethnicity text not null, nationality text not null, document_type text not null, document_number text, identifier_source text not null,
        school_id text not null, holder_path text not null, class_id text, stage text not null, grade int not null, entry_year_month text not null,
        regional_student_number text not null, child_id text, details jsonb not null, producing_organization_id text not null, entered_by jsonb not null, audited_by jsonb);
      create unique index student_national_number on student (national_student_number);
      create unique index student_document_number on student (document_number) where document_number is not null;
      create index student_holder_path on student (holder_path text_pattern_ops);
      create index student_class on student (class_id);
      create index student_person on student (name, sex, birth_date);

      create table preschool_child (
        id text primary key, number text not null, number_type text not null, name text not null, sex text not null, birth_date date not null,
        document_type text not null, document_number text, ethnicity text not null, nationality text not null, institution_id text not null, state text not null);
      create index preschool_child_document on preschool_child (document_number);
      create index preschool_child_person on preschool_child (name, sex, birth_date);

      create table intake_batch (
        id text primary key, school_id text not null, holder_path text not null, year int not null, file_name text not null, file_key text not null, file_sha256 text not null,
        row_count int not null, accepted_count int not null, refused_count int not null, uploaded_by jsonb not null, created_at timestamptz not null);
      create index intake_batch_holder_path on intake_batch (holder_path text_pattern_ops);

      create table newcomer (
        ${workflowColumns}, batch_id text not null, row_number int not null, school_id text not null, holder_path text not null, class_id text,
        name text, sex text, birth_date date, document_type text, document_number text, child_id text, accepted boolean not null, findings jsonb not null,
        form json not null, entered_by jsonb not null, student_id text, photo_file text, card_file text);
      create unique index newcomer_row on newcomer (batch_id, row_number);
      create index newcomer_state on newcomer (batch_id, state);
      create index newcomer_child on newcomer (child_id) where child_id is not null;
      create unique index newcomer_pending_document on newcomer (document_number) where document_number is not null and state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED');
      create index newcomer_pending_person on newcomer (name, sex, birth_date) where state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED');
      -- A row of the workbook stays in one piece: packing it costs more than its room.
      alter table newcomer set (toast_tuple_target = 8160);

      create table handover (
        ${workflowColumns}, child_id text not null, institution_id text not null, school_id text not null, holder_path text not null, requested_on date not null);
      create index handover_child on handover (child_id);
      create unique index handover_open_child on handover (child_id) where state in ('REQUESTED', 'RELEASED', 'COMPLETED');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
