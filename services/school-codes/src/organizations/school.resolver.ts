import { Access, actorOfContext, HistoryStep, isInArea, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { validateSchoolIdentifier } from '@xueji/standards';
import { availableCommands, DomainError } from '@xueji/workflow';
import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { CodeApplicationFacts } from '../workflows/code-application/code-application.rules';
import { codeApplication } from '../workflows/code-application/code-application.workflow';
import { schools } from '../workflows/school-lifecycle/school-lifecycle.facts';
import type { LifecycleFacts } from '../workflows/school-lifecycle/school-lifecycle.rules';
import { authorityOf, EducationAuthority } from './education-authority';
import { Organization } from './organization.entity';
import { nameAsOf, loadOrganization } from './organization.loader';
import { School, SchoolConnection } from './school';

/** No application is being carried out while somebody merely looks. */
const lookedAt: LifecycleFacts = { newId: '', authority: null, effectiveApplication: null, identifierIsVoid: false };

@Access.authenticated()
@Resolver(() => School)
export class SchoolResolver {
  @Query(() => School, { nullable: true, description: '按学校标识码查询 / by school identifier' })
  async school(@Ctx() { manager }: ServiceContext, @Arg('identifier', () => String) identifier: string): Promise<School | null> {
    const [wrong] = validateSchoolIdentifier(identifier);
    if (wrong) throw new DomainError({ code: wrong.code, rule: wrong.rule, field: 'identifier', zh: wrong.zh, en: wrong.en });
    const organization = await manager.findOneBy(Organization, { schoolIdentifier: identifier });
    return organization && new School(organization);
  }

  @Access.scopes('bureau.approve', 'statistics.read', 'organization.create')
  @Query(() => SchoolConnection, { description: '辖区内尚无标识码的学校 / schools of the area that wait for their identifier' })
  async schoolsWithoutMinistryCode(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<School>> {
    const query = context.manager.createQueryBuilder(Organization, 'o')
      .where('o.path like :area', { area: `${actorOfContext(context).path}%` })
      .andWhere('o.schoolType is not null and o.schoolIdentifier is null');
    const { edges, pageInfo } = await keysetPage(query, 'divisionCode', page);
    return { edges: edges.map(({ cursor, node }) => ({ cursor, node: new School(node) })), pageInfo };
  }

  @FieldResolver(() => EducationAuthority, { description: '学籍主管单位' })
  async competentAuthority(@Root() { organization }: School, @Ctx() context: ServiceContext): Promise<EducationAuthority | null> {
    return authorityOf(await loadOrganization(context, organization.parentId!));
  }

  @FieldResolver(() => String, { nullable: true, description: '某日的名称 / the name on a day, YYYY-MM-DD' })
  nameAsOf(@Root() { id }: School, @Ctx() context: ServiceContext, @Arg('date', () => String) date: string): Promise<string | null> {
    return nameAsOf(context, id, date);
  }

  @FieldResolver(() => [String], { description: '当前用户可办理的操作 / what the viewer could do now' })
  availableCommands(@Root() { organization }: School, @Ctx() context: ServiceContext): string[] {
    const actor = actorOfContext(context);
    if (!isInArea(actor, organization.path)) return [];
    const now = context.clock.now();
    return [
      ...availableCommands(schools.workflow, { record: organization, actor, facts: lookedAt, now }),
      ...availableCommands(codeApplication, { record: null, actor, facts: { school: organization } as CodeApplicationFacts, now }),
    ];
  }

  @Access.scopes('pupil.enter', 'school.approve', 'bureau.approve', 'statistics.read', 'organization.create')
  @FieldResolver(() => [HistoryStep], { nullable: true, description: '办理过程；辖区以外为空 / null outside the viewer’s area' })
  history(@Root() { organization }: School, @Ctx() context: ServiceContext): Promise<HistoryStep[]> | null {
    return isInArea(actorOfContext(context), organization.path) ? stepsOf(context, schools.recordType, organization.id) : null;
  }
}
