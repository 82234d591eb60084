import type { Stage } from '@xueji/standards';

/** Years by the code of a 学制 (JY/T 1001). */
const YEARS: Readonly<Record<string, number>> = { 1: 5, 2: 6, 3: 3, 4: 4 };
const FOUR_YEARS = '4';

/** Grades are counted 1 to 12 through all stages. Grade 6 ends a six-year primary school and begins a four-year junior school. */
export function stageOfClass(grade: number, schoolingSystem: string): Stage {
  if (grade >= 10) return 'SENIOR';
  return grade >= 7 || (grade === 6 && schoolingSystem === FOUR_YEARS) ? 'JUNIOR' : 'PRIMARY';
}

/** First and last grade of a stage: a five-year primary school ends at 5, a four-year junior school begins at 6. */
export function gradesOfStage(stage: Stage, schoolingSystem: string): { first: number; last: number } {
  const years = YEARS[schoolingSystem] ?? 0;
  if (stage === 'PRIMARY') return { first: 1, last: years };
  const last = stage === 'JUNIOR' ? 9 : 12;
  return { first: last - years + 1, last };
}

/** null after the last stage. */
export const nextStageOf = (stage: string): Stage | null => (stage === 'PRIMARY' ? 'JUNIOR' : stage === 'JUNIOR' ? 'SENIOR' : null);
