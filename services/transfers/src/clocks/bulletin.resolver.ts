import { Access, actorOfContext, connectionOf, findOrganization, isInArea, keysetPage, OrganizationProjection, PageArgs, recordNotFound, type Connection, type ServiceContext } from '@xueji/platform';
import { addCalendarDays, endOfCstDay, isCstDay, startOfCstDay } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Organization, School, stubOf } from '../transfer/transfer.stubs';
import { TransferState } from '../transfer/transfer.terms';
import { countCases, countSchools, countSteps, type Period, type SchoolCounts } from './bulletin.counts';

const LONGEST_DAYS = 366;

@Access.scopes('statistics.read')
@ObjectType({ description: '件数：open 为期末在办，其余为期内' })
export class TransferCounts {
  @Field(() => Int, { description: '申请' }) filed: number;
  @Field(() => Int, { description: '在办' }) open: number;
  @Field(() => Int, { description: '办结' }) finished: number;
  @Field(() => Int, { description: '未同意' }) refused: number;
  @Field(() => Int, { description: '撤销' }) withdrawn: number;
  @Field(() => Int, { description: '逾期的环节' }) overdue: number;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '一市的件数；跨市的一件在两市各计一次' })
export class CityTransferCounts extends TransferCounts {
  @Field(() => Organization) city: Organization;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '一市一环节的件数，按应办单位所在市计' })
export class StepTransferCounts {
  @Field(() => Organization) city: Organization;
  @Field(() => TransferState, { description: '等待办理的状态' }) state: TransferState;
  @Field(() => Int, { description: '期末等待' }) waiting: number;
  @Field(() => Int, { description: '期内办理' }) decided: number;
  @Field(() => Int, { description: '期内曾逾期 [TRF-SLA-01]' }) overdue: number;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '一校的转入转出 [REG-STAT-08]' })
export class SchoolTransferCounts {
  @Field(() => School) school: School;
  @Field(() => Int) movedIn: number;
  @Field(() => Int) movedOut: number;
  @Field(() => Int) openIn: number;
  @Field(() => Int) openOut: number;
}

export const SchoolTransferCountsConnection = connectionOf('SchoolTransferCounts', () => SchoolTransferCounts);

@Access.scopes('statistics.read')
@ObjectType({ description: '转学进度通报，只有件数 [TRF-GEN-07]' })
export class TransferBulletin {
  @Field(() => String) from: string;
  @Field(() => String) to: string;
  @Field(() => TransferCounts) total: TransferCounts;
  @Field(() => [CityTransferCounts]) cities: CityTransferCounts[];
  @Field(() => [StepTransferCounts]) steps: StepTransferCounts[];
  areaId: string;
  areaPath: string;
  period: Period;
}

@ArgsType()
class TransferBulletinArgs {
  @Field(() => ID, { description: '单位；件数为其辖区内的' }) area: string;
  @Field(() => String, { description: 'YYYY-MM-DD，含当日' }) from: string;
  @Field(() => String, { description: 'YYYY-MM-DD，含当日，至多366天' }) to: string;
}

/** The instants of two days, both inclusive. Throws PERIOD_INVALID. */
export function periodOf(from: string, to: string): Period {
  if (!isCstDay(from) || !isCstDay(to) || to < from || to >= addCalendarDays(from, LONGEST_DAYS)) {
    throw new DomainError({
      code: 'PERIOD_INVALID', rule: 'TRF-GEN-07', field: isCstDay(from) ? 'to' : 'from',
      zh: `起止日期须为YYYY-MM-DD，起不晚于止，至多${LONGEST_DAYS}天`, en: `from and to must be days, in this order, at most ${LONGEST_DAYS} days`,
    });
  }
  return { from: startOfCstDay(from), to: new Date(endOfCstDay(to).getTime() + 999) };
}

@Resolver(() => TransferBulletin)
export class BulletinResolver {
  @Access.scopes('statistics.read')
  @Query(() => TransferBulletin, { description: '转学进度通报：按市、按环节 [TRF-GEN-07]' })
  async transferBulletin(@Args(() => TransferBulletinArgs) { area, from, to }: TransferBulletinArgs, @Ctx() context: ServiceContext): Promise<TransferBulletin> {
    const { manager } = context;
    const period = periodOf(from, to);
    const organization = await findOrganization(manager, area);
    if (!organization || !isInArea(actorOfContext(context), organization.path)) throw recordNotFound('organization');
    const [cases, steps] = await Promise.all([countCases(manager, organization.path, period), countSteps(manager, organization.path, period, context.clock.now())]);
    const overdueIn = (cityId: string | null) => steps.filter((step) => cityId === null || step.cityId === cityId).reduce((sum, { overdue }) => sum + overdue, 0);
    const counts = cases.map(({ cityId, ...rest }) => ({ cityId, ...rest, overdue: overdueIn(cityId) }));
    return Object.assign(new TransferBulletin(), {
      from, to, areaId: area, areaPath: organization.path, period,
      total: counts.find(({ cityId }) => cityId === null)!,
      cities: counts.flatMap(({ cityId, ...rest }) => (cityId === null ? [] : [{ ...rest, city: stubOf(Organization, cityId) }])),
      steps: steps.map(({ cityId, ...rest }) => ({ ...rest, city: stubOf(Organization, cityId) })),
    });
  }

  @Access.scopes('statistics.read')
  @FieldResolver(() => Organization)
  area(@Root() { areaId }: TransferBulletin): Organization {
    return stubOf(Organization, areaId);
  }

  @Access.scopes('statistics.read')
  @FieldResolver(() => SchoolTransferCountsConnection, { description: '辖区内各校的转入转出 [REG-STAT-08]' })
  async schools(@Root() { areaPath, period }: TransferBulletin, @Args(() => PageArgs) args: PageArgs, @Ctx() { manager }: ServiceContext): Promise<Connection<SchoolTransferCounts>> {
    const schools = manager.createQueryBuilder(OrganizationProjection, 'o').where(`o.path like :path and o.level = 'SCHOOL'`, { path: `${areaPath}%` });
    const { edges, pageInfo } = await keysetPage(schools, 'id', args);
    const counted = await countSchools(manager, edges.map(({ node }) => node.id), period);
    return { pageInfo, edges: edges.map(({ cursor }, nth) => ({ cursor, node: nodeOf(counted[nth]!) })) };
  }
}

const nodeOf = ({ schoolId, ...counts }: SchoolCounts): SchoolTransferCounts => ({ ...counts, school: stubOf(School, schoolId) });
