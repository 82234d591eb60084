import { Access, actorOfContext, CaseStep, type RecordCommands, type ServiceContext, type WorkflowEntity } from '@xueji/platform';
import { availableCommands } from '@xueji/workflow';
import DataLoader from 'dataloader';
import { Field, Int, ObjectType } from 'type-graphql';
import { In } from 'typeorm';

/** One step that a record went through; never changed afterwards [GEN-FLOW-01]. */
@Access.scopes('pupil.read')
@ObjectType()
export class RegistryStep {
  @Field(() => Int) version: number;
  @Field(() => String) command: string;
  @Field(() => String, { nullable: true }) fromState: string | null;
  @Field(() => String) toState: string;
  @Field(() => String) realName: string;
  @Field(() => String) duty: string;
  @Field(() => String) organizationName: string;
  @Field(() => String, { nullable: true }) reason: string | null;
  @Field(() => Date) at: Date;
}

/** Steps of one record, oldest first; those of records asked for together are read together. */
export function stepsOf(context: ServiceContext, recordType: string, recordId: string): Promise<RegistryStep[]> {
  const name = `steps:${recordType}`;
  const loader: DataLoader<string, RegistryStep[]> = context.loaders.get(name) ?? new DataLoader(async (ids) => {
    const steps = await context.manager.find(CaseStep, { where: { recordType, recordId: In([...ids]) }, order: { version: 'ASC' } });
    const byRecord = new Map<string, RegistryStep[]>(ids.map((id) => [id, []]));
    for (const step of steps) byRecord.get(step.recordId)!.push(step);
    return ids.map((id) => byRecord.get(id)!);
  });
  context.loaders.set(name, loader);
  return loader.load(recordId);
}

/** Commands the viewer could give on the record now. */
export async function commandsFor<R extends WorkflowEntity, I, F>(context: ServiceContext, records: RecordCommands<R, I, F>, record: R): Promise<string[]> {
  const actor = actorOfContext(context);
  const now = context.clock.now();
  const facts = await records.facts(context.manager, { record, input: {} as I, actor, now, command: '' });
  return availableCommands(records.workflow, { record, actor, facts, now });
}
