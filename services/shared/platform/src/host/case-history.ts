import { availableCommands } from '@xueji/workflow';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { In } from 'typeorm';
import type { RecordCommands, WorkflowEntity } from '../command';
import { CaseStep } from '../db';
import { Access, loadTogether } from '../graph';
import { actorOfContext, type ServiceContext } from './service';

/** One step that a record went through; never changed afterwards (GEN-FLOW-01). Who may see the record sees its steps. */
@Access.authenticated()
@Directive('@shareable')
@ObjectType('HistoryStep', { description: '办理记录 / one step of a record' })
export class HistoryStep {
  @Field(() => Int) version: number;
  @Field(() => String) command: string;
  @Field(() => String, { nullable: true }) fromState: string | null;
  @Field(() => String) toState: string;
  @Field(() => String) realName: string;
  @Field(() => String) duty: string;
  @Field(() => ID) organizationId: string;
  @Field(() => String) organizationName: string;
  @Field(() => String, { nullable: true }) reason: string | null;
  @Field(() => [String]) attachments: string[];
  @Field(() => Date) at: Date;
}

/** Steps of one record, oldest first; those of all records of a request are read together. */
export const stepsOf = (context: ServiceContext, recordType: string, recordId: string): Promise<HistoryStep[]> =>
  loadTogether(context, `steps:${recordType}`, recordId, async (ids) => {
    const steps = await context.manager.find(CaseStep, { where: { recordType, recordId: In([...ids]) }, order: { version: 'ASC' } });
    const byRecord = new Map<string, HistoryStep[]>(ids.map((id) => [id, []]));
    for (const step of steps) byRecord.get(step.recordId)!.push(step);
    return ids.map((id) => byRecord.get(id)!);
  });

/** Commands the viewer could give on the record now. What the relations look at is read for all records of a request together. */
export async function commandsFor<R extends WorkflowEntity, I, F>(
  context: ServiceContext, { recordType, workflow, viewFacts }: Pick<RecordCommands<R, I, F>, 'recordType' | 'workflow' | 'viewFacts'>, record: R,
): Promise<string[]> {
  const actor = actorOfContext(context);
  const now = context.clock.now();
  const facts = viewFacts && (await loadTogether(context, `view-facts:${recordType}`, record, (records: readonly R[]) => viewFacts(context.manager, records, now)));
  return availableCommands(workflow, { record, actor, facts: facts as F, now });
}
