import { findOrganization, type Actor, type OrganizationProjection } from '@xueji/platform';
import { profileFor, windowState, type ClassSizePolicy, type Stage } from '@xueji/standards';
import type { WindowState } from '@xueji/workflow';
import { Not, type EntityManager } from 'typeorm';
import { StudentArchive } from '../../archive/student-archive.entity';
import { ClassSection } from '../../school-year/school-year.entity';
import { Student } from '../../student/student.entity';
import { ProblemRecord } from '../problem-record/problem-record.entity';
import { OpenCase } from './open-case.entity';
import type { RecordStatusInput, TransferInput } from './record-status.inputs';
import { gradesOfStage, stageOfClass } from './stages';

/** What a decision looks at of a school. */
export interface SchoolFacts {
  id: string;
  path: string;
  province: string | null;
  divisionCode: string;
  stages: readonly string[];
  isActive: boolean;
  competentAuthorityId: string | null;
}

/** What a decision looks at of a class. */
export interface ClassFacts {
  id: string;
  schoolId: string;
  stage: Stage;
  grade: number;
  isFirstGrade: boolean;
  /** of its stage; grade 5 in a five-year primary school */
  isLastGrade: boolean;
  hasClassTeacher: boolean;
}

/** How full a class is. Going over the limit is a warning, or refused where the province says so [REG-CLASS-02]. */
export interface ClassRoom {
  pupils: number;
  limit: number;
  refused: boolean;
}

export interface RecordStatusFacts {
  /** the school that is to hold the record (establish, enrol, transfer), else the one that holds it */
  school: SchoolFacts | null;
  /** the class the pupil is to sit in (establish, enrol, transfer), else the one the pupil sits in */
  classSection: ClassFacts | null;
  window: WindowState & { onTime: boolean };
  /** does the province want the graduation of this stage reviewed? */
  graduationIsReviewed: boolean;
  /** another case in which the pupil may be moved; null when there is none */
  openCaseId: string | null;
  /** kinds of the open doubts about the record */
  problemKinds: readonly string[];
  /** of the class that the pupil is to move to; null where nobody moves to a class */
  classRoom: ClassRoom | null;
  /** does the command move the pupil to another province? */
  leavesProvince: boolean;
  /** version of the record that was packed for this transfer; null when none was */
  packedVersion: number | null;
}

export const schoolFacts = async (manager: EntityManager, id: string | null): Promise<SchoolFacts | null> => factsOfSchool(id === null ? null : await findOrganization(manager, id));

export function factsOfSchool(found: OrganizationProjection | null | undefined): SchoolFacts | null {
  if (found?.level !== 'SCHOOL') return null;
  const { path, province, divisionCode, stages, competentAuthorityId } = found;
  return { id: found.id, path, province, divisionCode, stages, isActive: found.status === 'ACTIVE', competentAuthorityId };
}

export async function classFacts(manager: EntityManager, id: string | null): Promise<ClassFacts | null> {
  const found = id === null ? null : await manager.findOneBy(ClassSection, { id });
  if (!found) return null;
  const { schoolId, grade, schoolingSystem } = found;
  const stage = stageOfClass(grade, schoolingSystem);
  const { first, last } = gradesOfStage(stage, schoolingSystem);
  return { id: found.id, schoolId, stage, grade, isFirstGrade: grade === first, isLastGrade: grade === last, hasClassTeacher: Boolean(found.classTeacher?.trim()) };
}

const classRoom = async (manager: EntityManager, { id, stage }: ClassFacts, { warnAbove, refuse }: ClassSizePolicy): Promise<ClassRoom> => ({
  pupils: await manager.countBy(Student, { classId: id, state: 'ACTIVE' }), limit: stage === 'PRESCHOOL' ? Infinity : warnAbove[stage], refused: refuse,
});

const wanted = (input: RecordStatusInput, record: Student | null) => ({
  schoolId: 'inSchoolId' in input ? input.inSchoolId : 'schoolId' in input ? input.schoolId : (record?.schoolId ?? null),
  classId: 'classId' in input ? input.classId : (record?.classId ?? null),
});

export async function recordStatusFacts(manager: EntityManager, { record, input, now }: { record: Student | null; input: RecordStatusInput; actor: Actor; now: Date }): Promise<RecordStatusFacts> {
  const { schoolId, classId } = wanted(input, record);
  const school = await schoolFacts(manager, schoolId);
  const classSection = await classFacts(manager, classId);
  const profile = profileFor(school?.province ?? null, now);
  const openCase = record && (await manager.findOneBy(OpenCase, { studentId: record.id, isOpen: true, caseId: Not((input as Partial<TransferInput>).transferId ?? '') }));
  const { transferId, outSchoolId } = input as Partial<TransferInput>;
  const giving = outSchoolId === undefined ? null : await schoolFacts(manager, outSchoolId);
  const archive = transferId === undefined ? null : await manager.findOne(StudentArchive, { select: { transferId: true, studentVersion: true }, where: { transferId } });
  return {
    school,
    classSection,
    leavesProvince: giving !== null && giving.province !== school?.province,
    packedVersion: archive?.studentVersion ?? null,
    window: windowState(profile, 'GRADUATION', now),
    graduationIsReviewed: record?.stage === 'SENIOR' ? profile.graduation.seniorReviewed : profile.graduation.compulsoryReviewed,
    openCaseId: openCase?.caseId ?? null,
    problemKinds: record ? (await manager.find(ProblemRecord, { select: { kind: true }, where: { studentId: record.id, state: Not('RESOLVED') } })).map(({ kind }) => kind) : [],
    classRoom: classSection && classSection.id !== record?.classId ? await classRoom(manager, classSection, profile.classSize) : null,
  };
}
