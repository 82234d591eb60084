import { modelRound } from './model-rounds';

describe('transfers and registry beside a plain model of the regulations', () => {
  it('never differ in state, custody, open cases, offered commands, refusals or what is told, whoever does what in whatever order [TRF-INTRA-01] [TRF-INTRA-04] [TRF-INTER-01] [TRF-PROG-03] [GEN-FLOW-06]', async () => {
    const { runs, steps, races, walked } = await modelRound({ runs: 60, steps: 50, seed: 20_261_122 });
    expect(runs).toBe(60);
    expect(steps).toBeGreaterThan(1_000);
    expect(races).toBeGreaterThan(20);
    expect(walked.size).toBeGreaterThan(30);
  }, 240_000);
});
