import { median, quantile, tableRow, times } from './line';

describe('figures of the benchmarks', () => {
  it('takes as a quantile a value that was measured', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([median(values), quantile(values, 0.95), quantile(values, 1), quantile([7], 0.5)]).toEqual([50, 95, 100, 7]);
  });

  it('shows what was not measured as a dash, and a missed target as missed', () => {
    expect(tableRow({ what: 'a', measured: '3 s', ratio: times(12.34), target: '≤ 2 ×', met: false })).toBe('| a | — | 3 s | 12 × | ≤ 2 × | no |');
    expect(tableRow({ what: 'b', baseline: '1 s', measured: '2 s' })).toBe('| b | 1 s | 2 s | — | — | — |');
  });
});
