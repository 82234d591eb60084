import { findOrganization, type CommandScope } from '@xueji/platform';
import type { Student } from '../student';
import { Departure } from './departure.entity';

/** Leaves a trace with the old school where the pupil went to another province; none within one [TRF-INTER-07]. `before`: the record as it left. */
export async function keepDeparture({ manager, now }: CommandScope, transferId: string, before: Student, to: { schoolId: string; province: string | null }): Promise<void> {
  const from = await findOrganization(manager, before.schoolId);
  if (to.province === null || from?.province === to.province) return;
  const { id: studentId, schoolId, holderPath, name, nationalStudentNumber, stage, grade } = before;
  await manager.insert(Departure, { id: transferId, studentId, fromSchoolId: schoolId, holderPath, toSchoolId: to.schoolId, toProvince: to.province, name, nationalStudentNumber, stage, grade, at: now });
}
