import type { Redis } from '@xueji/platform';
import type { Notice, Told } from './notice';

/** So many notices can be caught up with after a reconnect. */
export const KEPT = 10_000;
/** A call of Redis can be lost with its connection, so the stream is looked at this often anyway. */
const POLL_MS = 2_000;
/** For so long an event that comes twice is known again. */
const SEEN_SECONDS = 3_600;

/** Carries notices to every replica, in one order, and keeps the last of them for those who were away. */
export interface LiveFeed {
  /** Keeps the notices of one event and lets all replicas know; the same event is taken once. Throws when it cannot be kept. */
  tell(eventId: string, notices: readonly Notice[]): Promise<void>;
  /** Everything told after the listening began, in order. Resolves to the cursor it begins at. */
  listen(hear: (told: Told) => void): Promise<string>;
  /** What was told after `cursor`, in order; null when that is not kept any more or no cursor of this feed. */
  since(cursor: string): Promise<Told[] | null>;
  close(): Promise<void>;
}

/** `<milliseconds>-<number>` */
const CURSOR = /^\d{1,15}-\d{1,10}$/;

export function isAfter(a: string, b: string): boolean {
  const [[aMs, aNumber], [bMs, bNumber]] = [a.split('-'), b.split('-')] as [[string, string], [string, string]];
  return aMs === bMs ? Number(aNumber) > Number(bNumber) : Number(aMs) > Number(bMs);
}

/** For one process. Its cursors end with it. */
export function memoryFeed(kept = KEPT): LiveFeed {
  let last = `${Date.now()}-0`;
  let oldest = last;
  const told: Told[] = [];
  const seen = new Set<string>();
  const listeners = new Set<(told: Told) => void>();
  const next = () => {
    const [ms, number] = last.split('-').map(Number) as [number, number];
    const now = Date.now();
    return now > ms ? `${now}-0` : `${ms}-${number + 1}`;
  };
  return {
    tell: async (eventId, notices) => {
      if (seen.has(eventId)) return;
      seen.add(eventId);
      if (seen.size > kept) seen.delete(seen.values().next().value!);
      for (const notice of notices) {
        last = next();
        const one = { ...notice, cursor: last };
        told.push(one);
        if (told.length > kept) oldest = told.shift()!.cursor;
        for (const hear of listeners) hear(one);
      }
    },
    listen: async (hear) => {
      listeners.add(hear);
      return last;
    },
    since: async (cursor) => (!CURSOR.test(cursor) || isAfter(oldest, cursor) || isAfter(cursor, last) ? null : told.filter((one) => isAfter(one.cursor, cursor))),
    close: async () => listeners.clear(),
  };
}

const STREAM = 'xueji:live';
const CHANNEL = 'xueji:live:told';

/** The first entry is an anchor, so that a cursor older than it tells of a stream that was cut or begun anew. */
const TELL = `
if redis.call('exists', KEYS[1]) == 0 then redis.call('xadd', KEYS[1], '*', 'anchor', '1') end
if ARGV[1] ~= '' and redis.call('set', KEYS[1] .. ':seen:' .. ARGV[1], '1', 'NX', 'EX', ARGV[2]) then
  for i = 4, #ARGV do redis.call('publish', ARGV[3], redis.call('xadd', KEYS[1], 'MAXLEN', '~', ${KEPT}, '*', 'notice', ARGV[i])) end
end
return redis.call('xrevrange', KEYS[1], '+', '-', 'COUNT', 1)[1][1]`;

/**
 * For any number of replicas: a stream of bounded length that gives order and cursors, and a channel that says when to look. A call that is lost
 * costs at most the time to the next look, never a notice.
 */
export function redisFeed(redis: Redis): LiveFeed {
  const ear = redis.duplicate();
  ear.on('error', () => undefined);
  const evaluate = (...more: string[]) => redis.eval(TELL, 1, STREAM, ...more) as Promise<string>;
  const read = async (after: string): Promise<Told[]> => {
    const entries = await redis.xrange(STREAM, after === '' ? '-' : `(${after}`, '+');
    return entries.flatMap(([cursor, [name, text]]) => (name === 'notice' ? [{ ...(JSON.parse(text!) as Notice), cursor }] : []));
  };
  let poll: NodeJS.Timeout | undefined;

  return {
    tell: async (eventId, notices) => void (await evaluate(eventId, String(SEEN_SECONDS), CHANNEL, ...notices.map((notice) => JSON.stringify(notice)))),
    listen: async (hear) => {
      let last = await evaluate('', '', CHANNEL);
      const start = last;
      let isReading = false;
      let isCalled = false;
      const look = async () => {
        isCalled = true;
        if (isReading) return;
        isReading = true;
        try {
          while (isCalled) {
            isCalled = false;
            for (const told of await read(last)) {
              last = told.cursor;
              hear(told);
            }
          }
        } catch {
          // the next look finds it
        } finally {
          isReading = false;
        }
      };
      ear.on('message', () => void look());
      ear.on('ready', () => void look());
      ear.on('ready', () => void ear.subscribe(CHANNEL).catch(() => undefined));
      if (ear.status === 'ready') await ear.subscribe(CHANNEL).catch(() => undefined);
      poll = setInterval(() => void look(), POLL_MS);
      poll.unref();
      return start;
    },
    since: async (cursor) => {
      if (!CURSOR.test(cursor)) return null;
      const [[first], [last]] = [await redis.xrange(STREAM, '-', '+', 'COUNT', 1), await redis.xrevrange(STREAM, '+', '-', 'COUNT', 1)];
      return !first || !last || isAfter(first[0], cursor) || isAfter(cursor, last[0]) ? null : read(cursor);
    },
    close: async () => {
      clearInterval(poll);
      ear.disconnect();
    },
  };
}
