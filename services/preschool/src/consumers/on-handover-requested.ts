import { handoverRequested } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { PreschoolHandover } from '../handover/preschool-handover.entity';
import { handovers } from '../workflows/preschool-handover';

/** A primary school asks for a child: the hand-over opens, or is declined with the rule that forbids it. */
export const onHandoverRequested = consumer(handoverRequested, async (scope, { data: { handoverId, childId, receivingSchoolId, requestedOn } }) => {
  if (await scope.manager.existsBy(PreschoolHandover, { id: handoverId })) return;
  const request = { childId, receivingSchoolId, requestedOn };
  const verdict = await scope.attempt(handovers, { command: 'request', newId: handoverId, input: { request } });
  if (verdict.allowed) return;
  const { code, rule } = verdict.error;
  await scope.execute(handovers, { command: 'decline', newId: handoverId, input: { request, refusal: { code, rule } } });
});
