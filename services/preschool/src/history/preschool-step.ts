import { Access, CaseStep, type ServiceContext } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { In } from 'typeorm';
import { loadOne } from '../loading';

/** One step of a record, as it was taken [GEN-FLOW-01]. */
@Access.scopes('pupil.read')
@ObjectType({ description: '办理步骤 / one step of a record' })
export class PreschoolStep {
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

/** Steps of a record, oldest first. */
export const stepsOf = (context: ServiceContext, recordType: string, id: string): Promise<PreschoolStep[]> =>
  loadOne(context, `steps:${recordType}`, id, async (ids) => {
    const steps = await context.manager.find(CaseStep, { where: { recordType, recordId: In([...ids]) }, order: { version: 'ASC' } });
    return ids.map((recordId) => steps.filter((step) => step.recordId === recordId));
  });
