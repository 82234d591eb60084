import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Logger } from '../logger';
import type { EventBus } from './bus';

const LOCK = 7003;
const BATCH = 500;
const POLL_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

export interface OutboxRelay {
  /** there is something to send */
  wake(): void;
  /** resolves when nothing is waiting */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Carries the outbox to the bus. One relay per service works at a time (advisory lock); rows leave in the order of `seq` and are marked after the bus
 * has acknowledged them, so a crash in between sends them twice and never loses them. Unsent rows are looked up as such, so a late commit with a lower
 * number is not passed over.
 */
export function startOutboxRelay(dataSource: DataSource, bus: EventBus, log: Logger): OutboxRelay {
  let stopped = false;
  let woken = true;
  let wake = () => undefined as void;
  let failures = 0;

  async function sendBatch(): Promise<number> {
    return dataSource.transaction(async (manager) => {
      // A mark that a crash loses is a row sent twice, so nobody waits for it to reach the disk.
      const [{ mine }] = await manager.query(`select pg_try_advisory_xact_lock($1) as mine, set_config('synchronous_commit', 'off', true)`, [LOCK]);
      if (!mine) return 0;
      const rows: { seq: string; topic: string; key: string; event: object }[] = await manager.query('select seq, topic, key, event from outbox_event where sent_at is null order by seq limit $1', [BATCH]);
      if (rows.length === 0) return 0;
      await bus.publish(rows.map((row) => ({ topic: row.topic, key: row.key, value: JSON.stringify(row.event) })));
      await manager.query('update outbox_event set sent_at = now() where seq = any($1::bigint[])', [rows.map((row) => row.seq)]);
      return rows.length;
    });
  }

  const loop = (async () => {
    while (!stopped) {
      woken = false;
      try {
        const sent = await sendBatch();
        failures = 0;
        if (sent === BATCH) continue;
      } catch (error) {
        if (stopped) break;
        failures += 1;
        log.warn({ err: { message: (error as Error).message }, failures }, 'outbox relay could not send');
      }
      if (!woken && !stopped) {
        const wait = failures > 0 ? Math.min(POLL_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) : POLL_MS;
        const timer = new AbortController();
        await Promise.race([failures > 0 ? new Promise(() => undefined) : new Promise<void>((resolve) => (wake = resolve)), pause(wait, undefined, { signal: timer.signal }).catch(() => undefined)]);
        timer.abort();
      }
    }
  })();

  return {
    wake: () => {
      woken = true;
      wake();
    },
    idle: async () => {
      for (;;) {
        const [{ waiting }] = await dataSource.query('select count(*)::int as waiting from outbox_event where sent_at is null');
        if (waiting === 0) return;
        await pause(20);
      }
    },
    stop: async () => {
      stopped = true;
      wake();
      await loop;
    },
  };
}
