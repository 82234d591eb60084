import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export interface AttemptLimit {
  /** attempts allowed within `seconds` */
  points: number;
  seconds: number;
}

/** Counts attempts on a key. Where the shared counter cannot be reached the attempt is refused: sign-in fails closed. */
export interface AttemptLimiter {
  /** seconds to wait; 0 when the attempt may go on */
  consume(key: string): Promise<number>;
  reset(key: string): Promise<void>;
}

export function attemptLimiter(name: string, { points, seconds }: AttemptLimit, redis: Redis | null): AttemptLimiter {
  const options = { keyPrefix: `xueji:attempts:${name}`, points, duration: seconds };
  const limiter = redis ? new RateLimiterRedis({ ...options, storeClient: redis }) : new RateLimiterMemory(options);
  return {
    consume: async (key) => {
      try {
        await limiter.consume(key);
        return 0;
      } catch (refusal) {
        return refusal instanceof RateLimiterRes ? Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) : 5;
      }
    },
    reset: async (key) => {
      await limiter.delete(key).catch(() => undefined);
    },
  };
}
