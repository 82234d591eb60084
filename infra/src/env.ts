import { z } from 'zod';

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  DATA_DIR: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('warn'),
  KAFKA_BROKERS: z.string().optional(),
  REDIS_URL: z.string().optional(),
  VIRUS_SCANNER_URL: z.string().optional(),
  EVENT_LOG_URL: z.string().optional(),
  GATEWAY_EXECUTOR: z.enum(['compiled', 'stock']).default('compiled'),
  GATEWAY_OPERATIONS: z.enum(['trusted', 'any']).default('any'),
});

export type InfraEnv = z.infer<typeof shape>;

/** Reads the environment once; prints every fault and exits with 1. */
export function readEnv(): InfraEnv {
  const parsed = shape.safeParse(process.env);
  if (parsed.success) return parsed.data;
  process.stderr.write(`the environment is not right:\n${parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}\n`).join('')}`);
  process.exit(1);
}
