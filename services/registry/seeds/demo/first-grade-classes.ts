import type { CommandScope } from '@xueji/platform';
import { demoOrganizations, demoPath, persona } from '@xueji/testing/dist/src/demo';
import { ClassSection, SchoolYear, usualTerms, gradesOf } from '../../src/school-year';

const YEAR = 2026;
/** The school whose year and classes the demonstration sets up itself. */
const STAGE_SCHOOL = 's-2161000101';

const FIRST = {
  PRIMARY: { grade: 1, name: '一年级', classType: '10', schoolingSystem: '2' },
  JUNIOR: { grade: 7, name: '七年级', classType: '20', schoolingSystem: '3' },
} as const;

export const firstGradeClassId = (schoolId: string, nth: 1 | 2): string => `demo-class-${YEAR}0${nth}-${schoolId}`;

/** School year 2026 and two first-grade classes at the other schools of Shaanxi, so that transfers and pulls have somewhere to go. */
export async function seedFirstGradeClasses({ manager, now }: CommandScope): Promise<void> {
  for (const school of demoOrganizations) {
    const first = FIRST[school.stages?.[0] as keyof typeof FIRST];
    if (!first || school.id === STAGE_SCHOOL || !school.divisionCode.startsWith('61')) continue;
    const year = { id: `demo-year-${YEAR}-${school.id}`, schoolId: school.id, holderPath: demoPath(school.id), year: YEAR, terms: usualTerms(YEAR, '09-01'), grades: gradesOf(school.stages!), createdAt: now };
    const classes = ([1, 2] as const).map((nth) => ({
      id: firstGradeClassId(school.id, nth), schoolYearId: year.id, schoolId: school.id, holderPath: year.holderPath, year: YEAR, grade: first.grade, number: `${YEAR}0${nth}`, name: `${first.name}(${nth})班`,
      classTeacher: persona('CLASS_TEACHER', school.id).realName, foundedYearMonth: `${YEAR}09`, schoolingSystem: first.schoolingSystem, classType: first.classType, honoraryTitle: null, createdAt: now,
    }));
    await manager.createQueryBuilder().insert().into(SchoolYear).values(year).orIgnore().execute();
    await manager.createQueryBuilder().insert().into(ClassSection).values(classes).orIgnore().execute();
  }
}
