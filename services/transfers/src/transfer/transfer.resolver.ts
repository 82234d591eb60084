import { Access, actorOfContext, connectionOf, HistoryStep, keysetPage, LARGEST_PAGE, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { availableCommands, DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import type { SelectQueryBuilder } from 'typeorm';
import { recordsOf } from '../workflows';
import { TransferCase } from './transfer.entity';
import { loadTransferCase, loadTransfersOf } from './transfer.loaders';
import { IS_OPEN, seesMuch, unsearched, visibleCases } from './transfer.rows';
import { ClassSection, Organization, School, Student, stubOf } from './transfer.stubs';
import { CLOSED, ReviewStep, reviewOf, TransferState, WAITS, type Party } from './transfer.terms';

const TransferView = { MINE: 'MINE', ORGANIZATION: 'ORGANIZATION', OVERDUE: 'OVERDUE', ALL: 'ALL' } as const;
type TransferView = keyof typeof TransferView;
registerEnumType(TransferView, {
  name: 'TransferView',
  description: 'MINE waits for the viewer; ORGANIZATION takes part in it; OVERDUE is past its due instant [TRF-SLA-01]; ALL of the area',
});

@ArgsType()
class TransferCasesArgs extends PageArgs {
  @Field(() => TransferView, { defaultValue: TransferView.ALL }) view: TransferView;
  @Field(() => TransferState, { nullable: true }) state?: TransferState | null;
  @Field(() => String, { nullable: true, description: '办理程序' }) procedure?: string | null;
  @Field(() => ID, { nullable: true, description: '转出或转入该校' }) schoolId?: string | null;
  @Field(() => Date, { nullable: true, description: '当前环节在此时刻之前到期' }) dueBefore?: Date | null;
}

export const TransferCaseConnection = connectionOf('TransferCase', () => TransferCase);

@Access.scopes('pupil.read')
@ObjectType({ description: '不同意的环节和理由；step 为 REGISTRY 时由学籍库拒绝转接' })
export class TransferRefusal {
  @Field(() => String) step: string;
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String) message: string;
  @Field(() => String, { nullable: true, description: '审核人填写的说明' }) text: string | null;
}

@Access.scopes('pupil.read')
@ObjectType({ description: '校验未通过的一项 / one thing that the check found' })
export class MinistryFinding {
  @Field(() => String) code: string;
  @Field(() => String) rule: string;
  @Field(() => String) message: string;
}

const CheckResult = { PASS: 'PASS', FAIL: 'FAIL' } as const;
registerEnumType(CheckResult, { name: 'MinistryCheckResult', description: '教育部系统校验结果' });

@Access.scopes('pupil.read')
@ObjectType({ description: '教育部系统校验 / the automatic check of the Ministry [TRF-INTER-02]' })
export class MinistryReport {
  @Field(() => CheckResult) result: keyof typeof CheckResult;
  @Field(() => Date) at: Date;
  @Field(() => [MinistryFinding]) reasons: MinistryFinding[];
}

const isClosed = (transfer: TransferCase) => CLOSED.includes(transfer.state);

@Resolver(() => TransferCase)
export class TransferResolver {
  @Access.scopes('pupil.read')
  @Query(() => TransferCase, { nullable: true })
  transferCase(@Arg('id', () => ID) id: string, @Ctx() context: ServiceContext): Promise<TransferCase | null> {
    return loadTransferCase(context, id);
  }

  @Access.scopes('pupil.read')
  @Query(() => TransferCaseConnection)
  transferCases(@Args(() => TransferCasesArgs) args: TransferCasesArgs, @Ctx() context: ServiceContext): Promise<Connection<TransferCase>> {
    const { state, procedure, schoolId, dueBefore, view } = args;
    // Only an open case waits for anybody or is due: said once more, so that the indexes of open cases are used.
    const isOpen = view === 'MINE' || view === 'OVERDUE' || dueBefore || (state && !CLOSED.includes(state));
    const sources = isOpen ? [] : sourcesOf(args, context);
    const isWide = seesMuch(context);
    const byDueDate = view === 'OVERDUE' && isWide;
    const query = visibleCases(context, sources.length > 0 || isWide || view === 'MINE');
    if (isOpen && !byDueDate) query.andWhere(IS_OPEN);
    if (state) query.andWhere(isOpen ? unsearched('c.state = :state') : 'c.state = :state', { state });
    if (procedure) query.andWhere('c.procedure = :procedure', { procedure });
    if (schoolId && (sources.length === 0 || view === 'ORGANIZATION')) query.andWhere(':schoolId in (c.outSchoolId, c.inSchoolId)');
    if (dueBefore) query.andWhere(unsearched('c.dueAt < :dueBefore'), { dueBefore });
    if (view === 'OVERDUE') query.andWhere(byDueDate ? 'c.dueAt < :now' : unsearched('c.dueAt < :now'), { now: context.clock.now() });
    if (sources.length === 0 || view !== 'ORGANIZATION') narrow(query, view, context);
    query.setParameters({ schoolId: schoolId ?? null, organizationId: actorOfContext(context).organizationId });
    return keysetPage(query, view === 'OVERDUE' ? 'dueAt' : 'createdAt', args, sources);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() transfer: TransferCase): Student {
    return stubOf(Student, transfer.studentId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { nullable: true, description: '转出学校' })
  outSchool(@Root() transfer: TransferCase): School {
    return stubOf(School, transfer.outSchoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { nullable: true, description: '转入学校' })
  inSchool(@Root() transfer: TransferCase): School {
    return stubOf(School, transfer.inSchoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ClassSection, { nullable: true, description: '转入班级' })
  classSection(@Root() transfer: TransferCase): ClassSection | null {
    return transfer.classId === null ? null : stubOf(ClassSection, transfer.classId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { nullable: true, description: '学生已先行到校就读的学校；学籍在办结前仍属转出学校 [TRF-GEN-02]' })
  attendingAt(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): School | null {
    const attends = !isClosed(transfer) && transfer.attendanceStartDate !== null && transfer.attendanceStartDate <= cstDate(context.clock.now());
    return attends ? stubOf(School, transfer.inSchoolId) : null;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [ReviewStep], { description: '审核环节的次序' })
  steps(@Root() transfer: TransferCase): readonly ReviewStep[] {
    return transfer.chain.steps;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ReviewStep, { nullable: true, description: '当前审核环节，各方所见相同 [TRF-GEN-10]' })
  currentStep(@Root() transfer: TransferCase): ReviewStep | null {
    return reviewOf(transfer.state)?.step ?? null;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Organization, { nullable: true, description: '当前办理单位 [GEN-FLOW-08]' })
  awaits(@Root() transfer: TransferCase): Organization | null {
    const waited = WAITS[transfer.state];
    const organizationId = waited && transfer[waited.party];
    return organizationId ? stubOf(Organization, organizationId) : null;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => Boolean, { description: '已逾期 [TRF-SLA-01]' })
  overdue(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): boolean {
    return transfer.dueAt !== null && transfer.dueAt < context.clock.now();
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => TransferRefusal, { nullable: true })
  refusal(@Root() { refusal }: TransferCase, @Ctx() context: ServiceContext): TransferRefusal | null {
    return refusal && { step: refusal.step, code: refusal.code, rule: refusal.rule, message: refusal[context.locale], text: refusal.text };
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => MinistryReport, { nullable: true, description: '教育部系统校验 [TRF-INTER-02]' })
  ministryCheck(@Root() { ministryCheck }: TransferCase, @Ctx() context: ServiceContext): MinistryReport | null {
    return ministryCheck && {
      result: ministryCheck.findings.length === 0 ? 'PASS' : 'FAIL', at: new Date(ministryCheck.at),
      reasons: ministryCheck.findings.map(({ code, rule, ...message }) => ({ code, rule, message: message[context.locale] })),
    };
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '转出一方适用的政策方案；与转入一方相同时为空 [TRF-GEN-09]' })
  outProfileId(@Root() { outTerms }: TransferCase): string | null {
    return outTerms?.profileId ?? null;
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  async availableCommands(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): Promise<string[]> {
    const actor = actorOfContext(context);
    const now = context.clock.now();
    const records = recordsOf(transfer);
    const facts = await records.facts(context.manager, { record: transfer, input: {}, actor, now, command: '' });
    return availableCommands(records.workflow, { record: transfer, actor, facts, now });
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep])
  history(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, recordsOf(transfer).recordType, transfer.id);
  }
}

@Resolver(() => Student)
export class StudentTransfersResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => [TransferCase], { nullable: true, description: '学生的转学，新的在前' })
  async transfers(
    @Root() student: Student, @Ctx() context: ServiceContext,
    @Arg('first', () => Int, { defaultValue: 10, description: '1–100' }) first: number,
  ): Promise<TransferCase[]> {
    if (first < 1 || first > LARGEST_PAGE) {
      throw new DomainError({ code: 'PAGE_SIZE_INVALID', rule: 'GEN-FLOW-02', field: 'first', zh: `每页条数须在 1 至 ${LARGEST_PAGE} 之间`, en: `first must be 1 to ${LARGEST_PAGE}` });
    }
    return loadTransfersOf(context, student.id, first);
  }
}

function narrow(query: SelectQueryBuilder<TransferCase>, view: TransferView, context: ServiceContext): void {
  const { organizationId, duty } = actorOfContext(context);
  if (view === 'MINE') {
    const states = Object.entries(WAITS).filter(([, waited]) => waited.duty === duty).map(([state]) => state);
    query.andWhere(`${AWAITED} = :organizationId and c.state = any(:states)`, { organizationId, states });
  }
  if (view === 'ORGANIZATION') query.andWhere(unsearched(`:organizationId in (${PARTIES.map((party) => `c.${party}`).join(', ')})`), { organizationId });
}

const PARTIES: readonly Party[] = ['outSchoolId', 'inSchoolId', 'outAuthorityId', 'inAuthorityId', 'outCityId', 'inCityId'];
/** In the very words of the index over it: the organisation that a case waits for. */
const AWAITED = `(case c.state ${Object.entries(WAITS).map(([state, { party }]) => `when '${state}' then c.${party}`).join(' ')} end)`;
const PLACES_WITH_INDEX = [4, 5];

/** Conditions each of which has an index in the order of filing, and one of which every case of the list meets; none where that order itself is the quickest. */
function sourcesOf({ view, schoolId }: TransferCasesArgs, context: ServiceContext): string[] {
  const { level, path } = actorOfContext(context);
  if (view === 'ORGANIZATION') return PARTIES.map((party) => `c.${party} = :organizationId`);
  if (schoolId) return ['c.outSchoolId = :schoolId', 'c.inSchoolId = :schoolId'];
  if (level === 'SCHOOL') return ['c.outSchoolId = :organizationId', 'c.inSchoolId = :organizationId'];
  const place = path.split('/').length - 1;
  return PLACES_WITH_INDEX.includes(place) ? ['outPath', 'inPath'].map((side) => `split_part(c.${side}, '/', ${place}) = :organizationId`) : [];
}
