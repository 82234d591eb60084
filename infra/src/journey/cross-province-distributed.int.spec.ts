import { requireServer } from '@xueji/testing';
import { brokerAway, type OutageReport } from './broker';
import { KILL_POINTS, killAlongTheChain, pointName, somePoints, type ChainReport } from './cross-province';
import { onPrivateStack } from './private-stack';

requireServer('kafka')('the way to another province, one process per service, on PostgreSQL, Kafka and Redis', () => {
  let chain: ChainReport;
  let outage: OutageReport;

  beforeAll(async () => {
    [chain, outage] = await onPrivateStack(async (stack) => [await killAlongTheChain(stack, somePoints(6, 20_261_122)), await brokerAway(stack, 20_000)]);
  }, 900_000);

  it('has places to kill at in every step, each named once', () => {
    expect(KILL_POINTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(KILL_POINTS.map(pointName)).size).toBe(KILL_POINTS.length);
  });

  it('leaves each child in one place and each event told once, wherever transfers or registry are killed, and every case ends within two minutes of the restart [TRF-INTER-01] [TRF-INTER-06] [TRF-INTER-07]', () => {
    expect(chain.faults).toEqual([]);
    expect(chain.kills).toHaveLength(6);
  });

  it('loses no write and no event while the broker is away, and the cases that waited go on by themselves', () => {
    expect(outage.faults).toEqual([]);
    expect(outage).toMatchObject({ failed: 0 });
    expect(outage.writes).toBeGreaterThan(20);
    expect(outage.waiting).toBeGreaterThan(10);
    expect(outage.ended).toBeGreaterThan(0);
  });
});
