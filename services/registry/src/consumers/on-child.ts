import { childGraduated, childLeft, childNumbered } from '@xueji/contracts';
import { consumer, type CommandScope } from '@xueji/platform';
import { IsNull, Not } from 'typeorm';
import { Handover } from '../handover/handover.entity';
import { keepChild, moveChild, PreschoolChild } from '../kindergarten';
import { Student } from '../student';
import { handovers } from '../workflows/primary-handover';
import { students } from '../workflows/record-status';

/**
 * A school may have taken the child in before this news came. Then the kindergarten is asked for the child now and the record goes on from the
 * archive: the same number cannot be held in two places [REG-NUM-02].
 */
async function continueArchive(scope: CommandScope, childId: string): Promise<void> {
  const child = await scope.manager.findOneBy(PreschoolChild, { id: childId });
  const student = child && (await scope.manager.findOneBy(Student, { nationalStudentNumber: child.number, childId: IsNull(), id: Not(child.id) }));
  if (!student || (await scope.manager.existsBy(Handover, { childId, state: Not('DECLINED') }))) return;
  const { schoolId, holderPath } = student;
  const { id: handoverId } = await scope.execute(handovers, { command: 'request', input: { childId, institutionId: child.institutionId, schoolId, holderPath } });
  await scope.attempt(students, { command: 'continueArchive', id: student.id, input: { archiveId: childId, handoverId } });
}

export const onChildNumbered = consumer(childNumbered, (scope, { data }) => keepChild(scope.manager, data, 'ACTIVE'));

export const onChildGraduated = consumer(childGraduated, async (scope, { data }) => {
  await keepChild(scope.manager, data, 'GRADUATED');
  await continueArchive(scope, data.childId);
});

export const onChildLeft = consumer(childLeft, async (scope, { data }) => {
  await moveChild(scope.manager, data.childId, 'LEFT');
  await continueArchive(scope, data.childId);
});
