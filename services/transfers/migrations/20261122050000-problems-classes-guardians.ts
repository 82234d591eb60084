import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What else a filing looks at (doubts about the record, sizes of classes), and whose children the pupils are. */
export class ProblemsClassesGuardians20261122050000 implements MigrationInterface {
  name = 'ProblemsClassesGuardians20261122050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table student_projection add column class_id text;
      create index student_projection_class on student_projection (school_id, grade, class_id) where state = 'ACTIVE';
      create table problem_projection (student_id text not null, kind text not null, opened_at timestamptz, resolved_at timestamptz, primary key (student_id, kind));
      create table guardian_child (binding_id text primary key, account_id text not null, student_id text not null, ended boolean not null);
      create index guardian_child_account on guardian_child (account_id);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
