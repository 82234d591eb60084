import { requireServer } from '@xueji/testing';
import { distributedJourney, killPlan } from './distributed';

requireServer('kafka')('one process per service, on PostgreSQL, Kafka and Redis', () => {
  it('the journey passes, the books balance, every process reports its health, logs nobody\'s data and stops cleanly [PRE-GRAD-02] [TRF-GEN-06]', async () => {
    const { steps, report, exitCodes, health, logText } = await distributedJourney([]);
    expect(steps.length).toBeGreaterThanOrEqual(60);
    expect(report.faults).toEqual([]);
    expect(new Set(Object.values(exitCodes))).toEqual(new Set([0]));
    for (const [path, answer] of Object.entries(health)) {
      expect(answer).toMatch(/^200 /);
      if (path.endsWith('/metrics')) expect(answer).toContain('process_resident_memory_bytes');
    }
    expect(health['registry/metrics']).toMatch(/xueji_outbox_waiting\{service="registry"\} 0/);
    const lines = logText.split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter((line) => /杨瑶思|周示安|何辰|9999\d{2}(19|20)\d{9}|00090468067|Xueji-demo/.test(line))).toEqual([]);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  }, 400_000);

  it('the journey passes and custody is whole though a process is killed at every step', async () => {
    const { kills, report } = await distributedJourney(killPlan(0, 20_260_901));
    expect(kills).toBeGreaterThanOrEqual(55);
    expect(report.faults).toEqual([]);
  }, 900_000);
});
