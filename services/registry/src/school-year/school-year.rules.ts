import { cstDate, isCode, isCstDay, type Stage } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import type { ClassSection, Term } from './school-year.entity';

const GRADES: Readonly<Record<Stage, readonly number[]>> = { PRESCHOOL: [], PRIMARY: [1, 2, 3, 4, 5, 6], JUNIOR: [7, 8, 9], SENIOR: [10, 11, 12] };

/** Ordinary class of a stage, and how long the stage takes (JY/T 1001: 2 six years, 3 three years). */
const USUAL = { PRIMARY: { classType: '10', schoolingSystem: '2' }, JUNIOR: { classType: '20', schoolingSystem: '3' }, SENIOR: { classType: '40', schoolingSystem: '3' } } as const;

export const gradesOf = (stages: readonly string[]): number[] => stages.flatMap((stage) => [...(GRADES[stage as Stage] ?? [])]);

export const stageOfGrade = (grade: number): 'PRIMARY' | 'JUNIOR' | 'SENIOR' => (grade <= 6 ? 'PRIMARY' : grade <= 9 ? 'JUNIOR' : 'SENIOR');

/** The school year in which newcomers are taken in at an instant: from July on the one that starts that summer. */
export function intakeYearAt(now: Date): number {
  const day = cstDate(now);
  return Number(day.slice(0, 4)) - (day.slice(5, 7) < '07' ? 1 : 0);
}

/** Autumn and spring term of a year. `start`: `MM-DD`, from the province's profile. */
export const usualTerms = (year: number, start: string): Term[] => [
  { kind: 'AUTUMN', startsOn: `${year}-${start}`, endsOn: `${year + 1}-01-31` },
  { kind: 'SPRING', startsOn: `${year + 1}-02-01`, endsOn: `${year + 1}-07-31` },
];

const refuse = (code: string, rule: string, field: string, zh: string, en: string) => new DomainError({ code, rule, field, zh, en });

export function assertTerms(terms: readonly Term[]): void {
  const right = terms.length > 0 && terms.every((term, i) => ['AUTUMN', 'SPRING'].includes(term.kind) && isCstDay(term.startsOn) && isCstDay(term.endsOn) && term.startsOn < term.endsOn && (i === 0 || terms[i - 1]!.endsOn < term.startsOn));
  if (!right) throw refuse('TERM_INVALID', 'REG-ENROL-03', 'terms', '学期须按先后顺序填写，起止日期有效', 'Terms must be in order and have real dates');
}

export function assertGrades(grades: readonly number[], stages: readonly string[]): void {
  const possible = gradesOf(stages);
  if (grades.length === 0 || grades.some((grade) => !possible.includes(grade))) throw refuse('GRADE_INVALID', 'REG-ENROL-03', 'grades', '年级与学校的学段不符', 'The grades do not fit the stages of the school');
}

export type ClassDraft = Pick<ClassSection, 'grade' | 'number' | 'name' | 'classTeacher' | 'foundedYearMonth' | 'honoraryTitle'> & { schoolingSystem?: string; classType?: string };

/** Refuses a class whose fields are not right (REG-CLASS-01) and fills in what is usual for its stage. */
export function checkedClass(draft: ClassDraft, year: { year: number; grades: readonly number[] }): ClassDraft & { schoolingSystem: string; classType: string } {
  if (!year.grades.includes(draft.grade)) throw refuse('GRADE_MISSING', 'REG-ENROL-03', 'grade', `${year.year}学年没有${draft.grade}年级，请先建立年级`, `School year ${year.year} has no grade ${draft.grade}`);
  const usual = USUAL[stageOfGrade(draft.grade)];
  const complete = { ...draft, schoolingSystem: draft.schoolingSystem ?? usual.schoolingSystem, classType: draft.classType ?? usual.classType };
  if (draft.number.trim() === '' || draft.number.length > 20) throw refuse('CLASS_NUMBER_INVALID', 'REG-CLASS-01', 'number', '班号为1至20个字符', 'A class number has 1 to 20 characters');
  if (draft.name.trim() === '' || draft.name.length > 50) throw refuse('CLASS_NAME_INVALID', 'REG-CLASS-01', 'name', '班级名称为1至50个字符', 'A class name has 1 to 50 characters');
  if (!/^\d{4}(0[1-9]|1[0-2])$/.test(draft.foundedYearMonth)) throw refuse('CLASS_FOUNDING_INVALID', 'REG-CLASS-01', 'foundedYearMonth', '建班年月应为YYYYMM', 'The founding month must be YYYYMM');
  if (!isCode('SCHOOLING_SYSTEM', complete.schoolingSystem)) throw refuse('CLASS_SCHOOLING_SYSTEM_UNKNOWN', 'REG-CLASS-01', 'schoolingSystem', '学制不在代码表中', 'The schooling system is not in the list');
  if (!isCode('CLASS_TYPE', complete.classType)) throw refuse('CLASS_TYPE_UNKNOWN', 'REG-CLASS-03', 'classType', '班级类型不在代码表中，不得建立虚拟班级', 'The class type is not in the list; there are no virtual classes');
  return complete;
}
