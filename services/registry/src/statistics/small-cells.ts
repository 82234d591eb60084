interface Cell {
  row: number;
  column: number;
  count: number;
}

const at = ({ row, column }: Pick<Cell, 'row' | 'column'>) => `${row}/${column}`;

/** A zero hides little, so it is taken only where nothing else is left. */
const loss = ({ count }: Cell) => (count === 0 ? 1_000_000 : count);

/**
 * Which cells of a table of counts must be left out so that no count below `minimum` can be told [AGY-IF-13], zero excepted: the small ones themselves, and as
 * few others as it takes that no small one follows from the sum of its row or its column, and no sum of hidden cells is small itself. Sums of rows and
 * columns are taken for known, though only the rows' are published: the columns' may stand in the table of the area above.
 *
 * A hidden cell follows from the sums exactly when it is the only link between its row and its column: the hidden cells are the edges of a graph whose
 * nodes are rows and columns, and the cell must lie on a circle of it.
 */
export function cellsToHide(counts: readonly (readonly number[])[], minimum: number): Set<string> {
  const all = counts.flatMap((line, row) => line.map((count, column): Cell => ({ row, column, count })));
  const small = all.filter(({ count }) => count > 0 && count < minimum);
  const hidden = new Set(small.map(at));
  const hide = (cells: readonly Cell[]): boolean => {
    const before = hidden.size;
    for (const cell of cells) hidden.add(at(cell));
    return hidden.size > before;
  };
  for (let grew = true; grew; ) {
    grew = false;
    for (const cell of small) {
      if (hide(cheapestCircle(cell, all, hidden))) grew = true;
      for (const line of [all.filter(({ row }) => row === cell.row), all.filter(({ column }) => column === cell.column)]) {
        const sum = line.reduce((total, each) => total + (hidden.has(at(each)) ? each.count : 0), 0);
        const [next] = line.filter((each) => !hidden.has(at(each))).sort((a, b) => loss(a) - loss(b));
        if (sum < minimum && next && hide([next])) grew = true;
      }
    }
  }
  return hidden;
}

/** The cells that, hidden together with this one, close a circle at the least loss; what is hidden already costs nothing. Empty when there is no circle. */
function cheapestCircle(cell: Cell, all: readonly Cell[], hidden: ReadonlySet<string>): Cell[] {
  const start = `r${cell.row}`;
  const goal = `c${cell.column}`;
  const cost = new Map<string, number>([[start, 0]]);
  const cameBy = new Map<string, { from: string; by: Cell }>();
  const settled = new Set<string>();
  for (;;) {
    const [node] = [...cost].filter(([name]) => !settled.has(name)).sort((a, b) => a[1] - b[1])[0] ?? [];
    if (node === undefined) return [];
    if (node === goal) break;
    settled.add(node);
    for (const by of all) {
      const [row, column] = [`r${by.row}`, `c${by.column}`];
      if ((row !== node && column !== node) || at(by) === at(cell)) continue;
      const to = row === node ? column : row;
      const reached = cost.get(node)! + (hidden.has(at(by)) ? 0 : loss(by));
      if (reached < (cost.get(to) ?? Infinity)) {
        cost.set(to, reached);
        cameBy.set(to, { from: node, by });
      }
    }
  }
  const circle: Cell[] = [];
  for (let step = cameBy.get(goal); step; step = cameBy.get(step.from)) circle.push(step.by);
  return circle;
}

export const isHiddenIn = (hidden: ReadonlySet<string>, row: number, column: number): boolean => hidden.has(at({ row, column }));
