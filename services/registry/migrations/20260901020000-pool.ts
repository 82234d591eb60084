import { workflowColumns } from '@xueji/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Graduations, pulls from the pool, open transfers, timelines, notices, and the view of who holds whom. */
export class Pool20260901020000 implements MigrationInterface {
  name = 'Pool20260901020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table graduation (
        id text primary key, student_id text not null, school_id text not null, holder_path text not null, stage text not null, outcome text not null,
        graduated_on date not null, on_time boolean not null);
      create unique index graduation_student_stage on graduation (student_id, stage);
      create index graduation_holder_path on graduation (holder_path text_pattern_ops);

      create table newcomer_pull (${workflowColumns}, student_id text not null, school_id text not null, holder_path text not null, class_id text not null, stage text not null);
      create unique index newcomer_pull_open_per_school on newcomer_pull (student_id, school_id) where state in ('PULLED', 'SUBMITTED');
      create unique index newcomer_pull_established on newcomer_pull (student_id, stage) where state = 'ESTABLISHED';
      create index newcomer_pull_holder_path on newcomer_pull (holder_path text_pattern_ops);

      create table open_case (case_id text primary key, student_id text not null, is_open boolean not null);
      create index open_case_student on open_case (student_id) where is_open;

      create table timeline_entry (
        student_id text not null, version int not null, kind text not null, at timestamptz not null, from_school_id text, to_school_id text, stage text not null, grade int not null,
        outcome text, rule text not null, real_name text not null, duty text not null, organization_name text not null, organization_path text not null, primary key (student_id, version));

      create table notice (
        id text primary key, organization_id text not null, kind text not null, subject_id text not null, zh text not null, en text not null, at timestamptz not null, read_at timestamptz);
      create index notice_organization on notice (organization_id, at, id);

      -- One place per pupil, for checks across services: held by a school, in the graduate pool, or left.
      create view student_custody as
        select id as student_id, child_id, version,
          case state when 'ACTIVE' then 'HELD' when 'GRADUATED' then 'POOL' else 'LEFT' end as place,
          case state when 'ACTIVE' then school_id end as holder_id
        from student;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
