import type { CommandScope } from '@xueji/platform';
import { checkCharacter, type SexCode } from '@xueji/standards';
import { demoOrganization, demoPath, fillDemoOrganizations, persona } from '@xueji/testing/dist/src/demo';
import { ClassSection, SchoolYear, usualTerms } from '../../src/school-year';
import { newRegionalNumber, Student } from '../../src/student';
import { students } from '../../src/workflows/record-status';

/** An invented pupil in the last grade of a primary school of the demonstration, who can graduate and be pulled. */
export interface GraduatingPupil {
  id: string;
  name: string;
  sex: SexCode;
  birthDate: string;
  /** of the unassigned division 999901 */
  identityNumber: string;
  nationalStudentNumber: string;
  schoolId: string;
  classId: string;
}

const YEAR = 2025;
const LAST_GRADE = 6;

export const graduatingClassOf = (schoolId: string): string => `demo-class-6-${schoolId}`;

const pupil = (nth: number, schoolId: string, name: string, birthDate: string, sequence: string): GraduatingPupil => {
  const body = `999901${birthDate.replaceAll('-', '')}${sequence}`;
  const identityNumber = body + checkCharacter(body);
  const sex = Number(sequence.at(-1)) % 2 === 1 ? '1' : '2';
  return { id: `demo-graduating-pupil-${nth}`, name, sex, birthDate, identityNumber, nationalStudentNumber: `G${identityNumber}`, schoolId, classId: graduatingClassOf(schoolId) };
};

export const graduatingPupils: readonly GraduatingPupil[] = [
  pupil(1, 's-2161000101', '周示安', '2014-01-15', '601'),
  pupil(2, 's-2161000101', '吴示宁', '2014-03-08', '602'),
  pupil(3, 's-2161000102', '郑示和', '2013-11-20', '603'),
  pupil(4, 's-2161000102', '冯示远', '2014-06-27', '604'),
];

/** Two grade-6 pupils in each of two primary schools of Shaanxi. The events of school-codes come later, so the organisations are put in here in version 0. */
export async function seedGraduatingPupils(scope: CommandScope): Promise<void> {
  await fillDemoOrganizations((sql, parameters) => scope.manager.query(sql, parameters));
  for (const schoolId of new Set(graduatingPupils.map((each) => each.schoolId))) await seedClass(scope, schoolId);
  for (const each of graduatingPupils) if (!(await scope.manager.existsBy(Student, { id: each.id }))) await seedPupil(scope, each);
}

async function seedClass({ manager, now }: CommandScope, schoolId: string): Promise<void> {
  const path = demoPath(schoolId);
  const year = { id: `demo-year-${YEAR}-${schoolId}`, schoolId, holderPath: path, year: YEAR, terms: usualTerms(YEAR, '09-01'), grades: [1, 2, 3, 4, 5, 6], createdAt: now };
  await manager.createQueryBuilder().insert().into(SchoolYear).values(year).orIgnore().execute();
  await manager.createQueryBuilder().insert().into(ClassSection).values({
    id: graduatingClassOf(schoolId), schoolYearId: year.id, schoolId, holderPath: path, year: YEAR, grade: LAST_GRADE, number: '0601', name: '六年级1班',
    classTeacher: persona('CLASS_TEACHER', schoolId).realName, foundedYearMonth: '202009', schoolingSystem: '2', classType: '10', honoraryTitle: null, createdAt: now,
  }).orIgnore().execute();
}

async function seedPupil(scope: CommandScope, each: GraduatingPupil): Promise<void> {
  const { id, name, sex, birthDate, identityNumber, nationalStudentNumber, schoolId, classId } = each;
  const { divisionCode, parentId } = demoOrganization(schoolId);
  const person = (organizationId: string) => {
    const { accountId, realName } = persona('REGISTRY_ADMIN', organizationId);
    return { accountId, realName };
  };
  await scope.execute(students, {
    command: 'establish',
    newId: id,
    input: {
      nationalStudentNumber, numberType: 'FORMAL_ID', name, sex, birthDate, ethnicity: '01', nationality: 'CHN', documentType: '1', documentNumber: identityNumber, identifierSource: 'OWN_DOCUMENT',
      schoolId, holderPath: demoPath(schoolId), classId, stage: 'PRIMARY', grade: LAST_GRADE, entryYearMonth: '202009',
      regionalStudentNumber: await newRegionalNumber(scope.manager, divisionCode, 2020, 'PRIMARY'), childId: null, details: {}, producingOrganizationId: schoolId,
      enteredBy: person(schoolId), auditedBy: person(parentId!), handoverId: null,
    },
  });
}
