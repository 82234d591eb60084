import { SMALLEST_CELL } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import { cellsToHide, isHiddenIn } from './small-cells';

export interface AreaCounts {
  id: string;
  name: string;
  /** null: left out because it is small */
  total: number | null;
  cells: { grade: number; sex: string; count: number | null }[];
}

const SEXES = ['1', '2'];

/** Pupils by the organisations straight under an area, grade and sex. `hideSmall`: without any count that could be traced to a pupil [AGY-IF-13]. */
export async function countsBelow(manager: EntityManager, path: string, hideSmall: boolean): Promise<{ minimum: number; areas: AreaCounts[] }> {
  const counted: { id: string; name: string; grade: number | null; sex: string | null; count: number }[] = await manager.query(
    `select child.id, child.name, student.grade, student.sex, count(student.id)::int as count
     from organization area join organization child on child.parent_id = area.id
     left join student on student.holder_path like child.path || '%' and student.state = 'ACTIVE'
     where area.path = $1 group by child.id, child.name, student.grade, student.sex order by child.id`,
    [path],
  );
  const areas = [...new Map(counted.map(({ id, name }) => [id, name]))];
  const columns = [...new Set(counted.flatMap(({ grade }) => (grade === null ? [] : [grade])))].sort((a, b) => a - b).flatMap((grade) => SEXES.map((sex) => ({ grade, sex })));
  const found = new Map(counted.map(({ id, grade, sex, count }) => [`${id}/${grade}/${sex}`, count]));
  const table = areas.map(([id]) => columns.map(({ grade, sex }) => found.get(`${id}/${grade}/${sex}`) ?? 0));
  const minimum = hideSmall ? SMALLEST_CELL : 0;
  const hidden = cellsToHide(table, minimum);
  return {
    minimum,
    areas: areas.map(([id, name], row) => {
      const total = table[row]!.reduce((sum, count) => sum + count, 0);
      return {
        id, name, total: total > 0 && total < minimum ? null : total,
        cells: columns.map(({ grade, sex }, column) => ({ grade, sex, count: isHiddenIn(hidden, row, column) ? null : table[row]![column]! })),
      };
    }),
  };
}
