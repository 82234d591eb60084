import { Access, actorOfContext, connectionOf, keysetPage, OrganizationProjection, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { maskIdentityNumber } from '@xueji/standards';
import { Args, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { PreschoolChild } from './preschool-child.entity';

/** A child whom the kindergarten has graduated and no primary school has taken over yet. */
@Access.scopes('pupil.read')
@ObjectType({ description: '待入小学的幼儿园毕业生 / kindergarten graduate that primary schools can take in' })
export class KindergartenGraduate {
  @Field(() => ID) id: string;
  @Field(() => String) name: string;
  @Field(() => String) institutionName: string;
  number: string;
}

const KindergartenGraduateConnection = connectionOf('KindergartenGraduate', () => KindergartenGraduate);

@Resolver(() => KindergartenGraduate)
export class KindergartenGraduatesResolver {
  @Access.scopes('bureau.approve')
  @Query(() => KindergartenGraduateConnection, { description: '本辖区待入小学的幼儿园毕业生 [PRE-GRAD-01]' })
  async kindergartenGraduates(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<KindergartenGraduate>> {
    const query = context.manager.createQueryBuilder(PreschoolChild, 'c').where(`c.state = 'GRADUATED'`)
      .andWhere(`c.institutionId in (select o.id from organization o where o.path like :area)`, { area: `${actorOfContext(context).path}%` });
    const { edges, pageInfo } = await keysetPage(query, 'id', page);
    const names = new Map((await context.manager.createQueryBuilder(OrganizationProjection, 'o').where('o.id = any(:ids)', { ids: edges.map(({ node }) => node.institutionId) }).getMany()).map(({ id, name }) => [id, name]));
    return { pageInfo, edges: edges.map(({ cursor, node }) => ({ cursor, node: Object.assign(new KindergartenGraduate(), { id: node.id, name: node.name, number: node.number, institutionName: names.get(node.institutionId) ?? '' }) })) };
  }

  @FieldResolver(() => String, { description: '学籍号（遮盖）' })
  nationalStudentNumber(@Root() { number }: KindergartenGraduate): string {
    return maskIdentityNumber(number);
  }
}
