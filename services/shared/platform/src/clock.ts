import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** The instant that windows, deadlines and working days are counted from. */
export interface Clock {
  now(): Date;
}

/** A clock that can be set, outside production only. */
export interface SettableClock extends Clock {
  /** null goes back to the real time; a set clock runs on from the instant given */
  set(now: Date | null): void;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * A clock whose offset from the real time lives in a file, so that every process of a development deployment follows it
 * and a restarted one remembers it.
 */
export function fileClock(path: string): SettableClock {
  const offset = () => (existsSync(path) ? Number(readFileSync(path, 'utf8')) || 0 : 0);
  return {
    now: () => new Date(Date.now() + offset()),
    set: (now) => (now ? writeFileSync(path, String(now.getTime() - Date.now())) : rmSync(path, { force: true })),
  };
}
