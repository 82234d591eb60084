import { assignStudentNumber, type StudentNumber } from '@xueji/standards';
import type { EntityManager } from 'typeorm';

/** The next number of a named sequence, counted up from `first`. Two who ask at once get two numbers. */
async function next(manager: EntityManager, name: string, first: number): Promise<number> {
  const [row] = await manager.query(
    `insert into number_sequence (name, last) values ($1, $2) on conflict (name) do update set last = number_sequence.last + 1 returning last`,
    [name, first],
  );
  return row.last;
}

// Kindergartens count from 1. Counting from the middle here keeps the two apart without asking each other.
const FIRST_GENERATED = 501;
const FIRST_TEMPORARY = 5001;

/** A national student number for a pupil who has none [REG-NUM-01, REG-NUM-03]. `division`: six digits, of the school. */
export async function newStudentNumber(manager: EntityManager, pupil: { documentType: string; documentNumber: string | null; birthDate: string }, division: string): Promise<StudentNumber> {
  const request = { ...pupil, schoolDivision: division };
  const trial = assignStudentNumber({ ...request, sequence: 0 });
  if (trial.type === 'FORMAL_ID') return trial;
  const first = trial.type === 'FORMAL_GENERATED' ? FIRST_GENERATED : FIRST_TEMPORARY;
  return assignStudentNumber({ ...request, sequence: await next(manager, `${trial.type}:${division}:${pupil.birthDate}`, first) });
}

/** The number of a pupil within the county for one stage: division, year of entry, stage and five digits [REG-NUM-03, REG-NUM-04]. */
export async function newRegionalNumber(manager: EntityManager, division: string, entryYear: number, stage: 'PRIMARY' | 'JUNIOR' | 'SENIOR'): Promise<string> {
  const stem = `${division}${entryYear}${{ PRIMARY: 1, JUNIOR: 2, SENIOR: 3 }[stage]}`;
  return `${stem}${String(await next(manager, `REGIONAL:${stem}`, 1)).padStart(5, '0')}`;
}
