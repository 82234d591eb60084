import { randomUUID } from 'node:crypto';
import { Access, actorOfContext, connectionOf, getOrganization, keysetPage, loadTogether, PageArgs, recordNotFound, type Connection, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { IsNull } from 'typeorm';
import { StudentProjection } from '../student/student.projection';
import { TransferCase } from '../transfer/transfer.entity';
import { visibleCases } from '../transfer/transfer.rows';
import { School, Student, stubOf } from '../transfer/transfer.stubs';
import { TransferExpectation } from './expectation.entity';

@InputType()
export class ExpectTransferOutInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) studentId: string;
  @Field(() => String, { description: '据监护人所述的去向学校，1–100字' }) toSchoolName: string;
}

@InputType()
export class DropTransferExpectationInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
}

@Access.authenticated()
@ObjectType()
export class TransferExpectationPayload {
  @Field(() => TransferExpectation) expectation: TransferExpectation;
}

@ArgsType()
class OutgoingPupilsArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: true, description: '只列尚无对应转学的' }) withoutCase: boolean;
}

export const TransferExpectationConnection = connectionOf('TransferExpectation', () => TransferExpectation);

const SUBJECT = 'transfer-expectation';

/** The case that an expectation came to: open, or completed since it was recorded. One refused or withdrawn leaves the task standing. */
const MATCHES = `m.student_id = e.student_id and m.out_school_id = e.school_id
  and (m.state not in ('COMPLETED', 'REJECTED', 'WITHDRAWN') or (m.state = 'COMPLETED' and m.updated_at >= e.created_at))`;

@Resolver(() => TransferExpectation)
export class ExpectationResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => TransferExpectationPayload, { description: '登记将转出的学生，以便跟进 [TRF-GEN-08]' })
  async expectTransferOut(@Arg('input', () => ExpectTransferOutInput) { requestId, studentId, toSchoolName }: ExpectTransferOutInput, @Ctx() context: ServiceContext): Promise<TransferExpectationPayload> {
    const { organizationId, accountId } = actorOfContext(context);
    const name = toSchoolName.trim();
    if (!/^\P{Cc}{1,100}$/u.test(name)) {
      throw new DomainError({ code: 'SCHOOL_NAME_INVALID', rule: 'TRF-GEN-08', field: 'toSchoolName', zh: '去向学校须为1至100个字', en: 'The school must be named in 1 to 100 characters' });
    }
    const { id } = await context.command('expectTransferOut', requestId, { studentId, toSchoolName: name }, async (scope) => {
      const student = await scope.manager.findOneBy(StudentProjection, { studentId, schoolId: organizationId });
      if (!student) throw recordNotFound('student');
      if (student.state !== 'ACTIVE') {
        throw new DomainError({ code: 'TRANSFER_STUDENT_NOT_ACTIVE', rule: 'TRF-PROG-01', field: 'studentId', zh: '学生不在籍', en: 'The pupil is not on the roll' });
      }
      const { path } = await getOrganization(scope.manager, organizationId, 'studentId');
      const expectation = { id: randomUUID(), studentId, schoolId: organizationId, schoolPath: path, toSchoolName: name, recordedBy: accountId, createdAt: scope.now, droppedAt: null };
      await scope.manager.insert(TransferExpectation, expectation);
      scope.audit(`${SUBJECT}.record`, SUBJECT, expectation.id, { studentId });
      return { id: expectation.id };
    });
    return { expectation: await context.manager.findOneByOrFail(TransferExpectation, { id }) };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => TransferExpectationPayload, { description: '学生不再转出，停止跟进' })
  async dropTransferExpectation(@Arg('input', () => DropTransferExpectationInput) { requestId, id }: DropTransferExpectationInput, @Ctx() context: ServiceContext): Promise<TransferExpectationPayload> {
    const { organizationId } = actorOfContext(context);
    await context.command('dropTransferExpectation', requestId, { id }, async (scope) => {
      const { affected } = await scope.manager.update(TransferExpectation, { id, schoolId: organizationId, droppedAt: IsNull() }, { droppedAt: scope.now });
      if (!affected) throw recordNotFound(SUBJECT);
      scope.audit(`${SUBJECT}.drop`, SUBJECT, id, {});
    });
    return { expectation: await context.manager.findOneByOrFail(TransferExpectation, { id }) };
  }

  @Access.scopes('pupil.read')
  @Query(() => TransferExpectationConnection, { description: '将转出的学生；尚无对应转学的即待跟进 [TRF-GEN-08]' })
  outgoingPupils(@Args(() => OutgoingPupilsArgs) args: OutgoingPupilsArgs, @Ctx() context: ServiceContext): Promise<Connection<TransferExpectation>> {
    const query = context.manager.createQueryBuilder(TransferExpectation, 'e').where('e.schoolPath like :path and e.droppedAt is null', { path: `${actorOfContext(context).path}%` });
    if (args.withoutCase) query.andWhere(`not exists (select 1 from transfer_case m where ${MATCHES})`);
    return keysetPage(query, 'createdAt', args);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() { studentId }: TransferExpectation): Student {
    return stubOf(Student, studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { nullable: true, description: '登记的学校' })
  school(@Root() { schoolId }: TransferExpectation): School {
    return stubOf(School, schoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => TransferCase, { nullable: true, description: '对应的转学' })
  transferCase(@Root() { id }: TransferExpectation, @Ctx() context: ServiceContext): Promise<TransferCase | null> {
    return loadTogether(context, 'case-of-expectation', id, async (ids) => {
      const pairs: { id: string; caseId: string }[] = await context.manager.query(
        `select distinct on (e.id) e.id, m.id as "caseId" from transfer_expectation e join transfer_case m on ${MATCHES} where e.id = any($1) order by e.id, m.created_at desc`, [[...ids]],
      );
      const cases = await visibleCases(context).andWhere('c.id = any(:caseIds)', { caseIds: pairs.map(({ caseId }) => caseId) }).getMany();
      return ids.map((each) => cases.find((transfer) => transfer.id === pairs.find((pair) => pair.id === each)?.caseId) ?? null);
    });
  }
}
