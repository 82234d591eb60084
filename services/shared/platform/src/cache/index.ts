import Redis from 'ioredis';

export * from './attempt-limiter';
export * from './ended-sessions';
export * from './presence';
export type { Redis };

/** Commands fail at once while Redis is away, instead of waiting in a queue. */
export const connectRedis = (url: string): Redis => {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 2_000, commandTimeout: 1_000, retryStrategy: (times) => Math.min(times * 200, 2_000) });
  redis.on('error', () => undefined);
  return redis;
};
