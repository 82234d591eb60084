import { randomUUID } from 'node:crypto';
import { Access, loadTogether, recordNotFound, systemActor, type CommandScope, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { In, Not, type EntityManager } from 'typeorm';
import { loadStudents, Student } from '../student';
import { ProblemKind, ProblemRecord, problemRecords } from '../workflows/problem-record';
import type { Authorities, IdentityAnswer } from './authorities';
import { IdentityAuthority, IdentityCheck, IdentityOutcome } from './identity-check.entity';

const LARGEST_LIST = 100;
const AT_A_TIME = 5;
/** 居民身份证: the only document these systems know */
const RESIDENT_CARD = '1';

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
  @Field(() => ProblemRecord, { nullable: true, description: '身份存疑、尚未处理的问题学籍' }) problem: ProblemRecord | null;
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
      const problems = await openDoubts(context.manager, Object.keys(outcomes));
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

const WORDS: Record<IdentityAuthority | IdentityAnswer, string> = {
  POLICE_IDENTITY: '公安部身份认证', POPULATION: '国家人口基础数据库', MATCH: '一致', NAME_MISMATCH: '姓名不符', NOT_FOUND: '查无此号',
};

/** Notes the answer; the system opens or ends the problem record that follows from it, whoever asked. */
async function writeAnswer(scope: CommandScope, student: Student, authority: IdentityAuthority, outcome: IdentityAnswer): Promise<void> {
  const { manager, now, actor } = scope;
  await manager.insert(IdentityCheck, { id: randomUUID(), studentId: student.id, authority, outcome: outcome as IdentityOutcome, at: now, askedBy: actor.realName });
  scope.audit('student.checkIdentity', 'student', student.id, { authority, outcome });
  // Taken before the look, so that two checks of one pupil open one problem.
  await manager.query('select 1 from student where id = $1 for update', [student.id]);
  const found = outcome === 'MATCH' ? null : outcome === 'NAME_MISMATCH' ? 'ID_NAME_MISMATCH' : 'ID_NOT_FOUND';
  const open = await openDoubts(manager, [student.id]);
  const system = scope.as(systemActor);
  const reason = `${WORDS[authority]}：${WORDS[outcome]}`;
  for (const problem of open) if (problem.kind !== found) await system.execute(problemRecords, { command: 'confirm', id: problem.id, input: { reason } });
  if (found && !open.some(({ kind }) => kind === found)) await system.execute(problemRecords, { command: 'open', input: { studentId: student.id, kind: found, reason } });
}

const openDoubts = (manager: EntityManager, studentIds: string[]): Promise<ProblemRecord[]> =>
  manager.findBy(ProblemRecord, { studentId: In(studentIds), kind: In([ProblemKind.ID_NAME_MISMATCH, ProblemKind.ID_NOT_FOUND]), state: Not('RESOLVED') });
