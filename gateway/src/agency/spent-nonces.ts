import type { Redis } from '@xueji/platform';
import { LRUCache } from 'lru-cache';

/** Nonces of calls, each good once for as long as a call of its time is taken. */
export interface SpentNonces {
  /** `spent`: it was used before; `away`: that cannot be told now */
  spend(nonce: string): Promise<'fresh' | 'spent' | 'away'>;
}

export function memoryNonces(seconds: number): SpentNonces {
  const spent = new LRUCache<string, true>({ max: 500_000, ttl: seconds * 1000 });
  return {
    spend: async (nonce) => {
      if (spent.has(nonce)) return 'spent';
      spent.set(nonce, true);
      return 'fresh';
    },
  };
}

export const redisNonces = (redis: Redis, seconds: number): SpentNonces => ({
  spend: (nonce) => redis.set(`xueji:nonce:${nonce}`, '1', 'EX', seconds, 'NX').then((set) => (set === 'OK' ? 'fresh' : 'spent'), () => 'away' as const),
});
