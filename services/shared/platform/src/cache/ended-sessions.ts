import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { ACCESS_TOKEN_MAX_SECONDS } from '../auth';

/**
 * Sessions that ended while access tokens of theirs still have time left. Only needed for as long as such a token lives; where it cannot be read the
 * token's own end, minutes away, decides.
 */
export interface EndedSessions {
  end(sessionIds: readonly string[]): Promise<void>;
  /** `whenAway`: what to take for granted where it cannot be read */
  hasEnded(sessionId: string, whenAway?: boolean): Promise<boolean>;
}

export function memoryEndedSessions(): EndedSessions {
  const ended = new LRUCache<string, true>({ max: 100_000, ttl: ACCESS_TOKEN_MAX_SECONDS * 1000 });
  return {
    end: async (sessionIds) => sessionIds.forEach((id) => ended.set(id, true)),
    hasEnded: async (sessionId) => ended.has(sessionId),
  };
}

export function redisEndedSessions(redis: Redis): EndedSessions {
  const key = (id: string) => `xueji:session-ended:${id}`;
  return {
    end: async (sessionIds) => {
      if (sessionIds.length === 0) return;
      const pipeline = redis.pipeline();
      for (const id of sessionIds) pipeline.set(key(id), '1', 'EX', ACCESS_TOKEN_MAX_SECONDS);
      await pipeline.exec().catch(() => undefined);
    },
    hasEnded: async (sessionId, whenAway = false) => redis.exists(key(sessionId)).then((found) => found === 1, () => whenAway),
  };
}
