import { findOrganization } from '@xueji/platform';
import { Not, type EntityManager, In } from 'typeorm';
import type { TransferFacts } from '../../filing/filing.facts';
import { openProblems } from '../../student/problem.projection';
import { StudentProjection } from '../../student/student.projection';
import { TransferCase } from '../../transfer/transfer.entity';
import { CLOSED } from '../../transfer/transfer.terms';

/** What the automatic check looks at, as it is at that moment. */
export interface CheckFacts {
  student: Pick<StudentProjection, 'state' | 'schoolId'> | null;
  /** another record under the same number */
  hasDuplicate: boolean;
  otherCaseId: string | null;
  inSchoolIsActive: boolean;
  /** kinds of the open doubts about the record */
  problemKinds: readonly string[];
}

export interface CrossProvinceFacts extends TransferFacts {
  /** null unless the case is being checked */
  check: CheckFacts | null;
}

export async function checkFacts(manager: EntityManager, { id, studentId, inSchoolId }: TransferCase): Promise<CheckFacts> {
  const student = await manager.findOneBy(StudentProjection, { studentId });
  const twin = student && (await manager.findOneBy(StudentProjection, { numberHash: student.numberHash, studentId: Not(studentId) }));
  const other = await manager.findOne(TransferCase, { select: { id: true }, where: { id: Not(id), studentId, state: Not(In([...CLOSED])) } });
  const inSchool = await findOrganization(manager, inSchoolId);
  return { student, hasDuplicate: twin !== null, otherCaseId: other?.id ?? null, inSchoolIsActive: inSchool?.status === 'ACTIVE', problemKinds: await openProblems(manager, studentId) };
}
