import { randomUUID } from 'node:crypto';
import { problemRecordOpened, problemRecordResolved } from '@xueji/contracts';
import { Access, actorOfContext, keysetPage, loadTogether, PageArgs, recordNotFound, type CommandScope, type Connection, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { In, IsNull } from 'typeorm';
import { loadStudent, loadStudents, Student } from '../student';
import type { Authorities, IdentityAnswer } from './authorities';
import { IdentityAuthority, IdentityCheck, IdentityOutcome, IdentityProblem, IdentityProblemConnection } from './identity-check.entity';

const LARGEST_LIST = 100;
const AT_A_TIME = 5;
/** 居民身份证: the only document these systems know */
const RESIDENT_CARD = '1';

@ArgsType()
class IdentityProblemsArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: '只列未解决的' }) open?: boolean | null;
}

@InputType()
export class CheckIdentitiesInput {
  @Field(() => ID) requestId: string;
  @Field(() => [ID], { description: `一次至多${LARGEST_LIST}名` }) studentIds: string[];
  @Field(() => IdentityAuthority, { defaultValue: IdentityAuthority.POLICE_IDENTITY }) authority: IdentityAuthority;
}

@Access.scopes('pupil.read')
@ObjectType({ description: '一名学生的核验结果；不能核验的附原因' })
export class IdentityVerdict {
  @Access.authenticated() @Field(() => ID) studentId: string;
  @Field(() => IdentityOutcome, { nullable: true }) outcome: IdentityOutcome | null;
  @Field(() => IdentityProblem, { nullable: true, description: '尚未解决的问题' }) problem: IdentityProblem | null;
  @Field(() => String, { nullable: true }) code: string | null;
  @Field(() => String, { nullable: true }) rule: string | null;
  @Field(() => String, { nullable: true }) message: string | null;
}

@Access.authenticated()
@ObjectType()
export class CheckIdentitiesPayload {
  @Field(() => [IdentityVerdict]) verdicts: IdentityVerdict[];
}

const refused = (code: string, zh: string, en: string, field: string | null = null) => new DomainError({ code, rule: 'AGY-IF-06', field, zh, en });

