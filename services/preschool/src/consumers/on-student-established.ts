import { studentEstablished } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { In } from 'typeorm';
import { PreschoolHandover } from '../handover/preschool-handover.entity';
import { PrimaryEnrolment } from '../handover/primary-enrolment.entity';
import { children } from '../workflows/child-archive';
import { handovers } from '../workflows/preschool-handover';

/**
 * A primary school has established the record of a child: the hand-over is accepted. News that comes before the release is kept and taken up by the
 * release; a child that had left without any hand-over is closed at once.
 */
export const onStudentEstablished = consumer(studentEstablished, async (scope, { data: { studentId, childId, handoverId, schoolId } }) => {
  if (childId === null) return;
  await scope.manager.createQueryBuilder().insert().into(PrimaryEnrolment).values({ studentId, childId, handoverId, schoolId, takenAt: scope.now }).orIgnore().execute();
  const candidates = await scope.manager.find(PreschoolHandover, { where: handoverId ? { id: handoverId } : { childId, state: In(['HANDOVER_REQUESTED', 'RELEASED']) } });
  for (const { id } of candidates) await scope.attempt(handovers, { command: 'accept', id, input: {} });
  if (candidates.length === 0 && handoverId === null) await scope.attempt(children, { command: 'enrolInPrimary', id: childId, input: {} });
});
