import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { countsBelow } from './enrolment';
import { Organization, organizationOf } from './organization.stub';

@Access.scopes('statistics.read')
@ObjectType({ description: '一个年级一种性别的在籍人数' })
export class EnrolmentCell {
  @Field(() => Int, { description: '年级: 1–12' }) grade: number;
  @Field(() => String, { description: '性别: 1 男 2 女' }) sex: string;
  @Field(() => Int, { nullable: true, description: '人数；过小或可推出过小人数的不予提供，为空 [AGY-IF-13]' }) count: number | null;
}

@Access.scopes('statistics.read')
@ObjectType({ description: '一个下级单位的在籍人数' })
export class AreaEnrolment {
  @Field(() => Organization) organization: Organization;
  @Field(() => Int, { nullable: true, description: '合计；过小的为空' }) total: number | null;
  @Field(() => [EnrolmentCell]) cells: EnrolmentCell[];
}

@Access.scopes('statistics.read')
@ObjectType({ description: '在籍人数，按直属下级单位、年级和性别' })
export class EnrolmentCounts {
  @Field(() => Int, { description: '小于此数的人数不予提供；0 表示全部提供' }) minimumCell: number;
  @Field(() => [AreaEnrolment]) areas: AreaEnrolment[];
}

@Resolver()
export class EnrolmentResolver {
  @Access.scopes('statistics.read')
  @Query(() => EnrolmentCounts, { description: '本辖区在籍人数，按直属下级单位、年级和性别；向其他部门提供时不含可追溯到个人的小数 [AGY-IF-11] [AGY-IF-13]' })
  async enrolmentCounts(@Ctx() context: ServiceContext): Promise<EnrolmentCounts> {
    const { path, agency } = actorOfContext(context);
    // People with this right may read the records themselves; an agency gets nothing that could be traced to one.
    const { minimum, areas } = await countsBelow(context.manager, path, Boolean(agency));
    return { minimumCell: minimum, areas: areas.map(({ id, total, cells }) => ({ organization: organizationOf(id), total, cells })) };
  }
}
