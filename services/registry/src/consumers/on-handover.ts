import { handoverCompleted, handoverDeclined, handoverReleased } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { Newcomer } from '../intake/newcomer.entity';
import { moveChild } from '../kindergarten';
import { handovers } from '../workflows/primary-handover';
import { newcomers } from '../workflows/primary-newcomer';
import { handoverFinding } from '../workflows/primary-newcomer/primary-newcomer.rules';

// An answer that no longer fits what happened meanwhile changes nothing: `attempt` refuses it and the event counts as taken.

export const onHandoverReleased = consumer(handoverReleased, async (scope, { data }) => {
  await scope.attempt(handovers, { command: 'release', id: data.handoverId, input: {} });
});

export const onHandoverDeclined = consumer(handoverDeclined, async (scope, { data }) => {
  const declined = await scope.attempt(handovers, { command: 'decline', id: data.handoverId, input: { reason: data.code } });
  if (!declined.allowed) return;
  const { childId, schoolId } = declined.record;
  for (const { id } of await scope.manager.findBy(Newcomer, { childId, schoolId })) {
    await scope.attempt(newcomers, { command: 'noteDecline', id, input: { finding: handoverFinding(data.code, data.rule) } });
  }
});

export const onHandoverCompleted = consumer(handoverCompleted, async (scope, { data }) => {
  await moveChild(scope.manager, data.childId, 'HANDED_OVER');
  await scope.attempt(handovers, { command: 'complete', id: data.handoverId, input: {} });
});
