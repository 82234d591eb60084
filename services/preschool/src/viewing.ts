import { actorOfContext, type Actor, type ServiceContext, type WorkflowEntity } from '@xueji/platform';
import { availableCommands, type Workflow } from '@xueji/workflow';

/** Commands the viewer could give on the record now. The relations of our tables look at record and person alone, so no facts are gathered. */
export const commandsFor = <R extends WorkflowEntity, I, F>(context: ServiceContext, workflow: Workflow<string, R, I, F, Actor>, record: R): string[] =>
  availableCommands(workflow, { record, actor: actorOfContext(context), facts: undefined as F, now: context.clock.now() });

/** Has the deadline of the record's state passed? [GEN-FLOW-08] */
export const isOverdue = (context: ServiceContext, { dueAt }: WorkflowEntity): boolean => dueAt !== null && dueAt < context.clock.now();
