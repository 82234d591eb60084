import { productionFaults, type ServiceEnv } from './service-env';

const env = (changes: Partial<ServiceEnv>): ServiceEnv => ({
  NODE_ENV: 'production', PORT: 4000, HOST: '0.0.0.0', LOG_LEVEL: 'info', DATABASE_URL: 'postgres://registry_app:kR9-x@db/registry', ACTOR_PUBLIC_KEY: 'k', KAFKA_BROKERS: 'kafka:9092', KAFKA_REPLICATION: 3,
  DEMO: 'false', FILES_DIR: '/files', ...changes,
});

describe('the environment of a service in production', () => {
  it('is good when it names real things', () => {
    expect(productionFaults(env({}))).toEqual([]);
  });

  it.each([
    ['a clock that can be set', { DEV_CLOCK_FILE: '/tmp/clock' }, 'DEV_CLOCK_FILE'],
    ['demo personas', { DEMO: 'true' as const }, 'DEMO'],
    ['a development password', { DATABASE_URL: 'postgres://postgres:password@db/x' }, 'DATABASE_URL'],
    ['no event bus', { KAFKA_BROKERS: undefined }, 'KAFKA_BROKERS'],
  ])('refuses %s', (_, changes, named) => {
    expect(productionFaults(env(changes as Partial<ServiceEnv>)).join()).toContain(named);
  });

  it('lets development have a settable clock and demo data', () => {
    expect(productionFaults(env({ NODE_ENV: 'development', DEV_CLOCK_FILE: '/tmp/clock', DEMO: 'true' }))).toEqual([]);
  });
});
