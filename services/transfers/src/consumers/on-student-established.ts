import { studentEstablished } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import type { Lookup } from '../student/lookup';
import { keepStudent } from '../student/student.projection';

/** A record was established, or a graduate goes on at a school of the next stage. */
export const onStudentEstablished = (lookup: Lookup) =>
  consumer(studentEstablished, ({ manager }, { data, aggregateversion }) =>
    keepStudent(manager, {
      studentId: data.studentId, schoolId: data.schoolId, stage: data.stage, grade: data.grade, classId: data.classId, state: 'ACTIVE',
      numberHash: lookup.numberHash(data.nationalStudentNumber), nameHash: lookup.nameHash(data.name), version: aggregateversion,
    }));
