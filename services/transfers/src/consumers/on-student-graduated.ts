import { studentGraduated } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { changeStudent } from '../student/student.projection';

/** A graduate cannot be transferred until a school of the next stage has the record. */
export const onStudentGraduated = consumer(studentGraduated, ({ manager }, { data, aggregateversion }) =>
  changeStudent(manager, data.studentId, { state: 'GRADUATED', version: aggregateversion }));
