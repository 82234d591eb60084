import { randomUUID } from 'node:crypto';
import { getOrganization, inCommand, systemActor, type Actor } from '@xueji/platform';
import { checkCharacter } from '@xueji/standards';
import { actorFor, type TestService } from '@xueji/testing';
import { newRegionalNumber } from '../../student';
import { students } from '.';

/** An invented pupil who sits in a class, for the tests of what can happen to a record. */
export interface TestPupil {
  id: string;
  name: string;
  number: string;
  schoolId: string;
  classId: string;
}

export const clerkOf = (schoolId: string): Actor => actorFor('REGISTRY_ADMIN', schoolId);

/** Opens a school year with one class, as the school itself does. */
export async function openClass(service: TestService, schoolId: string, grade: number, options: { year?: number; classTeacher?: string | null; number?: string } = {}): Promise<string> {
  const { year = 2026, classTeacher = '示例班主任', number = `${grade}01` } = options;
  await service.query(clerkOf(schoolId), `mutation($input: OpenSchoolYearInput!) { openSchoolYear(input: $input) { schoolYear { id } } }`, { input: { requestId: randomUUID(), year } });
  const { data, errors } = await service.query(clerkOf(schoolId), `mutation($input: CreateClassInput!) { createClass(input: $input) { class { id } } }`, {
    input: { requestId: randomUUID(), year, grade, number, name: `${grade}年级`, classTeacher },
  });
  if (!data) throw new Error(errors[0]!.message);
  return data.createClass.class.id;
}

let made = 0;

/** Establishes `count` pupils of one class, each with an ID number of division 999901. */
export async function establishPupils(service: Pick<TestService, 'host'>, count: number, place: { schoolId: string; classId: string; grade: number; stage?: string }): Promise<TestPupil[]> {
  const { schoolId, classId, grade, stage = 'PRIMARY' } = place;
  return inCommand(service.host, { requestId: randomUUID(), actor: systemActor, command: 'test.establish', input: null, source: 'seed' }, async (scope) => {
    const { path: holderPath, divisionCode } = await getOrganization(scope.manager, schoolId, 'schoolId');
    const pupils: TestPupil[] = [];
    for (let i = 0; i < count; i += 1) {
      made += 1;
      const body = `99990120140${1 + (made % 9)}${String(10 + (Math.floor(made / 9) % 18)).padStart(2, '0')}${String(made % 1000).padStart(3, '0')}`;
      const documentNumber = body + checkCharacter(body);
      const birthDate = `${body.slice(6, 10)}-${body.slice(10, 12)}-${body.slice(12, 14)}`;
      const person = { accountId: 'a-test', realName: '示例录入人' };
      const { id, name, nationalStudentNumber } = await scope.execute(students, {
        command: 'establish',
        input: {
          nationalStudentNumber: `G${documentNumber}`, numberType: 'FORMAL_ID', name: `示例生${made}`, sex: Number(body.at(-1)) % 2 === 1 ? '1' : '2', birthDate, ethnicity: '01', nationality: 'CHN',
          documentType: '1', documentNumber, identifierSource: 'OWN_DOCUMENT', schoolId, holderPath, classId, stage, grade, entryYearMonth: '202009',
          regionalStudentNumber: await newRegionalNumber(scope.manager, divisionCode, 2020, 'PRIMARY'), childId: null, details: {}, producingOrganizationId: schoolId,
          enteredBy: person, auditedBy: person, handoverId: null,
        },
      });
      pupils.push({ id, name, number: nationalStudentNumber, schoolId, classId });
    }
    return pupils;
  });
}

/** The school lets the whole class graduate. */
export const graduateClass = (service: TestService, schoolId: string, classId: string, completedStudentIds: string[] = []) =>
  service.query(clerkOf(schoolId), `mutation($input: GraduateClassInput!) { graduateClass(input: $input) { verdicts { studentId graduated code rule message } } }`, {
    input: { requestId: randomUUID(), classId, completedStudentIds },
  });
