import { Access, CaseStep, type ServiceContext } from '@xueji/platform';
import DataLoader from 'dataloader';
import { Field, Int, ObjectType } from 'type-graphql';
import { Any } from 'typeorm';

/** One step of a school or a code application: who acted, when, and why (GEN-FLOW-01). */
@Access.authenticated()
@ObjectType()
export class SchoolCodesStep {
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

/** Steps of a record, oldest first; gathered into one query per request and type of record. */
export function stepsOf({ manager, loaders }: ServiceContext, recordType: string, id: string): Promise<SchoolCodesStep[]> {
  const key = `steps of ${recordType}`;
  let loader = loaders.get(key) as DataLoader<string, SchoolCodesStep[]> | undefined;
  if (!loader) {
    loader = new DataLoader(async (ids) => {
      const steps = await manager.find(CaseStep, { where: { recordType, recordId: Any([...ids]) }, order: { version: 'ASC' } });
      return ids.map((recordId) => steps.filter((step) => step.recordId === recordId));
    });
    loaders.set(key, loader);
  }
  return loader.load(id);
}
