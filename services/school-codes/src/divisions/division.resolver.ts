import { Access, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Division, DivisionConnection, DivisionLevel } from './division.entity';
import { divisionId, loadDivision, getDivision, prefixOf } from './division.loader';

@Access.authenticated()
@Resolver(() => Division)
export class DivisionResolver {
  @Query(() => Division, { description: '按 2、4、6 或 12 位代码查询，含已撤销的区划 / by code, withdrawn units included' })
  division(@Ctx() context: ServiceContext, @Arg('code', () => String) code: string): Promise<Division> {
    return getDivision(context, code, 'code');
  }

  @Query(() => DivisionConnection, { description: '按前缀选取现行区划，含该区划本身 / the units of a prefix, in code order' })
  async divisions(
    @Ctx() context: ServiceContext,
    @Arg('prefix', () => String, { nullable: true }) prefix: string | null,
    @Arg('level', () => DivisionLevel, { nullable: true }) level: string | null,
    @Arg('withdrawn', () => Boolean, { defaultValue: false, description: '一并列出已撤销的区划 / withdrawn ones too' }) withdrawn: boolean,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Division>> {
    const query = context.manager.createQueryBuilder(Division, 'd');
    if (prefix != null) query.andWhere('d.code like :prefix', { prefix: `${prefixOf(await getDivision(context, prefix, 'prefix'))}%` });
    if (level != null) query.andWhere('d.level = :level', { level });
    if (!withdrawn) query.andWhere('d.validTo is null');
    return keysetPage(query, 'code', page);
  }

  @FieldResolver(() => Division, { nullable: true })
  parent(@Root() division: Division, @Ctx() context: ServiceContext): Promise<Division | null> | null {
    return division.parentCode === null ? null : loadDivision(context, divisionId(division.parentCode));
  }
}
