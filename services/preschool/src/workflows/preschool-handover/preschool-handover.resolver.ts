import { Access, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { PreschoolHandover } from '../../handover/preschool-handover.entity';
import { readText } from '../../input-values';
import { handovers } from './preschool-handover.commands';
import { ReleaseHandoverInput, ReportHandoverDataFaultInput, type HandoverInput } from './preschool-handover.inputs';

@Access.authenticated()
@ObjectType()
export class PreschoolHandoverPayload {
  @Field(() => PreschoolHandover) handover: PreschoolHandover;
}

const give = async (context: ServiceContext, command: string, { requestId, handoverId, expectedVersion }: ReleaseHandoverInput, input: HandoverInput = {}): Promise<PreschoolHandoverPayload> => ({
  handover: await context.run(handovers, requestId, { command, id: handoverId, input, expectedVersion: expectedVersion ?? null }),
});

@Resolver()
export class PreschoolHandoverCommandResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => PreschoolHandoverPayload, { description: '配合移交 [PRE-CHG-03]' })
  releaseHandover(@Ctx() context: ServiceContext, @Arg('input', () => ReleaseHandoverInput) input: ReleaseHandoverInput): Promise<PreschoolHandoverPayload> {
    return give(context, 'release', input);
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => PreschoolHandoverPayload, { description: '报告数据问题；不终止交接 [PRE-CHG-03]' })
  reportHandoverDataFault(@Ctx() context: ServiceContext, @Arg('input', () => ReportHandoverDataFaultInput) input: ReportHandoverDataFaultInput): Promise<PreschoolHandoverPayload> {
    return give(context, 'reportDataFault', input, { reason: input.reason.trim() && readText('reason', input.reason, 500) });
  }
}
