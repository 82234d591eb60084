import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import { SMALLEST_CELL } from '@xueji/standards';
import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Organization, organizationOf } from './organization.stub';
import { cellsToHide, isHiddenIn } from './small-cells';

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

interface Counted {
  id: string;
  grade: number | null;
  sex: string | null;
  count: number;
}

const SEXES = ['1', '2'];

@Resolver()
export class EnrolmentResolver {
  @Access.scopes('statistics.read')
  @Query(() => EnrolmentCounts, { description: '本辖区在籍人数，按直属下级单位、年级和性别；向其他部门提供时不含可追溯到个人的小数 [AGY-IF-11] [AGY-IF-13]' })
  async enrolmentCounts(@Ctx() context: ServiceContext): Promise<EnrolmentCounts> {
    const { path, agency } = actorOfContext(context);
    const counted: Counted[] = await context.manager.query(
      `select child.id, student.grade, student.sex, count(student.id)::int as count
       from organization area join organization child on child.parent_id = area.id
       left join student on student.holder_path like child.path || '%' and student.state = 'ACTIVE'
       where area.path = $1 group by child.id, student.grade, student.sex order by child.id`,
      [path],
    );
    const areas = [...new Set(counted.map(({ id }) => id))];
    const columns = [...new Set(counted.flatMap(({ grade }) => (grade === null ? [] : [grade])))].sort((a, b) => a - b).flatMap((grade) => SEXES.map((sex) => ({ grade, sex })));
    const found = new Map(counted.map(({ id, grade, sex, count }) => [`${id}/${grade}/${sex}`, count]));
    const table = areas.map((id) => columns.map(({ grade, sex }) => found.get(`${id}/${grade}/${sex}`) ?? 0));
    // People with this right may read the records themselves; an agency gets nothing that could be traced to one.
    const minimum = agency ? SMALLEST_CELL : 0;
    const hidden = cellsToHide(table, minimum);
    return {
      minimumCell: minimum,
      areas: areas.map((id, row) => {
        const total = table[row]!.reduce((sum, count) => sum + count, 0);
        return {
          organization: organizationOf(id), total: total > 0 && total < minimum ? null : total,
          cells: columns.map(({ grade, sex }, column) => ({ grade, sex, count: isHiddenIn(hidden, row, column) ? null : table[row]![column]! })),
        };
      }),
    };
  }
}
