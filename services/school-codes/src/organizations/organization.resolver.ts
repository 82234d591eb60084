import { Access, keysetPage, keysetPages, loadTogether, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { Division } from '../divisions/division.entity';
import { divisionId, loadDivision, getDivision, prefixOf } from '../divisions/division.loader';
import { authorityOf, EducationAuthority } from './education-authority';
import { Organization, OrganizationConnection, OrganizationLevel } from './organization.entity';
import { nameAsOf, loadOrganization } from './organization.loader';
import { competentAuthorityIdOf } from './organization.terms';
import { School, schoolOf } from './school';

const SHORTEST_SEARCH = 2;

@Access.authenticated()
@Resolver(() => Organization)
export class OrganizationResolver {
  @Query(() => Organization, { nullable: true })
  organization(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<Organization | null> {
    return loadOrganization(context, id);
  }

  @Query(() => OrganizationConnection, { description: '按级别、区划前缀、上级或名称查询机构，按区划代码排序 / in the order of division codes' })
  async organizations(
    @Ctx() context: ServiceContext,
    @Arg('level', () => OrganizationLevel, { nullable: true }) level: string | null,
    @Arg('divisionPrefix', () => String, { nullable: true, description: '省 2 位、市 4 位、县 6 位' }) divisionPrefix: string | null,
    @Arg('parentId', () => ID, { nullable: true }) parentId: string | null,
    @Arg('nameContains', () => String, { nullable: true }) nameContains: string | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<Organization>> {
    const query = context.manager.createQueryBuilder(Organization, 'o');
    if (level != null) query.andWhere('o.level = :level', { level });
    if (divisionPrefix != null) query.andWhere('o.divisionCode like :prefix', { prefix: `${prefixOf(await getDivision(context, divisionPrefix, 'divisionPrefix'))}%` });
    if (parentId != null) query.andWhere('o.parentId = :parentId', { parentId });
    if (nameContains != null) {
      const part = nameContains.trim();
      if (part.length < SHORTEST_SEARCH) throw new DomainError({ code: 'SEARCH_TOO_SHORT', rule: 'GEN-FLOW-02', field: 'nameContains', zh: `名称至少输入${SHORTEST_SEARCH}个字`, en: `Give at least ${SHORTEST_SEARCH} characters of the name` });
      query.andWhere('position(:part in o.name) > 0', { part });
    }
    return keysetPage(query, 'divisionCode', page);
  }

  @Query(() => EducationAuthority, { name: 'competentAuthority', description: '学校的学籍主管单位：县、市直属为市、省直属为省 / the bureau a school stands under' })
  async competentAuthorityOfSchool(@Ctx() context: ServiceContext, @Arg('schoolId', () => ID) schoolId: string): Promise<EducationAuthority> {
    const school = schoolOf(await loadOrganization(context, schoolId));
    if (!school) throw new DomainError({ code: 'SCHOOL_UNKNOWN', rule: 'GEN-SCOPE-05', field: 'schoolId', zh: '没有该学校', en: 'There is no such school' });
    return authorityOf(await loadOrganization(context, school.organization.parentId!))!;
  }

  @FieldResolver(() => Int, { description: '在机构树中的深度，教育部为 0 / steps below the Ministry' })
  depth(@Root() { path }: Organization): number {
    return path.split('/').length - 3;
  }

  @FieldResolver(() => Division, { nullable: true, description: '教育部为空 / null for the Ministry' })
  division(@Root() { divisionCode }: Organization, @Ctx() context: ServiceContext): Promise<Division | null> {
    return loadDivision(context, divisionId(divisionCode));
  }

  @FieldResolver(() => Organization, { nullable: true })
  parent(@Root() { parentId }: Organization, @Ctx() context: ServiceContext): Promise<Organization | null> | null {
    return parentId === null ? null : loadOrganization(context, parentId);
  }

  @FieldResolver(() => OrganizationConnection)
  children(@Root() { id }: Organization, @Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<Organization>> {
    return loadTogether(context, `children ${page.first} ${page.after ?? ''}`, id, (ids) =>
      keysetPages(context.manager.createQueryBuilder(Organization, 'o'), 'parentId', ids, 'divisionCode', page));
  }

  @FieldResolver(() => Organization, { nullable: true, description: '学校的学籍主管单位；行政部门为空 / null for bureaus' })
  competentAuthority(@Root() organization: Organization, @Ctx() context: ServiceContext): Promise<Organization | null> | null {
    const id = competentAuthorityIdOf(organization);
    return id === null ? null : loadOrganization(context, id);
  }

  @FieldResolver(() => School, { nullable: true, description: '学校信息；行政部门为空' })
  school(@Root() organization: Organization): School | null {
    return schoolOf(organization);
  }

  @FieldResolver(() => EducationAuthority, { nullable: true, description: '主管单位信息；学校为空' })
  authority(@Root() organization: Organization): EducationAuthority | null {
    return authorityOf(organization);
  }

  @FieldResolver(() => String, { nullable: true, description: '某日的名称 / the name on a day, YYYY-MM-DD' })
  nameAsOf(@Root() { id }: Organization, @Ctx() context: ServiceContext, @Arg('date', () => String) date: string): Promise<string | null> {
    return nameAsOf(context, id, date);
  }
}
