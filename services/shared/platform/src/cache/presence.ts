import { LRUCache } from 'lru-cache';
import type { Redis } from 'ioredis';

/** Who is online. Never the truth about anything that must not be lost: a lost presence is made good at the next sign of life. */
export interface Presence {
  /** `member` of `group` is online for `ttlSeconds` from now */
  arrive(group: string, member: string, ttlSeconds: number): Promise<void>;
  leave(group: string, member: string): Promise<void>;
  /** those of `groups` with somebody online */
  staffed(groups: readonly string[]): Promise<Set<string>>;
}

export function memoryPresence(): Presence {
  const groups = new Map<string, LRUCache<string, true>>();
  return {
    arrive: async (group, member, ttlSeconds) => {
      const members = groups.get(group) ?? new LRUCache<string, true>({ max: 10_000 });
      members.set(member, true, { ttl: ttlSeconds * 1000 });
      groups.set(group, members);
    },
    leave: async (group, member) => {
      groups.get(group)?.delete(member);
    },
    staffed: async (wanted) => {
      const online = new Set<string>();
      for (const group of wanted) {
        const members = groups.get(group);
        members?.purgeStale();
        if (members && members.size > 0) online.add(group);
      }
      return online;
    },
  };
}

/** One sorted set per group: member → the instant (ms) its presence ends. */
export function redisPresence(redis: Redis): Presence {
  const key = (group: string) => `xueji:presence:${group}`;
  return {
    arrive: async (group, member, ttlSeconds) => {
      await redis.multi().zadd(key(group), Date.now() + ttlSeconds * 1000, member).expire(key(group), ttlSeconds + 60).exec();
    },
    leave: async (group, member) => {
      await redis.zrem(key(group), member);
    },
    staffed: async (wanted) => {
      if (wanted.length === 0) return new Set();
      const pipeline = redis.pipeline();
      for (const group of wanted) pipeline.zcount(key(group), Date.now(), '+inf');
      const counts = (await pipeline.exec()) ?? [];
      return new Set(wanted.filter((_, index) => Number(counts[index]?.[1] ?? 0) > 0));
    },
  };
}
