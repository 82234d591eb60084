import type { ServiceContext, WorkflowEntity } from '@xueji/platform';

/** Has the deadline of the record's state passed? [GEN-FLOW-08] */
export const isOverdue = (context: ServiceContext, { dueAt }: WorkflowEntity): boolean => dueAt !== null && dueAt < context.clock.now();
