import { studentTransferred } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { changeStudent } from '../student/student.projection';
import { TransferCase } from '../transfer/transfer.entity';
import { recordsOf } from '../workflows';

/** Custody has moved: the case is complete. */
export const onStudentTransferred = consumer(studentTransferred, async (scope, { data, aggregateversion }) => {
  await changeStudent(scope.manager, data.studentId, { state: 'ACTIVE', schoolId: data.toSchoolId, stage: data.stage, grade: data.grade, classId: data.classId, version: aggregateversion });
  const transfer = await scope.manager.findOneBy(TransferCase, { id: data.transferId });
  if (transfer) await scope.execute(recordsOf(transfer), { command: 'confirmMove', id: transfer.id, input: {} });
});
