import { Access, actorOfContext, HistoryStep, keysetPage, PageArgs, recordNotFound, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { availableCommands, DomainError, type Messages } from '@xueji/workflow';
import { Arg, Args, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { EntityManager } from 'typeorm';
import { School, schoolOf } from '../../school';
import { ClassSection } from '../../school-year';
import { loadStudent, Student } from '../../student';
import { Graduation, GraduationConnection, GraduationOutcomes } from './graduation.entity';
import type { GraduationOutcome } from './record-status.inputs';
import { students } from '.';
import type { RecordStatusFacts } from './record-status.facts';

@InputType()
export class GraduateStudentInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) studentId: string;
  @Field(() => GraduationOutcomes) outcome: GraduationOutcome;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class GraduateClassInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) classId: string;
  @Field(() => [ID], { defaultValue: [], description: '结业的学生；其余毕业 / pupils who only completed; all others graduate' }) completedStudentIds: string[];
}

@Access.scopes('pupil.read')
@ObjectType()
export class GraduateStudentPayload {
  @Field(() => Student) student: Student;
}

@Access.scopes('pupil.read')
@ObjectType({ description: '逐人结果 / what became of one pupil of a bulk command' })
export class GraduationVerdict {
  @Field(() => ID) studentId: string;
  @Field(() => Boolean) graduated: boolean;
  @Field(() => String, { nullable: true }) code: string | null;
  @Field(() => String, { nullable: true }) rule: string | null;
  @Field(() => String, { nullable: true }) message: string | null;
}

@Access.scopes('pupil.read')
@ObjectType()
export class GraduateClassPayload {
  @Field(() => [GraduationVerdict]) verdicts: GraduationVerdict[];
}

@Resolver(() => Student)
export class RecordStatusResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => GraduateStudentPayload, { description: '学生毕业或结业，义务教育阶段由学校办理，保存即生效 [REG-GRAD-04]' })
  async graduateStudent(@Arg('input', () => GraduateStudentInput) { requestId, studentId, outcome, expectedVersion }: GraduateStudentInput, @Ctx() context: ServiceContext): Promise<GraduateStudentPayload> {
    return { student: await context.run(students, requestId, { command: 'graduate', id: studentId, input: { outcome }, expectedVersion: expectedVersion ?? null }) };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => GraduateClassPayload, { description: '全班毕业，逐人给出结果 [REG-GRAD-04]' })
  async graduateClass(@Arg('input', () => GraduateClassInput) { requestId, classId, completedStudentIds }: GraduateClassInput, @Ctx() context: ServiceContext): Promise<GraduateClassPayload> {
    const { organizationId: schoolId } = actorOfContext(context);
    const told = await context.command('graduateClass', requestId, { classId, completedStudentIds }, async (scope) => {
      const roll = await rollOf(scope.manager, schoolId, classId);
      if (completedStudentIds.some((id) => !roll.includes(id))) throw notOnRoll();
      const verdicts: ToldVerdict[] = [];
      for (const id of roll) {
        const verdict = await scope.attempt(students, { command: 'graduate', id, input: { outcome: completedStudentIds.includes(id) ? 'COMPLETED' : 'GRADUATED' } });
        verdicts.push({ studentId: id, refusal: verdict.allowed ? null : { code: verdict.error.code, rule: verdict.error.rule, ...verdict.error.messages } });
      }
      return verdicts;
    });
    return { verdicts: told.map(({ studentId, refusal }) => ({ studentId, graduated: refusal === null, code: refusal?.code ?? null, rule: refusal?.rule ?? null, message: refusal?.[context.locale] ?? null })) };
  }

  @Access.scopes('pupil.read')
  @Query(() => GraduationConnection, { description: '毕业库：本辖区已毕业、尚未升学的学生 [REG-GRAD-08]' })
  graduatePool(@Args(() => PageArgs) page: PageArgs, @Ctx() context: ServiceContext): Promise<Connection<Graduation>> {
    const inArea = context.manager.createQueryBuilder(Graduation, 'g')
      .innerJoin(Student, 's', `s.id = g.studentId and s.state = 'GRADUATED' and s.stage = g.stage`)
      .where('g.holderPath like :path', { path: `${actorOfContext(context).path}%` });
    return keysetPage(inArea, 'graduatedOn', page);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String], { description: '当前用户现在可对该学籍执行的操作' })
  availableCommands(@Root() student: Student, @Ctx() context: ServiceContext): string[] {
    // No school is named yet, so the relations look at record and person alone and no facts are gathered.
    return availableCommands(students.workflow, { record: student, actor: actorOfContext(context), facts: { school: null } as RecordStatusFacts, now: context.clock.now() });
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep], { description: '办理记录 [GEN-FLOW-01]' })
  history(@Root() student: Student, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, students.recordType, student.id);
  }
}

@Resolver(() => Graduation)
export class GraduationResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() { studentId }: Graduation, @Ctx() context: ServiceContext): Promise<Student | null> {
    return loadStudent(context, studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { description: '毕业学校' })
  school(@Root() { schoolId }: Graduation): School {
    return schoolOf(schoolId);
  }
}

/** What is kept of a verdict, so that a repeated request is answered in whatever language it asks for. */
interface ToldVerdict {
  studentId: string;
  refusal: ({ code: string; rule: string } & Messages) | null;
}

async function rollOf(manager: EntityManager, schoolId: string, classId: string): Promise<string[]> {
  if (!(await manager.existsBy(ClassSection, { id: classId, schoolId }))) throw recordNotFound('class');
  const roll = await manager.find(Student, { select: { id: true }, where: { classId, schoolId, state: 'ACTIVE' }, order: { id: 'ASC' } });
  return roll.map(({ id }) => id);
}

const notOnRoll = () =>
  new DomainError({ code: 'STUDENT_NOT_IN_CLASS', rule: 'REG-GRAD-09', field: 'completedStudentIds', zh: '结业名单中有不在本班的学生', en: 'The list of completed pupils names one who is not in the class' });
