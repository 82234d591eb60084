import { organizationsById, type Actor } from '@xueji/platform';
import { normalizeIdentityNumber, profileFor, windowState } from '@xueji/standards';
import type { WindowState } from '@xueji/workflow';
import { In, type EntityManager } from 'typeorm';
import { Student } from '../../student';
import { classFacts, factsOfSchool, schoolFacts, type ClassFacts, type SchoolFacts } from '../record-status/record-status.facts';
import type { JuniorNewcomerInput, PullInput } from './junior-newcomer.inputs';
import { NewcomerPull } from './newcomer-pull.entity';

export interface JuniorNewcomerFacts {
  /** the pulling school */
  school: SchoolFacts | null;
  classSection: ClassFacts | null;
  window: WindowState;
  /** the pupil meant, while in the pool of primary graduates of the school's province; else null */
  graduateId: string | null;
  /** does the school hold an open pull of this graduate already? */
  pulledAlready: boolean;
}

/**
 * The one entry of the pool with this name and number. The lock keeps it there until the pull is written, or waits for the approval that takes it out:
 * no pull can slip in behind the clearing [REG-ENROL-07].
 */
async function findGraduate(manager: EntityManager, { name, nationalStudentNumber }: PullInput, province: string | null): Promise<string | null> {
  const [found] = await manager.query(
    `select s.id from student s join organization o on o.id = s.school_id
     where s.national_student_number = $1 and s.name = $2 and s.state = 'GRADUATED' and s.stage = 'PRIMARY' and o.province = $3 for share of s`,
    [normalizeIdentityNumber(nationalStudentNumber), name.normalize('NFC').trim(), province],
  );
  return found?.id ?? null;
}

const inPool = async (manager: EntityManager, studentId: string): Promise<string | null> =>
  (await manager.existsBy(Student, { id: studentId, state: 'GRADUATED', stage: 'PRIMARY' })) ? studentId : null;

export async function juniorNewcomerFacts(manager: EntityManager, { record, input, actor, now }: { record: NewcomerPull | null; input: JuniorNewcomerInput; actor: Actor; now: Date }): Promise<JuniorNewcomerFacts> {
  const school = await schoolFacts(manager, record?.schoolId ?? actor.organizationId);
  const province = school?.province ?? null;
  const graduateId = record ? await inPool(manager, record.studentId) : await findGraduate(manager, input as PullInput, province);
  return {
    school,
    classSection: await classFacts(manager, record?.classId ?? (input as PullInput).classId),
    window: windowState(profileFor(province, now), 'NEWCOMER_REGISTRATION', now),
    graduateId,
    pulledAlready: !record && graduateId !== null && (await manager.existsBy(NewcomerPull, { studentId: graduateId, schoolId: actor.organizationId, state: In(['PULLED', 'SUBMITTED']) })),
  };
}

/** What the relations of the table look at, of many pulls with one statement. */
export async function pulledSchools(manager: EntityManager, pulls: readonly NewcomerPull[]): Promise<JuniorNewcomerFacts[]> {
  const schools = await organizationsById(manager, pulls.map(({ schoolId }) => schoolId));
  return pulls.map(({ schoolId }) => ({ school: factsOfSchool(schools.get(schoolId)) }) as JuniorNewcomerFacts);
}