/** Checks of identity by the systems of other authorities, and what they call in doubt [AGY-IF-06]. */
export function identityCheckResolver(authorities: Authorities): Function {
  const portOf = (authority: IdentityAuthority) => (authority === IdentityAuthority.POLICE_IDENTITY ? authorities.policeIdentity : authorities.population);

  /** What the authority says of one pupil. No transaction is open meanwhile. */
  async function askAbout(student: Student | null, authority: IdentityAuthority): Promise<IdentityAnswer | DomainError> {
    if (!student) return recordNotFound('student');
    if (student.documentType !== RESIDENT_CARD || student.documentNumber === null) return refused('IDENTITY_NOT_CHECKABLE', '只有居民身份证号可以核验', 'Only the number of a resident identity card can be checked');
    try {
      return await portOf(authority)!.check({ name: student.name, documentNumber: student.documentNumber });
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  @Resolver(() => Student)
  class IdentityCheckResolver {
    @Access.scopes('pupil.enter', 'bureau.approve')
    @Mutation(() => CheckIdentitiesPayload, { description: '向公安或人口系统核验学生姓名和身份证号；不一致的登记为问题学籍，一致的解除 [AGY-IF-06]' })
    async checkIdentities(@Ctx() context: ServiceContext, @Arg('input', () => CheckIdentitiesInput) input: CheckIdentitiesInput): Promise<CheckIdentitiesPayload> {
      const { authority, requestId } = input;
      const studentIds = [...new Set(input.studentIds)];
      if (studentIds.length === 0 || studentIds.length > LARGEST_LIST) throw refused('LIST_SIZE_INVALID', `一次须核验1至${LARGEST_LIST}名学生`, `Check 1 to ${LARGEST_LIST} pupils at a time`, 'studentIds');
      if (!portOf(authority)) throw refused('AUTHORITY_NOT_CONNECTED', '本系统未与该系统对接', 'This system is not connected to that authority', 'authority');
      const students = (await loadStudents(studentIds, context)) as (Student | null)[];
      const answers = new Map<string, IdentityAnswer | DomainError>();
      for (let from = 0; from < studentIds.length; from += AT_A_TIME) {
        await Promise.all(studentIds.slice(from, from + AT_A_TIME).map(async (id, n) => answers.set(id, await askAbout(students[from + n]!, authority))));
      }
      const outcomes = await context.command('checkIdentities', requestId, { studentIds, authority }, async (scope) => {
        const written: Record<string, IdentityAnswer> = {};
        for (const [id, answer] of answers) {
          if (answer instanceof DomainError) continue;
          await writeAnswer(scope, students.find((student) => student?.id === id)!, authority, answer);
          written[id] = answer;
        }
        return written;
      });
      const problems = await context.manager.findBy(IdentityProblem, { studentId: In(Object.keys(outcomes)), resolvedAt: IsNull() });
      return {
        verdicts: studentIds.map((studentId) => {
          const answer = answers.get(studentId)!;
          const outcome = (outcomes[studentId] as IdentityOutcome | undefined) ?? null;
          const error = outcome === null && answer instanceof DomainError ? answer : null;
          return {
            studentId, outcome, problem: problems.find((problem) => problem.studentId === studentId) ?? null,
            code: error?.code ?? null, rule: error?.rule ?? null, message: error?.messages[context.locale] ?? null,
          };
        }),
      };
    }

    @Access.scopes('pupil.read')
    @Query(() => IdentityProblemConnection, { description: '本辖区身份存疑的学生，由早到晚 [AGY-IF-06]' })
    identityProblems(@Ctx() context: ServiceContext, @Args(() => IdentityProblemsArgs) args: IdentityProblemsArgs): Promise<Connection<IdentityProblem>> {
      const query = context.manager.createQueryBuilder(IdentityProblem, 'problem')
        .innerJoin(Student, 's', 's.id = problem.studentId and s.holderPath like :area', { area: `${actorOfContext(context).path}%` });
      if (args.open) query.andWhere('problem.resolvedAt is null');
      return keysetPage(query, 'openedAt', args);
    }

    @Access.scopes('pupil.read')
    @FieldResolver(() => [IdentityCheck], { description: '身份核验记录，由早到晚' })
    identityChecks(@Root() student: Student, @Ctx() context: ServiceContext): Promise<IdentityCheck[]> {
      return loadTogether(context, 'identityChecks', student.id, async (ids: readonly string[]) => {
        const checks = await context.manager.find(IdentityCheck, { where: { studentId: In([...ids]) }, order: { at: 'ASC', id: 'ASC' } });
        return ids.map((id) => checks.filter((check) => check.studentId === id));
      });
    }
  }
  return IdentityCheckResolver;
}

@Resolver(() => IdentityProblem)
export class IdentityProblemResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true, description: '学生；不在本辖区时为空' })
  student(@Root() problem: IdentityProblem, @Ctx() context: ServiceContext): Promise<Student | null> {
    return loadStudent(context, problem.studentId);
  }
}

async function writeAnswer(scope: CommandScope, student: Student, authority: IdentityAuthority, outcome: IdentityAnswer): Promise<void> {
  const { manager, now, actor } = scope;
  await manager.insert(IdentityCheck, { id: randomUUID(), studentId: student.id, authority, outcome: outcome as IdentityOutcome, at: now, askedBy: actor.realName });
  scope.audit('student.checkIdentity', 'student', student.id, { authority, outcome });
  // Taken before the look, so that two checks of one pupil open one problem.
  await manager.query('select 1 from student where id = $1 for update', [student.id]);
  const open = await manager.findOneBy(IdentityProblem, { studentId: student.id, resolvedAt: IsNull() });
  const kind = outcome === 'NAME_MISMATCH' ? 'IDENTITY_MISMATCH' : 'IDENTITY_NOT_FOUND';
  if (open && (outcome === 'MATCH' || open.kind !== kind)) {
    await manager.update(IdentityProblem, { id: open.id }, { resolvedAt: now, version: open.version + 1 });
    scope.emit('problemRecord', { id: open.id, version: open.version + 1 }, {
      type: problemRecordResolved.type, key: student.id, data: { studentId: student.id, kind: open.kind, resolvedAt: now.toISOString() },
    });
  }
  if (outcome === 'MATCH' || open?.kind === kind) return;
  const id = randomUUID();
  await manager.insert(IdentityProblem, { id, studentId: student.id, kind, openedAt: now, resolvedAt: null, version: 1 });
  scope.emit('problemRecord', { id, version: 1 }, { type: problemRecordOpened.type, key: student.id, data: { studentId: student.id, kind, openedAt: now.toISOString() } });
}
