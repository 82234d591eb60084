import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool, type PoolClient } from 'pg';
import { PARTITIONS, RETRY_PAUSE_MS, type Delivery, type EventBus, type Message, type Subscription } from './bus';

const CHANNEL = 'xueji_events';
const BATCH = 200;
/** A notification can be lost with its connection, so the log is looked at this often anyway. */
const POLL_MS = 1_000;

const schema = `
  create table if not exists event_partition (topic text not null, part int not null, next_off bigint not null default 0, primary key (topic, part));
  create table if not exists event_log (topic text not null, part int not null, off bigint not null, key text not null, value text not null, headers jsonb not null,
    at timestamptz not null default now(), primary key (topic, part, off));
  create table if not exists event_group (grp text not null, topic text not null, part int not null, off bigint not null default 0, primary key (grp, topic, part));
`;

export const partitionOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE(0) % PARTITIONS;

/** Creates the tables of the log; to be run by the role that owns the database. */
export async function createEventLog(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(7002)');
    await client.query(schema);
  } finally {
    await client.end();
  }
}

/**
 * The event bus on an ordered log in PostgreSQL. Offsets are drawn under the lock of the partition's row, so they become visible in order and without gaps;
 * a group's place moves under the lock of its own row, which makes its holder the partition's only handler.
 */
export function createPgLogBus(url: string): EventBus {
  const pool = new Pool({ connectionString: url, max: 16 });
  pool.on('error', () => undefined);
  const wakers = new Set<() => void>();
  const subscriptions = new Set<Subscription>();
  let closed = false;
  let listener: Client | null = null;

  async function listen(): Promise<void> {
    while (!closed) {
      const client = new Client({ connectionString: url });
      try {
        const ended = new Promise<void>((resolve) => {
          client.on('end', resolve);
          client.on('error', () => resolve());
        });
        await client.connect();
        listener = client;
        client.on('notification', () => wakers.forEach((wake) => wake()));
        await client.query(`listen ${CHANNEL}`);
        await ended;
      } catch {
        // the poll carries on meanwhile
      }
      await client.end().catch(() => undefined);
      if (!closed) await pause(POLL_MS, undefined, { ref: false });
    }
  }
  const listening = listen();

  async function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      client.release(true);
      throw error;
    }
  }

  async function publish(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const groups = new Map<string, { topic: string; part: number; messages: Message[] }>();
    for (const message of messages) {
      const part = partitionOf(message.key);
      const at = `${message.topic}/${part}`;
      const group = groups.get(at) ?? { topic: message.topic, part, messages: [] };
      group.messages.push(message);
      groups.set(at, group);
    }
    await inTransaction(async (client) => {
      for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const { rows } = await client.query(
          `insert into event_partition (topic, part, next_off) values ($1, $2, $3)
           on conflict (topic, part) do update set next_off = event_partition.next_off + $3 returning next_off - $3 as first`,
          [group.topic, group.part, group.messages.length],
        );
        await client.query(
          `insert into event_log (topic, part, off, key, value, headers)
           select $1, $2, $3::bigint + n - 1, m->>'key', m->>'value', coalesce(m->'headers', '{}'::jsonb) from jsonb_array_elements($4::jsonb) with ordinality as e(m, n)`,
          [group.topic, group.part, rows[0].first, JSON.stringify(group.messages)],
        );
      }
      await client.query(`select pg_notify('${CHANNEL}', '')`);
    });
  }

  /** Handles what is waiting on one partition. Returns false when the handler failed. */
  async function drain(group: string, topic: string, part: number, handle: (delivery: Delivery) => Promise<void>): Promise<boolean> {
    return inTransaction(async (client) => {
      const { rows: places } = await client.query('select off from event_group where grp = $1 and topic = $2 and part = $3 for update skip locked', [group, topic, part]);
      if (places.length === 0) return true;
      const { rows } = await client.query('select part, off, key, value, headers from event_log where topic = $1 and part = $2 and off >= $3 order by off limit $4', [topic, part, places[0].off, BATCH]);
      let next: bigint = BigInt(places[0].off);
      let handled = true;
      for (const row of rows) {
        try {
          await handle({ topic, partition: row.part, offset: String(row.off), key: row.key, value: row.value, headers: row.headers });
          next = BigInt(row.off) + 1n;
        } catch {
          handled = false;
          break;
        }
      }
      await client.query('update event_group set off = $4 where grp = $1 and topic = $2 and part = $3', [group, topic, part, String(next)]);
      return handled;
    });
  }

  async function subscribe(group: string, topics: readonly string[], handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
    await pool.query(
      `insert into event_group (grp, topic, part) select $1, t, p from unnest($2::text[]) t, generate_series(0, $3) p on conflict do nothing`,
      [group, topics, PARTITIONS - 1],
    );
    let stopped = false;
    let awake = true;
    let wake = () => undefined as void;
    const waker = () => {
      awake = true;
      wake();
    };
    wakers.add(waker);
    const pausedUntil = new Map<string, number>();
    const loop = (async () => {
      while (!stopped) {
        awake = false;
        let more = false;
        try {
          const { rows } = await pool.query(
            `select g.topic, g.part from event_group g join event_partition p using (topic, part) where g.grp = $1 and g.topic = any($2) and g.off < p.next_off order by random()`,
            [group, topics],
          );
          for (const { topic, part } of rows) {
            const at = `${topic}/${part}`;
            if (stopped || (pausedUntil.get(at) ?? 0) > Date.now()) continue;
            if (await drain(group, topic, part, handle)) more = true;
            else pausedUntil.set(at, Date.now() + RETRY_PAUSE_MS);
          }
        } catch {
          await pause(RETRY_PAUSE_MS, undefined, { ref: false });
        }
        if (!more && !awake && !stopped) {
          await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(pausedUntil.size > 0 ? RETRY_PAUSE_MS : POLL_MS, undefined, { ref: false })]);
        }
      }
    })();
    const subscription = {
      stop: async () => {
        stopped = true;
        wakers.delete(waker);
        wake();
        await loop;
        subscriptions.delete(subscription);
      },
    };
    subscriptions.add(subscription);
    return subscription;
  }

  return {
    kind: 'postgres',
    ensureTopics: async (topics) => {
      await pool.query(`insert into event_partition (topic, part) select t, p from unnest($1::text[]) t, generate_series(0, $2) p on conflict do nothing`, [topics, PARTITIONS - 1]);
    },
    publish,
    subscribe,
    readAll: async (topic) => {
      const { rows } = await pool.query('select part, off, key, value, headers from event_log where topic = $1 order by part, off', [topic]);
      return rows.map((row) => ({ topic, partition: row.part, offset: String(row.off), key: row.key, value: row.value, headers: row.headers }));
    },
    lag: async (group, topics) => {
      const { rows } = await pool.query(
        `select coalesce(sum(p.next_off - coalesce(g.off, 0)), 0)::int as lag from event_partition p left join event_group g on g.topic = p.topic and g.part = p.part and g.grp = $1 where p.topic = any($2)`,
        [group, topics],
      );
      return rows[0].lag;
    },
    isHealthy: () => pool.query('select 1').then(() => true, () => false),
    close: async () => {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await listener?.end().catch(() => undefined);
      await listening;
      await pool.end();
    },
  };
}
