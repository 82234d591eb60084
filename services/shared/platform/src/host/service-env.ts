import { z } from 'zod';

const secret = z.string().min(1);

const shape = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_URL: secret,
  MIGRATION_DATABASE_URL: secret.optional(),
  DATABASE_APP_ROLE: z.string().optional(),
  ACTOR_PUBLIC_KEY: secret,
  KAFKA_BROKERS: z.string().optional(),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).default(1),
  EVENT_LOG_URL: z.string().optional(),
  REDIS_URL: z.string().optional(),
  DEV_CLOCK_FILE: z.string().optional(),
  DEMO: z.enum(['true', 'false']).default('false'),
  AUDIT_ANCHORS_DIR: z.string().optional(),
  AUDIT_SIGNING_KEY: z.string().optional(),
  FILES_DIR: z.string().default('.data/files'),
});

export type ServiceEnv = z.infer<typeof shape>;

/** Well-known development values that must not reach production. */
const DEVELOPMENT_SECRET = /password|changeme|development|example/i;

/**
 * Reads the environment of one service with further variables of its own. Prints every fault and exits with 1; in production a settable clock,
 * demo data and development secrets are faults.
 */
export function readServiceEnv<T extends z.ZodRawShape = Record<never, never>>(source: NodeJS.ProcessEnv, own?: T): ServiceEnv & z.infer<z.ZodObject<T>> {
  const parsed = shape.extend(own ?? ({} as T)).safeParse(source);
  const faults = parsed.success ? productionFaults(parsed.data as ServiceEnv) : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (faults.length > 0) {
    process.stderr.write(`the environment is not right:\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
    process.exit(1);
  }
  return parsed.data as unknown as ServiceEnv & z.infer<z.ZodObject<T>>;
}

export function productionFaults(env: ServiceEnv): string[] {
  const faults: string[] = [];
  if (!env.KAFKA_BROKERS && !env.EVENT_LOG_URL) faults.push('KAFKA_BROKERS or EVENT_LOG_URL: one of them is needed');
  if (env.NODE_ENV !== 'production') return faults;
  if (env.DEV_CLOCK_FILE) faults.push('DEV_CLOCK_FILE: the clock cannot be set in production');
  if (env.DEMO === 'true') faults.push('DEMO: demo data have no place in production');
  for (const name of ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'EVENT_LOG_URL'] as const) {
    if (env[name] && DEVELOPMENT_SECRET.test(env[name]!)) faults.push(`${name}: a development secret`);
  }
  return faults;
}
