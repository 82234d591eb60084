import { Access, actorOfContext, commandsFor, connectionOf, HistoryStep, keysetPage, loadTogether, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { maskIdentityNumber } from '@xueji/standards';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { School, schoolOf } from '../../school';
import { ClassSection, loadClass } from '../../school-year';
import { loadStudent, Student } from '../../student';
import { NewcomerPull } from './newcomer-pull.entity';
import { newcomerPulls } from '.';

@InputType()
export class PullGraduateInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '姓名' }) name: string;
  @Field(() => String, { description: '学籍号（完整）' }) nationalStudentNumber: string;
  @Field(() => ID, { description: '拟编班级' }) classId: string;
}

@InputType()
export class NewcomerPullInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) pullId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RefuseNewcomerPullInput extends NewcomerPullInput {
  @Field(() => String, { description: '不同意的理由' }) reason: string;
}

@Access.scopes('pupil.read')
@ObjectType()
export class NewcomerPullPayload {
  @Field(() => NewcomerPull) newcomerPull: NewcomerPull;
}

@ArgsType()
export class NewcomerPullsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: '状态' }) state?: string | null;
}

export const NewcomerPullConnection = connectionOf('NewcomerPull', () => NewcomerPull);

type Pupil = Pick<Student, 'id' | 'name' | 'nationalStudentNumber'>;

async function loadPupils(context: ServiceContext, ids: readonly string[]): Promise<Pupil[]> {
  const found = await context.manager.find(Student, { select: { id: true, name: true, nationalStudentNumber: true }, where: { id: In([...ids]) } });
  return ids.map((id) => found.find((pupil) => pupil.id === id)!);
}

/** Whoever may see the pull gave or checked name and number, so these two are shown wherever the pupil is held. */
function pupilOf(context: ServiceContext, { studentId }: NewcomerPull): Promise<Pupil> {
  return loadTogether(context, 'pulled-pupil', studentId, (ids) => loadPupils(context, ids));
}

@Resolver(() => NewcomerPull)
export class JuniorNewcomerResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => NewcomerPullPayload, { description: '从毕业库抽取小学毕业生 [REG-ENROL-05]' })
  async pullGraduate(@Arg('input', () => PullGraduateInput) { requestId, ...input }: PullGraduateInput, @Ctx() context: ServiceContext): Promise<NewcomerPullPayload> {
    return { newcomerPull: await context.run(newcomerPulls, requestId, { command: 'pull', input: { ...input } }) };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => NewcomerPullPayload, { description: '提交主管单位审核' })
  submitNewcomerPull(@Arg('input', () => NewcomerPullInput) input: NewcomerPullInput, @Ctx() context: ServiceContext): Promise<NewcomerPullPayload> {
    return give(context, 'submit', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => NewcomerPullPayload, { description: '核准建籍；其他学校的抽取随即清除 [REG-ENROL-07]' })
  approveNewcomerPull(@Arg('input', () => NewcomerPullInput) input: NewcomerPullInput, @Ctx() context: ServiceContext): Promise<NewcomerPullPayload> {
    return give(context, 'approve', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => NewcomerPullPayload, { description: '不同意；学生仍在毕业库 [GEN-FLOW-03]' })
  refuseNewcomerPull(@Arg('input', () => RefuseNewcomerPullInput) input: RefuseNewcomerPullInput, @Ctx() context: ServiceContext): Promise<NewcomerPullPayload> {
    return give(context, 'refuse', input, { reason: input.reason });
  }

  @Access.scopes('pupil.read')
  @Query(() => NewcomerPull, { nullable: true })
  newcomerPull(@Arg('id', () => ID) id: string, @Ctx() context: ServiceContext): Promise<NewcomerPull | null> {
    return inArea(context).andWhere('p.id = :id', { id }).getOne();
  }

  @Access.scopes('pupil.read')
  @Query(() => NewcomerPullConnection, { description: '本辖区学校的抽取' })
  newcomerPulls(@Args(() => NewcomerPullsArgs) { state, ...page }: NewcomerPullsArgs, @Ctx() context: ServiceContext): Promise<Connection<NewcomerPull>> {
    const pulls = inArea(context);
    if (state) pulls.andWhere('p.state = :state', { state });
    return keysetPage(pulls, 'createdAt', page);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { description: '姓名' })
  async pupilName(@Root() pull: NewcomerPull, @Ctx() context: ServiceContext): Promise<string> {
    return (await pupilOf(context, pull)).name;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { description: '学籍号（遮盖）' })
  async nationalStudentNumber(@Root() pull: NewcomerPull, @Ctx() context: ServiceContext): Promise<string> {
    return maskIdentityNumber((await pupilOf(context, pull)).nationalStudentNumber);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true, description: '学籍；不在本辖区时为空' })
  student(@Root() { studentId }: NewcomerPull, @Ctx() context: ServiceContext): Promise<Student | null> {
    return loadStudent(context, studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { description: '抽取学校' })
  school(@Root() { schoolId }: NewcomerPull): School {
    return schoolOf(schoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ClassSection, { nullable: true, description: '拟编班级' })
  class(@Root() { classId }: NewcomerPull, @Ctx() context: ServiceContext): Promise<ClassSection | null> {
    return loadClass(context, classId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Boolean, { description: '已逾期 [GEN-FLOW-08]' })
  overdue(@Root() { dueAt }: NewcomerPull, @Ctx() context: ServiceContext): boolean {
    return dueAt !== null && dueAt < context.clock.now();
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String], { description: '当前用户现在可执行的操作' })
  availableCommands(@Root() pull: NewcomerPull, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, newcomerPulls, pull);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep], { description: '办理记录 [GEN-FLOW-01]' })
  history(@Root() pull: NewcomerPull, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, newcomerPulls.recordType, pull.id);
  }
}

const inArea = (context: ServiceContext) =>
  context.manager.createQueryBuilder(NewcomerPull, 'p').where('p.holderPath like :path', { path: `${actorOfContext(context).path}%` });

const give = async (context: ServiceContext, command: string, { requestId, pullId, expectedVersion }: NewcomerPullInput, input: { reason?: string } = {}): Promise<NewcomerPullPayload> =>
  ({ newcomerPull: await context.run(newcomerPulls, requestId, { command, id: pullId, input, expectedVersion: expectedVersion ?? null }) });
