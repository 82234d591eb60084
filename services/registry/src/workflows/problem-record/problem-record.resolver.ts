import { Access, actorOfContext, commandsFor, connectionOf, HistoryStep, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { School, schoolOf } from '../../school';
import { loadStudent, Student } from '../../student';
import { ProblemKind, ProblemRecord, ProblemResolution, type ProblemProof } from './problem-record.entity';
import type { ProblemInput } from './problem-record.inputs';
import { problemRecords } from '.';

@InputType()
export class OpenProblemRecordInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) studentId: string;
  @Field(() => ProblemKind) kind: ProblemKind;
  @Field(() => String, { nullable: true, description: '核查发现的情况' }) comment?: string | null;
}

@InputType()
export class ProblemProofInput implements ProblemProof {
  @Field(() => String) fileName: string;
  @Field(() => String, { description: 'SHA-256，64位小写十六进制' }) sha256: string;
}

@InputType()
export class ProblemRecordInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) problemId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: '说明；退回和报送上级时必填' }) reason?: string | null;
}

@InputType()
export class SubmitProblemResolutionInput extends ProblemRecordInput {
  @Field(() => ProblemResolution) resolution: ProblemResolution;
  @Field(() => [ProblemProofInput]) proof: ProblemProofInput[];
}

@Access.scopes('pupil.read')
@ObjectType()
export class ProblemRecordPayload {
  @Field(() => ProblemRecord) problemRecord: ProblemRecord;
}

@ArgsType()
class ProblemRecordsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: '状态' }) state?: string | null;
  @Field(() => ID, { nullable: true }) studentId?: string | null;
  @Field(() => ProblemKind, { nullable: true }) kind?: ProblemKind | null;
}

export const ProblemRecordConnection = connectionOf('ProblemRecord', () => ProblemRecord);

@Resolver(() => ProblemRecord)
export class ProblemRecordResolver {
  @Access.scopes('bureau.approve')
  @Mutation(() => ProblemRecordPayload, { description: '反馈问题学籍，由教育部立案，学籍所在学校办理 [REG-PROB-01]' })
  async openProblemRecord(@Arg('input', () => OpenProblemRecordInput) { requestId, studentId, kind, comment }: OpenProblemRecordInput, @Ctx() context: ServiceContext): Promise<ProblemRecordPayload> {
    return { problemRecord: await context.run(problemRecords, requestId, { command: 'open', input: { studentId, kind, reason: comment ?? null } }) };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => ProblemRecordPayload, { description: '学校申请处理并附证明材料 [REG-PROB-03]' })
  submitProblemResolution(@Arg('input', () => SubmitProblemResolutionInput) input: SubmitProblemResolutionInput, @Ctx() context: ServiceContext): Promise<ProblemRecordPayload> {
    const { resolution, proof, reason } = input;
    return give(context, 'submit', input, { resolution, proof, reason: reason ?? null, attachments: proof.map(({ sha256 }) => sha256) });
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => ProblemRecordPayload, { description: '同意处理 [REG-PROB-07]' })
  approveProblemResolution(@Arg('input', () => ProblemRecordInput) input: ProblemRecordInput, @Ctx() context: ServiceContext): Promise<ProblemRecordPayload> {
    return give(context, 'approve', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => ProblemRecordPayload, { description: '证件号与他处冲突，报送上一级核查 [REG-PROB-03]' })
  escalateProblemRecord(@Arg('input', () => ProblemRecordInput) input: ProblemRecordInput, @Ctx() context: ServiceContext): Promise<ProblemRecordPayload> {
    return give(context, 'escalate', input);
  }

  @Access.scopes('bureau.approve')
  @Mutation(() => ProblemRecordPayload, { description: '退回学校 [GEN-FLOW-03]' })
  refuseProblemResolution(@Arg('input', () => ProblemRecordInput) input: ProblemRecordInput, @Ctx() context: ServiceContext): Promise<ProblemRecordPayload> {
    return give(context, 'refuse', input);
  }

  @Access.scopes('pupil.read')
  @Query(() => ProblemRecord, { nullable: true })
  problemRecord(@Arg('id', () => ID) id: string, @Ctx() context: ServiceContext): Promise<ProblemRecord | null> {
    return inArea(context).andWhere('p.id = :id', { id }).getOne();
  }

  @Access.scopes('pupil.read')
  @Query(() => ProblemRecordConnection, { description: '本辖区的问题学籍 [REG-PROB-02]' })
  problemRecords(@Args(() => ProblemRecordsArgs) { state, studentId, kind, ...page }: ProblemRecordsArgs, @Ctx() context: ServiceContext): Promise<Connection<ProblemRecord>> {
    const problems = inArea(context);
    if (state) problems.andWhere('p.state = :state', { state });
    if (kind) problems.andWhere('p.kind = :kind', { kind });
    if (studentId) problems.andWhere('p.studentId = :studentId', { studentId });
    return keysetPage(problems, 'createdAt', page);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() { studentId }: ProblemRecord, @Ctx() context: ServiceContext): Promise<Student | null> {
    return loadStudent(context, studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { description: '学籍所在学校' })
  school(@Root() { schoolId }: ProblemRecord): School {
    return schoolOf(schoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String], { description: '当前用户现在可执行的操作' })
  availableCommands(@Root() problem: ProblemRecord, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, problemRecords, problem);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep], { description: '办理记录 [GEN-FLOW-01]' })
  history(@Root() problem: ProblemRecord, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, problemRecords.recordType, problem.id);
  }
}

const inArea = (context: ServiceContext) =>
  context.manager.createQueryBuilder(ProblemRecord, 'p').where('p.holderPath like :path', { path: `${actorOfContext(context).path}%` });

const give = async (context: ServiceContext, command: string, { requestId, problemId, expectedVersion, reason }: ProblemRecordInput, input: ProblemInput = { reason: reason ?? null }): Promise<ProblemRecordPayload> =>
  ({ problemRecord: await context.run(problemRecords, requestId, { command, id: problemId, input, expectedVersion: expectedVersion ?? null }) });
