import { requireServer } from '@xueji/testing';
import { distributedJourney, killPlan } from './distributed';

requireServer('kafka')('one process per service, on PostgreSQL, Kafka and Redis', () => {
  it('the journey passes, the books balance, and every process stops cleanly', async () => {
    const { steps, report, exitCodes } = await distributedJourney([]);
    expect(steps.length).toBeGreaterThanOrEqual(60);
    expect(report.faults).toEqual([]);
    expect(new Set(Object.values(exitCodes))).toEqual(new Set([0]));
  }, 400_000);

  it('the journey passes and custody is whole though a process is killed at every step', async () => {
    const { kills, report } = await distributedJourney(killPlan(0, 20_260_901));
    expect(kills).toBeGreaterThanOrEqual(55);
    expect(report.faults).toEqual([]);
  }, 900_000);
});
