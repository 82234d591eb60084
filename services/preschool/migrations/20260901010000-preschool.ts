import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Classes, child archives, the hand-over to primary school, and the view that says where each child is. */
export class Preschool20260901010000 implements MigrationInterface {
  name = 'Preschool20260901010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table preschool_class (
        id text primary key, institution_id text not null, path text not null, school_year int not null, level text not null, name text not null, created_at timestamptz not null);
      create unique index preschool_class_name on preschool_class (institution_id, school_year, name);
      create index preschool_class_path on preschool_class (path text_pattern_ops, created_at, id);

      create table child (
        ${workflowColumns},
        institution_id text not null, path text not null, class_id text, registered_on date not null,
        name text not null, sex text, birth_date date, ethnicity text, nationality text, identity_document_type text, identity_document_number text,
        guardian_name text, guardian_relationship text, guardian_phone text, paper_archive_keeper text,
        national_student_number text, student_number_type text,
        problem_kind text, problem_child_id text, problem_disputed boolean not null default false, arbiter_id text, attachments text[] not null default '{}',
        graduated_on date, left_on date);
      create unique index child_number on child (national_student_number) where national_student_number is not null;
      create unique index child_document on child (identity_document_type, identity_document_number)
        where identity_document_number is not null and state in ('NUMBER_REQUESTED', 'ACTIVE', 'GRADUATED', 'LEFT', 'ENROLLED_PRIMARY');
      create index child_document_number on child (identity_document_number);
      create index child_person on child (name, sex, birth_date);
      create index child_path on child (path text_pattern_ops, created_at, id);
      create index child_class on child (class_id);
      create index child_arbiter on child (arbiter_id) where arbiter_id is not null;
      create index child_due on child (due_at) where due_at is not null;

      create table handover (
        ${workflowColumns},
        child_id text not null, institution_id text, path text, receiving_school_id text not null, requested_on date not null,
        data_fault text, declined_code text, declined_rule text);
      create unique index handover_one_open on handover (child_id) where state in ('HANDOVER_REQUESTED', 'RELEASED');
      create index handover_child on handover (child_id);
      create index handover_path on handover (path text_pattern_ops, created_at, id);
      create index handover_due on handover (due_at) where due_at is not null;

      create table primary_enrolment (student_id text primary key, child_id text not null, handover_id text, school_id text not null, taken_at timestamptz not null);
      create index primary_enrolment_child on primary_enrolment (child_id);

      -- Every child once. A deleted archive was a double or an error: it stands for no child.
      create view child_custody as
        select c.id as child_id,
          case when c.state = 'ENROLLED_PRIMARY' then 'PRIMARY'
               when h.id is not null then 'IN_TRANSIT'
               when c.state = 'GRADUATED' then 'POOL'
               when c.state = 'LEFT' then 'LEFT'
               else 'HELD' end as place,
          c.state, c.institution_id, h.id as handover_id, h.receiving_school_id, h.due_at
        from child c left join handover h on h.child_id = c.id and h.state in ('HANDOVER_REQUESTED', 'RELEASED')
        where c.state <> 'DELETED';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
