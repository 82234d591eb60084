import { Access, commandsFor, recordNotFound, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { stepThroughBatch, type HeldBack } from '../../intake/bulk-step';
import { IntakeBatch } from '../../intake/intake-batch.entity';
import { Newcomer } from '../../intake/newcomer.entity';
import { newcomers } from '.';

@InputType()
class IntakeRowInput {
  @Field(() => Int, { description: '工作表行号' }) row: number;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
class IntakeStepInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) batchId: string;
  @Field(() => [IntakeRowInput], { nullable: true, description: '省略时为该批次中可办理此步骤的全部行' }) rows?: IntakeRowInput[] | null;
  @Field(() => Int, { nullable: true, description: '从该行之后继续；一次最多办理1000行' }) afterRow?: number | null;
  @Field(() => String, { nullable: true, description: '退回或不同意时必填 [GEN-FLOW-03]' }) reason?: string | null;
}

@Access.scopes('pupil.read')
@ObjectType({ description: '未办理的行及原因 / a row held back' })
class HeldRow {
  @Field(() => Int) row: number;
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String) message: string;
}

@Access.scopes('pupil.read')
@ObjectType()
class IntakeStepPayload {
  @Field(() => IntakeBatch) batch: IntakeBatch;
  @Field(() => Int, { description: '已办理的行数' }) decided: number;
  @Field(() => [HeldRow]) held: HeldRow[];
  @Field(() => Int, { nullable: true, description: '未办理完时，下一次请求的 afterRow' }) nextAfterRow: number | null;
}

@Resolver(() => Newcomer)
export class PrimaryNewcomerResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => IntakeStepPayload, { description: '重新校验草稿行' })
  validateIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'validate', input);
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => IntakeStepPayload, { description: '提交校内审核；本省不设校内审核时直接提交上级' })
  submitIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'submit', input);
  }

  @Access.scopes('school.approve')
  @Mutation(() => IntakeStepPayload, { description: '校内审核通过，并向幼儿园发起交接' })
  passIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'pass', input);
  }

  @Access.scopes('school.approve')
  @Mutation(() => IntakeStepPayload, { description: '校内审核退回' })
  returnIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'return', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => IntakeStepPayload, { description: '主管部门核准，建立学籍' })
  approveIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'approve', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => IntakeStepPayload, { description: '主管部门不同意，退回草稿' })
  refuseIntake(@Ctx() context: ServiceContext, @Arg('input', () => IntakeStepInput) input: IntakeStepInput): Promise<IntakeStepPayload> {
    return step(context, 'refuse', input);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String], { description: '当前用户可办理的步骤' })
  availableCommands(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, newcomers, newcomer);
  }
}

async function step(context: ServiceContext, command: string, { requestId, batchId, rows = null, afterRow = null, reason }: IntakeStepInput): Promise<IntakeStepPayload> {
  const selection = { rows, afterRow };
  const input = reason == null ? {} : { reason };
  const { held, ...verdict } = await context.command(`${command}Intake`, requestId, { batchId, ...selection, ...input }, (scope) => stepThroughBatch(scope, batchId, command, input, selection));
  const batch = await context.manager.findOneBy(IntakeBatch, { id: batchId });
  if (!batch) throw recordNotFound('intake-batch');
  return { ...verdict, batch, held: held.map(({ row, code, rule, ...message }: HeldBack) => ({ row, code, rule, message: message[context.locale] })) };
}
