import { randomUUID } from 'node:crypto';
import { startTestService, type TestService } from '@xueji/testing';
import fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import { registry } from '../app';
import { findMatches, maybeKnown } from './newcomer-matches';

// So few names, days and numbers that people are met again and again.
const person = fc.record({
  name: fc.constantFrom('测试甲', '测试乙'),
  sex: fc.constantFrom('1', '2'),
  birthDate: fc.constantFrom('2020-01-15', '2020-02-16'),
  documentNumber: fc.constantFrom(null, ...Array.from({ length: 8 }, (_, i) => `99990120200115${1000 + i}`)),
});
type Person = typeof person extends fc.Arbitrary<infer P> ? P : never;

describe('looking for many people at once', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(registry({ filesDir: '/nowhere', allowSynthetic: true }), { now: '2026-09-01T02:00:00Z' });
  });
  afterAll(() => service.stop());

  /** What is written for a case is rolled back after it. */
  let manager: EntityManager;
  const insert = (table: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row);
    return manager.query(`insert into ${table} (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) on conflict do nothing`, Object.values(row));
  };
  const base = () => ({ id: randomUUID(), state: 'ACTIVE', version: 1, created_at: new Date(0), updated_at: new Date(0) });
  const identity = ({ name, sex, birthDate, documentNumber }: Person) => ({ name, sex, birth_date: birthDate, document_number: documentNumber });

  const addStudent = (one: Person, numberedBy: string | null) => insert('student', {
    ...base(), ...identity(one), national_student_number: numberedBy ? `G${numberedBy}` : `J${randomUUID()}`, number_type: 'G', ethnicity: '01', nationality: 'CHN', document_type: '1', identifier_source: 'NONE',
    school_id: 's', holder_path: '/', stage: 'PRIMARY', grade: 1, entry_year_month: '202609', regional_student_number: 'r', details: '{}', producing_organization_id: 's', entered_by: '{}',
  });
  const addNewcomer = (one: Person, state: string) => insert('newcomer', {
    ...base(), state, ...identity(one), batch_id: randomUUID(), row_number: 2, school_id: 's', holder_path: '/', accepted: true, findings: '[]', form_template: 't', form_values: '[]', entered_by: '{}',
  });
  const addChild = (one: Person) => insert('preschool_child', { id: randomUUID(), ...identity(one), number: 'G', number_type: 'G', document_type: '1', ethnicity: '01', nationality: 'CHN', institution_id: 'i', state: 'GRADUATED' });

  it('passes over nobody of whom something is known, and over all others who have a document number [REG-ENROL-12, REG-NUM-02]', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(person, fc.constantFrom(null, '999901202001151001', '999901202001151005')), { maxLength: 3 }),
        fc.array(fc.tuple(person, fc.constantFrom('VALIDATED', 'SUBMITTED', 'DRAFT', 'ESTABLISHED')), { maxLength: 3 }),
        fc.array(person, { maxLength: 2 }),
        fc.array(person, { minLength: 1, maxLength: 8 }),
        async (students, newcomers, children, asked) => {
          const runner = service.dataSource.createQueryRunner();
          await runner.startTransaction();
          ({ manager } = runner);
          try {
            for (const [one, number] of students) await addStudent(one, number);
            for (const [one, state] of newcomers) await addNewcomer(one, state);
            for (const one of children) await addChild(one);
            const people = asked.map((one) => ({ ...one, id: randomUUID() }));
            const matches = await findMatches(manager, people);
            const found = people.filter((one, i) => one.documentNumber === null || matches[i]!.duplicate !== null || matches[i]!.child !== null);
            met += matches.filter(({ duplicate, child }) => duplicate ?? child).length;
            expect(await maybeKnown(manager, people)).toEqual(found);
          } finally {
            await runner.rollbackTransaction();
            await runner.release();
          }
        },
      ),
      { numRuns: 150, seed: 20260901 },
    );
    expect(met).toBeGreaterThan(100);
  });
});
