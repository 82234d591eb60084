import { Access, actorOfContext, commandsFor, connectionOf, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { CHILDREN_OF, loadStudent, Student } from '../../student';
import { GuardianBinding } from './guardian-binding.entity';
import { guardianBindings } from '.';

@InputType()
export class RequestGuardianBindingInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '学生姓名' }) name: string;
  @Field(() => String, { description: '学籍号（完整）' }) nationalStudentNumber: string;
  @Field(() => String, { description: '关系: 1 父亲 2 母亲 3 祖父母或外祖父母 4 兄弟姐妹 9 其他' }) relationship: string;
}

@InputType()
export class GuardianBindingInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) bindingId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: '说明；不予确认时必填' }) reason?: string | null;
}

@Access.scopes('pupil.read', 'child.read')
@ObjectType()
export class GuardianBindingPayload {
  @Field(() => GuardianBinding) binding: GuardianBinding;
}

export const GuardianBindingConnection = connectionOf('GuardianBinding', () => GuardianBinding);

@Resolver(() => GuardianBinding)
export class GuardianBindingResolver {
  @Access.scopes('child.read')
  @Mutation(() => GuardianBindingPayload, { description: '申请绑定本人的孩子，由学籍所在学校确认 [REG-QUERY-01]' })
  async requestGuardianBinding(@Arg('input', () => RequestGuardianBindingInput) { requestId, ...input }: RequestGuardianBindingInput, @Ctx() context: ServiceContext): Promise<GuardianBindingPayload> {
    return { binding: await context.run(guardianBindings, requestId, { command: 'request', input: { ...input } }) };
  }

  @Access.scopes('school.approve')
  @Mutation(() => GuardianBindingPayload, { description: '确认该账号为学生的监护人' })
  confirmGuardianBinding(@Arg('input', () => GuardianBindingInput) input: GuardianBindingInput, @Ctx() context: ServiceContext): Promise<GuardianBindingPayload> {
    return give(context, 'confirm', input);
  }

  @Access.scopes('school.approve')
  @Mutation(() => GuardianBindingPayload, { description: '不予确认 [GEN-FLOW-03]' })
  refuseGuardianBinding(@Arg('input', () => GuardianBindingInput) input: GuardianBindingInput, @Ctx() context: ServiceContext): Promise<GuardianBindingPayload> {
    return give(context, 'refuse', input);
  }

  @Access.scopes('child.read')
  @Mutation(() => GuardianBindingPayload, { description: '撤回尚未确认的申请' })
  dropGuardianBinding(@Arg('input', () => GuardianBindingInput) input: GuardianBindingInput, @Ctx() context: ServiceContext): Promise<GuardianBindingPayload> {
    return give(context, 'drop', input);
  }

  @Access.scopes('child.read', 'school.approve')
  @Mutation(() => GuardianBindingPayload, { description: '解除绑定，由监护人本人或学校办理' })
  endGuardianBinding(@Arg('input', () => GuardianBindingInput) input: GuardianBindingInput, @Ctx() context: ServiceContext): Promise<GuardianBindingPayload> {
    return give(context, 'end', input);
  }

  @Access.scopes('pupil.read', 'child.read')
  @Query(() => GuardianBindingConnection, { description: '监护人：本人的绑定；其他人：本辖区的绑定' })
  guardianBindings(@Args(() => PageArgs) page: PageArgs, @Arg('state', () => String, { nullable: true }) state: string | null, @Ctx() context: ServiceContext): Promise<Connection<GuardianBinding>> {
    const { duty, accountId, path } = actorOfContext(context);
    const query = context.manager.createQueryBuilder(GuardianBinding, 'b');
    if (duty === 'GUARDIAN') query.where('b.accountId = :accountId', { accountId });
    else query.where('b.holderPath like :path', { path: `${path}%` });
    if (state) query.andWhere('b.state = :state', { state });
    return keysetPage(query, 'createdAt', page);
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => Student, { nullable: true, description: '确认之前对监护人为空' })
  student(@Root() { studentId }: GuardianBinding, @Ctx() context: ServiceContext): Promise<Student | null> {
    return loadStudent(context, studentId);
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => [String], { description: '当前用户现在可执行的操作' })
  availableCommands(@Root() binding: GuardianBinding, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, guardianBindings, binding);
  }
}

@Resolver()
export class MyChildrenResolver {
  @Access.scopes('child.read')
  @Query(() => [Student], { description: '本人的孩子：学校已确认绑定的学生 [REG-QUERY-01] [REG-QUERY-03]' })
  myChildren(@Ctx() context: ServiceContext): Promise<Student[]> {
    return context.manager.createQueryBuilder(Student, 's')
      .where(`s.id in (${CHILDREN_OF})`, { accountId: actorOfContext(context).accountId })
      .orderBy('s.birthDate').addOrderBy('s.id').limit(20).getMany();
  }
}

const give = async (context: ServiceContext, command: string, { requestId, bindingId, expectedVersion, reason }: GuardianBindingInput): Promise<GuardianBindingPayload> =>
  ({ binding: await context.run(guardianBindings, requestId, { command, id: bindingId, input: { reason: reason ?? null }, expectedVersion: expectedVersion ?? null }) });
