import { spawnSync } from 'node:child_process';
import { platformPackage } from '@xueji/platform/dist/src/embedded-postgres';
import { jarsAreCached } from './kafka.jars';

export type ServerKind = 'postgres' | 'kafka' | 'redis';

export type Availability = { available: true; reason: null } | { available: false; reason: string };

/** A server, or why there is none. */
export type Started<S> = { server: S; reason: null } | { server: null; reason: string };

/** Where each server is announced to, and by the run's global setup. */
export const ADDRESS_VARIABLE = { postgres: 'PG_ADMIN_URL', kafka: 'KAFKA_BROKERS', redis: 'REDIS_URL' } as const satisfies Record<ServerKind, string>;

/** Set by the run's global setup when a start was tried and failed: why. */
export const failureVariable = (kind: ServerKind): string => `XUEJI_NO_${kind.toUpperCase()}`;

const answers = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore', env: process.env }).status === 0;

const missing: Record<ServerKind, () => string | null> = {
  postgres: () => (platformPackage() ? null : `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; set PG_ADMIN_URL`),
  redis: () => (answers('redis-server', '--version') ? null : 'redis-server is not on the PATH; install Redis or set REDIS_URL'),
  kafka: () => {
    if (!answers('java', '-version')) return 'java (17 or newer) is not on the PATH; install it or set KAFKA_BROKERS';
    if (!jarsAreCached() && !answers('mvn', '-version')) return "mvn, which fetches the broker's jars, is not on the PATH; install it or set KAFKA_BROKERS";
    return null;
  },
};

/** Whether a server of this kind is given by its variable or can be started here. */
export function availability(kind: ServerKind): Availability {
  if (process.env[ADDRESS_VARIABLE[kind]]) return { available: true, reason: null };
  const reason = process.env[failureVariable(kind)] ?? missing[kind]();
  return reason === null ? { available: true, reason } : { available: false, reason };
}
