import { isInArea, systemActor, type CommandScope, type RecordCommands } from '@xueji/platform';
import { Child } from '../../child/child.entity';
import { childFacts, type ChildFacts } from './child-archive.facts';
import type { ChildInput } from './child-archive.inputs';
import { childArchive } from './child-archive.workflow';

async function check(scope: CommandScope, id: string): Promise<void> {
  const system = scope.as(systemActor);
  const clean = await system.attempt(children, { command: 'requestNumber', id, input: {} });
  if (!clean.allowed) await system.execute(children, { command: 'reportProblem', id, input: {} });
}

async function number(scope: CommandScope, id: string): Promise<void> {
  await scope.as(systemActor).execute(children, { command: 'assignNumber', id, input: {} });
}

/** What the system does at once after a command, in the same transaction. */
const following: Record<string, (scope: CommandScope, id: string) => Promise<void>> = {
  reviewArchive: check, modifyArchive: check, requestNumber: number, upholdSubstantiation: number,
};

/** The archives of children and the commands on them. The bureau asked to arbitrate sees the record wherever it lies. */
export const children: RecordCommands<Child, ChildInput, ChildFacts> = {
  recordType: 'child',
  workflow: childArchive,
  entity: Child,
  facts: childFacts,
  isVisible: (child, actor) => isInArea(actor, child.path) || child.arbiterId === actor.organizationId,
  effects: async (scope, { after, command }) => following[command]?.(scope, after.id),
};
