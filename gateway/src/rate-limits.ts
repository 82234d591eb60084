import type { Redis } from '@xueji/platform';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Refusal } from './refusal';

/** Points that may be used within a minute; what an operation costs is its measure, never less than one. */
export interface RateLimitSetting {
  perPerson: number;
  perAddress: number;
}

export interface RateLimits {
  /** Takes `cost` points from the person's and the address's allowance; null when there were enough. */
  take(from: { accountId: string | null; address: string | null }, cost: number): Promise<Refusal | null>;
}

const MINUTE = 60;

/** A file costs as much as a page of records. */
export const FILE_COST = 100;

/**
 * Allowances shared by all gateways through Redis. While Redis is away each gateway counts for itself: reading goes on, and nobody gets more than the
 * limit from one gateway. Signing in has counters of its own in the accounts service, which refuse when they cannot count.
 */
export function rateLimits({ perPerson, perAddress }: RateLimitSetting, redis: Redis | null): RateLimits {
  const persons = limiter('person', perPerson, redis);
  const addresses = limiter('address', perAddress, redis);
  return {
    async take({ accountId, address }, cost) {
      const waits = await Promise.all([accountId === null ? 0 : waitFor(persons, accountId, cost), address === null ? 0 : waitFor(addresses, address, cost)]);
      const wait = Math.max(...waits);
      return wait === 0 ? null : {
        status: 429, code: 'RATE_LIMITED', zh: `请求过于频繁，请在${wait}秒后再试`, en: `Too many requests. Try again in ${wait} seconds.`,
        extensions: { rule: 'OPS-RUN-06', retryAfterSeconds: wait }, headers: { 'retry-after': String(wait) },
      };
    },
  };
}

function limiter(name: string, points: number, redis: Redis | null): RateLimiterRedis | RateLimiterMemory {
  const options = { keyPrefix: `xueji:rate:${name}`, points, duration: MINUTE };
  const local = new RateLimiterMemory(options);
  return redis ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: local, rejectIfRedisNotReady: true }) : local;
}

/** Seconds to wait; 0 when the points were there. */
async function waitFor(counter: RateLimiterRedis | RateLimiterMemory, key: string, cost: number): Promise<number> {
  try {
    await counter.consume(key, cost);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    throw refusal;
  }
}
