import { findOrganization, recordNotFound, type Actor } from '@xueji/platform';
import type { EntityManager } from 'typeorm';
import { Student } from '../../student/student.entity';
import type { ProblemRecord } from './problem-record.entity';
import type { OpenProblemInput, ProblemInput } from './problem-record.inputs';

export interface ProblemFacts {
  /** the pupil of a case that is being opened; null afterwards */
  student: Pick<Student, 'id' | 'schoolId' | 'holderPath'> | null;
  /** the bureau competent for the school */
  competentAuthorityId: string | null;
  /** the bureau above the one that decides now; null above the Ministry */
  superiorId: string | null;
}

/** The pupil stays locked till the commit, so that a move of custody sees the case or comes before it. Throws RECORD_NOT_FOUND. */
export async function problemFacts(manager: EntityManager, { record, input }: { record: ProblemRecord | null; input: ProblemInput; actor: Actor }): Promise<ProblemFacts> {
  const student = record ? null : await manager.findOne(Student, { where: { id: (input as OpenProblemInput).studentId }, lock: { mode: 'pessimistic_write' } });
  if (!record && !student) throw recordNotFound('student');
  const school = await findOrganization(manager, (record ?? student)!.schoolId);
  const handler = record?.handlerId ? await findOrganization(manager, record.handlerId) : null;
  return { student, competentAuthorityId: school?.competentAuthorityId ?? null, superiorId: handler?.parentId ?? null };
}
