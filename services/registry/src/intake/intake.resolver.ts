import { Access, actorOfContext, connectionOf, HistoryStep, isInArea, keysetPage, loadTogether, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { maskIdentityNumber } from '@xueji/standards';
import { availableCommands } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { Handover } from '../handover/handover.entity';
import { School, schoolOf } from '../school';
import { ClassSection, loadClass } from '../school-year';
import { loadStudent, Student } from '../student';
import { primaryHandover } from '../workflows/primary-handover';
import { reportPath } from './intake-download.route';
import { IntakeBatch } from './intake-batch.entity';
import { Newcomer } from './newcomer.entity';

@Access.scopes('pupil.read')
@ObjectType({ description: '校验结果 / what is wrong with a field of a row' })
export class IntakeFinding {
  @Field(() => String, { description: '模板字段 / field of the form' }) field: string;
  @Field(() => Int, { description: '列号，从1起；0表示不属于任何一列' }) column: number;
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String, { description: 'error 不通过, warning 仅提示' }) severity: string;
  @Field(() => String) message: string;
}

@Access.scopes('pupil.read')
@ObjectType()
export class StateCount {
  @Field(() => String) state: string;
  @Field(() => Int) count: number;
}

@ArgsType()
class RowsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'ACCEPTED 或 REFUSED' }) outcome?: string | null;
  @Field(() => String, { nullable: true }) state?: string | null;
}

export const NewcomerConnection = connectionOf('Newcomer', () => Newcomer);
export const IntakeBatchConnection = connectionOf('IntakeBatch', () => IntakeBatch);

@Resolver(() => IntakeBatch)
export class IntakeBatchResolver {
  @Access.scopes('pupil.read')
  @Query(() => IntakeBatch, { nullable: true })
  async intakeBatch(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<IntakeBatch | null> {
    const batch = await context.manager.findOneBy(IntakeBatch, { id });
    return batch && isInArea(actorOfContext(context), batch.holderPath) ? batch : null;
  }

  @Access.scopes('pupil.read')
  @Query(() => IntakeBatchConnection, { description: '本辖区的新生采集批次' })
  intakeBatches(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<IntakeBatch>> {
    const query = context.manager.createQueryBuilder(IntakeBatch, 'b').where('b.holderPath like :path', { path: `${actorOfContext(context).path}%` });
    return keysetPage(query, 'createdAt', page);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School)
  school(@Root() batch: IntakeBatch): School {
    return schoolOf(batch.schoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [StateCount], { description: '各状态的行数' })
  counts(@Root() batch: IntakeBatch, @Ctx() context: ServiceContext): Promise<StateCount[]> {
    return loadTogether(context, 'intake-counts', batch.id, async (ids) => {
      const rows: (StateCount & { id: string })[] = await context.manager.query('select batch_id as id, state, count(*)::int as count from newcomer where batch_id = any($1) group by batch_id, state order by state', [[...ids]]);
      return ids.map((id) => rows.filter((row) => row.id === id));
    });
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => NewcomerConnection)
  rows(@Root() batch: IntakeBatch, @Args(() => RowsArgs) args: RowsArgs, @Ctx() context: ServiceContext): Promise<Connection<Newcomer>> {
    const query = context.manager.createQueryBuilder(Newcomer, 'n').where('n.batchId = :batchId', { batchId: batch.id });
    if (args.outcome) query.andWhere('n.accepted = :accepted', { accepted: args.outcome === 'ACCEPTED' });
    if (args.state) query.andWhere('n.state = :state', { state: args.state });
    return keysetPage(query, 'row', args);
  }

  @Access.scopes('pupil.enter')
  @FieldResolver(() => String, { description: '带审核结果的工作簿的下载路径' })
  reportPath(@Root() batch: IntakeBatch): string {
    return reportPath(batch.id);
  }
}

@Resolver(() => Newcomer)
export class NewcomerResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { description: 'ACCEPTED 通过, REFUSED 不通过' })
  outcome(@Root() newcomer: Newcomer): string {
    return newcomer.accepted ? 'ACCEPTED' : 'REFUSED';
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [IntakeFinding])
  findings(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): IntakeFinding[] {
    return newcomer.findings.map((found) => ({ ...found, message: found[context.locale] }));
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '身份证件号（遮盖）' })
  identityDocumentNumber(@Root() newcomer: Newcomer): string | null {
    return newcomer.documentNumber && maskIdentityNumber(newcomer.documentNumber);
  }

  @Access.scopes('identity.read')
  @FieldResolver(() => String, { nullable: true, description: '身份证件号' })
  identityDocumentNumberFull(@Root() newcomer: Newcomer): string | null {
    return newcomer.documentNumber;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Boolean, { description: '该生有幼儿园档案，学籍号和身份信息沿用 [REG-NUM-02]' })
  continuesArchive(@Root() newcomer: Newcomer): boolean {
    return newcomer.childId !== null;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ClassSection, { nullable: true })
  class(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): Promise<ClassSection | null> | null {
    return newcomer.classId === null ? null : loadClass(context, newcomer.classId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): Promise<Student | null> | null {
    return newcomer.studentId === null ? null : loadStudent(context, newcomer.studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Handover, { nullable: true, description: '幼升小交接' })
  handover(@Root() { childId, schoolId }: Newcomer, @Ctx() context: ServiceContext): Promise<Handover | null> | null {
    if (childId === null) return null;
    return loadTogether(context, 'handover', `${childId} ${schoolId}`, async (keys) => {
      const found = await context.manager.find(Handover, { where: { childId: In(keys.map((key) => key.split(' ')[0]!)) }, order: { createdAt: 'ASC' } });
      const latest = new Map(found.map((handover) => [`${handover.childId} ${handover.schoolId}`, handover]));
      return keys.map((key) => latest.get(key) ?? null);
    });
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Boolean, { description: '超过新生注册截止时间未办结' })
  overdue(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): boolean {
    return newcomer.dueAt !== null && newcomer.dueAt < context.clock.now();
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep])
  history(@Root() newcomer: Newcomer, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'newcomer', newcomer.id);
  }
}

@ArgsType()
class HandoversArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: '只列超过期限未完成的' }) overdue?: boolean | null;
}

export const HandoverConnection = connectionOf('Handover', () => Handover);

@Resolver(() => Handover)
export class HandoverResolver {
  @Access.scopes('pupil.read')
  @Query(() => HandoverConnection, { description: '本辖区小学发起的幼升小交接 [PRE-CHG-04]' })
  primaryHandovers(@Ctx() context: ServiceContext, @Args(() => HandoversArgs) args: HandoversArgs): Promise<Connection<Handover>> {
    const query = context.manager.createQueryBuilder(Handover, 'h').where('h.holderPath like :path', { path: `${actorOfContext(context).path}%` });
    if (args.overdue) query.andWhere('h.dueAt < :now', { now: context.clock.now() });
    return keysetPage(query, 'createdAt', args);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String])
  availableCommands(@Root() record: Handover, @Ctx() context: ServiceContext): string[] {
    const now = context.clock.now();
    return availableCommands(primaryHandover, { record, actor: actorOfContext(context), facts: { workingDays: 0 }, now });
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep])
  history(@Root() handover: Handover, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'handover', handover.id);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Boolean, { description: '超过期限未完成 [PRE-CHG-04]' })
  overdue(@Root() handover: Handover, @Ctx() context: ServiceContext): boolean {
    return handover.dueAt !== null && handover.dueAt < context.clock.now();
  }
}
