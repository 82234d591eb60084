import { STUDENT_TEMPLATE_78, templateName } from '@xueji/standards';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const PENDING = `state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED')`;

/** `form->'name'`, `form->'guardian1'->'name'` */
const valueAt = (field: string): string => ['form', ...field.split('.').map((name) => `'${name}'`)].join('->');

/** The rows of an intake without the names of their fields, and indexes for the few people without a document number. */
export class IntakeRows20261122060000 implements MigrationInterface {
  name = 'IntakeRows20261122060000';

  async up(runner: QueryRunner): Promise<void> {
    // json_build_array takes at most 100 arguments; the template has 78 columns.
    await runner.query(`
      alter table newcomer add column form_template text, add column form_values json;
      update newcomer set form_template = '${templateName(STUDENT_TEMPLATE_78)}', form_values = json_build_array(${STUDENT_TEMPLATE_78.columns.map(({ field }) => valueAt(field)).join(', ')});
      alter table newcomer alter column form_template set not null, alter column form_values set not null, drop column form;
      drop index newcomer_state;
      create index newcomer_pending_person_without_document on newcomer (name, sex, birth_date) where document_number is null and ${PENDING};
      create index student_person_without_document on student (name, sex, birth_date) where document_number is null;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
