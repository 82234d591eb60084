import { STUDENT_TEMPLATE_78 } from '@xueji/standards';
import { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { IntakeRows20261122060000 } from '../../migrations/20261122060000-intake-rows';
import { Registry20260901010000 } from '../../migrations/20260901010000-registry';
import { Newcomer } from './newcomer.entity';

const SCHEMA = `intake_rows_${process.pid}`;

describe('rows taken in before their fields lost their names', () => {
  it('read the same afterwards [REG-ENROL-04]', async () => {
    const client = new Client({ connectionString: process.env.PG_ADMIN_URL });
    await client.connect();
    try {
      await client.query(`create schema ${SCHEMA}`);
      await client.query(`set search_path to ${SCHEMA}`);
      const runner = { query: (sql: string) => client.query(sql) } as unknown as QueryRunner;
      await new Registry20260901010000().up(runner);
      const { form } = Object.assign(new Newcomer(), { formTemplate: 'student-basic-78/1', formValues: STUDENT_TEMPLATE_78.columns.map((_, i) => [`文${i}`, i, true, null][i % 4]!) });
      await client.query(
        `insert into newcomer (id, state, version, created_at, updated_at, batch_id, row_number, school_id, holder_path, accepted, findings, form, entered_by)
         values ('n', 'DRAFT', 1, now(), now(), 'b', 2, 's', '/', true, '[]', $1, '{}')`,
        [form],
      );
      await new IntakeRows20261122060000().up(runner);
      const { rows: [row] } = await client.query('select form_template, form_values from newcomer');
      expect(Object.assign(new Newcomer(), { formTemplate: row.form_template, formValues: row.form_values }).form).toEqual(form);
    } finally {
      await client.query(`drop schema if exists ${SCHEMA} cascade`);
      await client.end();
    }
  });
});
