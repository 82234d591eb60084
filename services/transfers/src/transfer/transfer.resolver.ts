import { Access, actorOfContext, commandsFor, connectionOf, HistoryStep, keysetPage, LARGEST_PAGE, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import type { SelectQueryBuilder } from 'typeorm';
import { recordsOf } from '../workflows';
import { TransferCase } from './transfer.entity';
import { loadTransferCase, loadTransfersOf } from './transfer.loaders';
import { IS_OPEN, seesMuch, unsearched, visibleCases } from './transfer.rows';
import { ClassSection, Organization, School, Student, stubOf } from './transfer.stubs';
import { CLOSED, READERS, ReviewStep, reviewOf, TransferState, WAITS, type Party } from './transfer.terms';

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

@Access.scopes(...READERS)
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

@Access.scopes(...READERS)
@ObjectType({ description: '办理经过的一步，可给监护人看：何时、哪个单位、办到哪一步' })
export class TransferProgress {
  @Field(() => Date) at: Date;
  @Field(() => String) command: string;
  @Field(() => String, { description: '此后的状态' }) text: string;
  @Field(() => Organization, { nullable: true, description: '办理单位' }) organization: Organization;
}

const titleOf = (transfer: TransferCase, state: string, locale: ServiceContext['locale']): string => recordsOf(transfer).workflow.states[state]![locale];
const isClosed = (transfer: TransferCase) => CLOSED.includes(transfer.state);

@Resolver(() => TransferCase)
export class TransferResolver {
  @Access.scopes(...READERS)
  @Query(() => TransferCase, { nullable: true })
  transferCase(@Arg('id', () => ID) id: string, @Ctx() context: ServiceContext): Promise<TransferCase | null> {
    return loadTransferCase(context, id);
  }

  @Access.scopes(...READERS)
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

  @Access.scopes(...READERS)
  @FieldResolver(() => Student, { nullable: true })
  student(@Root() transfer: TransferCase): Student {
    return stubOf(Student, transfer.studentId);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => School, { nullable: true, description: '转出学校' })
  outSchool(@Root() transfer: TransferCase): School {
    return stubOf(School, transfer.outSchoolId);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => School, { nullable: true, description: '转入学校' })
  inSchool(@Root() transfer: TransferCase): School {
    return stubOf(School, transfer.inSchoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ClassSection, { nullable: true, description: '转入班级' })
  classSection(@Root() transfer: TransferCase): ClassSection | null {
    return transfer.classId === null ? null : stubOf(ClassSection, transfer.classId);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => School, { nullable: true, description: '学生已先行到校就读的学校；学籍在办结前仍属转出学校 [TRF-GEN-02]' })
  attendingAt(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): School | null {
    const attends = !isClosed(transfer) && transfer.attendanceStartDate !== null && transfer.attendanceStartDate <= cstDate(context.clock.now());
    return attends ? stubOf(School, transfer.inSchoolId) : null;
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => [ReviewStep], { description: '审核环节的次序' })
  steps(@Root() transfer: TransferCase): readonly ReviewStep[] {
    return transfer.chain.steps;
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => ReviewStep, { nullable: true, description: '当前审核环节，各方所见相同 [TRF-GEN-10]' })
  currentStep(@Root() transfer: TransferCase): ReviewStep | null {
    return reviewOf(transfer.state)?.step ?? null;
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => Organization, { nullable: true, description: '当前办理单位 [GEN-FLOW-08]' })
  awaits(@Root() transfer: TransferCase): Organization | null {
    const waited = WAITS[transfer.state];
    const organizationId = waited && transfer[waited.party];
    return organizationId ? stubOf(Organization, organizationId) : null;
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => Boolean, { description: '已逾期 [TRF-SLA-01]' })
  overdue(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): boolean {
    return transfer.dueAt !== null && transfer.dueAt < context.clock.now();
  }

  @Access.scopes(...READERS)
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

  @Access.scopes(...READERS)
  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, recordsOf(transfer), transfer);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => String, { description: '当前状态的通俗说法，各方所见相同 [TRF-GEN-10]' })
  stateText(@Root() transfer: TransferCase, @Ctx() { locale }: ServiceContext): string {
    return titleOf(transfer, transfer.state, locale);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => [String], { description: '已交材料的种类代码' })
  documentKinds(@Root() { documents }: TransferCase): string[] {
    return documents.map(({ kind }) => kind);
  }

  @Access.scopes(...READERS)
  @FieldResolver(() => [TransferProgress], { description: '办理经过，不含经办人 [TRF-GEN-10] [ACC-PERM-03]' })
  async progress(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): Promise<TransferProgress[]> {
    const steps = await stepsOf(context, recordsOf(transfer).recordType, transfer.id);
    return steps.map(({ at, command, toState, organizationId }) => ({ at, command, text: titleOf(transfer, toState, context.locale), organization: stubOf(Organization, organizationId) }));
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [HistoryStep])
  history(@Root() transfer: TransferCase, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, recordsOf(transfer).recordType, transfer.id);
  }
}

@Resolver(() => Student)
export class StudentTransfersResolver {
  @Access.scopes(...READERS)
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
  const { duty, level, path } = actorOfContext(context);
  if (duty === 'GUARDIAN') return [];
  if (view === 'ORGANIZATION') return PARTIES.map((party) => `c.${party} = :organizationId`);
  if (schoolId) return ['c.outSchoolId = :schoolId', 'c.inSchoolId = :schoolId'];
  if (level === 'SCHOOL') return ['c.outSchoolId = :organizationId', 'c.inSchoolId = :organizationId'];
  const place = path.split('/').length - 1;
  return PLACES_WITH_INDEX.includes(place) ? ['outPath', 'inPath'].map((side) => `split_part(c.${side}, '/', ${place}) = :organizationId`) : [];
}
