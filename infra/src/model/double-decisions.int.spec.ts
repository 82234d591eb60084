import { doubleDecisions } from './double-decisions';

describe('four clients that decide on one case at the same instant', () => {
  it('make one decision, told once in history, audit, outbox and topic; the others hear which version was there before them [GEN-FLOW-02]', async () => {
    const { cases, decisions, won, faults } = await doubleDecisions(200, 20_261_122);
    expect(faults).toEqual([]);
    expect([cases, decisions]).toEqual([200, 800]);
    expect(Object.keys(won).sort()).toEqual(['approve', 'approveAll', 'refuse', 'withdraw']);
  }, 120_000);
});
