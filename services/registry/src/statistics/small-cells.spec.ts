import fc from 'fast-check';
import { cellsToHide, isHiddenIn } from './small-cells';

const MINIMUM = 5;
const PRIME = 1_000_003n;

const power = (base: bigint, exponent: bigint): bigint => (exponent === 0n ? 1n : (power((base * base) % PRIME, exponent / 2n) * (exponent % 2n === 1n ? base : 1n)) % PRIME);

/** Rows in echelon form, by elimination over a prime field: another way than the one under test to see what the sums tell. */
function echelon(rows: bigint[][]): bigint[][] {
  const done: bigint[][] = [];
  for (const given of rows) {
    const row = [...given];
    for (const base of done) {
      const lead = base.findIndex((value) => value !== 0n);
      const factor = (row[lead]! * power(base[lead]!, PRIME - 2n)) % PRIME;
      for (let i = 0; i < row.length; i += 1) row[i] = (((row[i]! - factor * base[i]!) % PRIME) + PRIME) % PRIME;
    }
    if (row.some((value) => value !== 0n)) done.push(row);
  }
  return done;
}

/** Hidden cells that the sums of all rows and columns determine. */
function told(counts: number[][], hidden: Set<string>): [number, number][] {
  const cells = counts.flatMap((line, row) => line.map((_, column) => [row, column] as [number, number])).filter(([row, column]) => isHiddenIn(hidden, row, column));
  const sums = [...counts.keys()].map((row) => cells.map((cell) => (cell[0] === row ? 1n : 0n))).concat([...counts[0]!.keys()].map((column) => cells.map((cell) => (cell[1] === column ? 1n : 0n))));
  const base = echelon(sums);
  return cells.filter((_, n) => echelon([...base, cells.map((__, i) => (i === n ? 1n : 0n))]).length === base.length);
}

const table = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 2, max: 6 })).chain(([rows, columns]) =>
  fc.array(fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 5, max: 60 })), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }));

describe('small cells', () => {
  it('are left out, and none of them follows from the sums of rows and columns [AGY-IF-13]', () => {
    fc.assert(fc.property(table, (counts) => {
      const hidden = cellsToHide(counts, MINIMUM);
      for (const [row, line] of counts.entries()) {
        for (const [column, count] of line.entries()) if (count > 0 && count < MINIMUM) expect(isHiddenIn(hidden, row, column)).toBe(true);
      }
      // What else is hidden may be told: it is not small.
      expect(told(counts, hidden).filter(([row, column]) => counts[row]![column]! > 0 && counts[row]![column]! < MINIMUM)).toEqual([]);
      for (const line of [...counts.map((each, row) => each.map((count, column) => ({ count, row, column }))), ...counts[0]!.map((_, column) => counts.map((each, row) => ({ count: each[column]!, row, column })))]) {
        const left = line.filter(({ row, column }) => isHiddenIn(hidden, row, column));
        const sum = left.reduce((total, { count }) => total + count, 0);
        const holdsSmall = left.some(({ count }) => count > 0 && count < MINIMUM);
        // Where a whole line is hidden its sum is small itself, and is left out with it.
        if (holdsSmall && left.length < line.length) expect(sum).toBeGreaterThanOrEqual(MINIMUM);
      }
    }), { numRuns: 2_000 });
  });

  it('take a second cell of the row and of the column with them, and the fourth of the square', () => {
    expect([...cellsToHide([[3, 20, 30], [40, 50, 60], [70, 80, 90]], MINIMUM)].sort()).toEqual(['0/0', '0/1', '1/0', '1/1']);
  });

  it('leave a table alone that has none, zeros counting as none', () => {
    expect(cellsToHide([[5, 0], [7, 8]], MINIMUM).size).toBe(0);
  });
});
