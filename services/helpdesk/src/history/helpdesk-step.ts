import { Access, CaseStep, type ServiceContext } from '@xueji/platform';
import DataLoader from 'dataloader';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { In } from 'typeorm';

/** One step that a record went through; never changed afterwards (GEN-FLOW-01). */
@Access.authenticated()
@ObjectType({ description: '办理记录 / one step of a record' })
export class HelpdeskStep {
  @Field(() => Int) version: number;
  @Field(() => String) command: string;
  @Field(() => String, { nullable: true }) fromState: string | null;
  @Field(() => String) toState: string;
  @Field(() => String) realName: string;
  @Field(() => String) duty: string;
  @Field(() => ID) organizationId: string;
  @Field(() => String) organizationName: string;
  @Field(() => String, { nullable: true }) reason: string | null;
  @Field(() => Date) at: Date;
}

/** Steps of one record, oldest first; those of all records of a request are read together. */
export function stepsOf(context: ServiceContext, recordType: string, recordId: string): Promise<HelpdeskStep[]> {
  const key = `steps:${recordType}`;
  const loader: DataLoader<string, HelpdeskStep[]> = context.loaders.get(key) ?? new DataLoader(async (ids: readonly string[]) => {
    const steps = await context.manager.find(CaseStep, { where: { recordType, recordId: In([...ids]) }, order: { version: 'ASC' } });
    return ids.map((id) => steps.filter((step) => step.recordId === id));
  });
  context.loaders.set(key, loader);
  return loader.load(recordId);
}
