import { isInArea, systemActor, type CommandScope, type RecordCommands } from '@xueji/platform';
import { PreschoolHandover } from '../../handover/preschool-handover.entity';
import { children } from '../child-archive';
import { handoverFacts, type HandoverFacts } from './preschool-handover.facts';
import type { HandoverInput } from './preschool-handover.inputs';
import { preschoolHandover } from './preschool-handover.workflow';

/** What the system does at once after a command, in the same transaction. */
const following: Record<string, (scope: CommandScope, handover: PreschoolHandover) => Promise<unknown>> = {
  // The news from the primary school may have come first.
  release: (scope, { id }) => scope.as(systemActor).attempt(handovers, { command: 'accept', id, input: {} }),
  accept: (scope, { childId }) => scope.as(systemActor).execute(children, { command: 'enrolInPrimary', id: childId, input: {} }),
};

/** Hand-overs to primary school and the commands on them. The child is locked before its hand-over. */
export const handovers: RecordCommands<PreschoolHandover, HandoverInput, HandoverFacts> = {
  recordType: 'handover',
  workflow: preschoolHandover,
  entity: PreschoolHandover,
  facts: handoverFacts,
  isVisible: (handover, actor) => handover.path !== null ? isInArea(actor, handover.path) : actor.accountId === systemActor.accountId,
  lockFirst: async (manager, { childId }) => {
    await manager.query('select 1 from child where id = $1 for update', [childId]);
  },
  effects: async (scope, { after, command }) => {
    await following[command]?.(scope, after);
  },
};
