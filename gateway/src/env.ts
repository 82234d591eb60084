import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });

/** `registry=http://registry:4000/graphql,transfers=http://…` */
const subgraphUrls = z.string().transform((text, context) => {
  const entries = text.split(',').map((entry) => entry.trim()).filter(Boolean).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)] as const);
  for (const [name, address] of entries) {
    if (!/^[a-z][a-z0-9-]*$/.test(name) || !url.safeParse(address).success) context.addIssue(`expected name=url, got "${name}=…"`);
  }
  if (entries.length === 0) context.addIssue('names no subgraph');
  return Object.fromEntries(entries);
});

/** `/uploads/intake=registry,/downloads=registry` */
const routes = z.string().transform((text, context) => text.split(',').map((entry) => entry.trim()).filter(Boolean).map((entry) => {
  const [prefix = '', subgraph = ''] = entry.split('=');
  if (!/^\/(uploads|downloads)(\/[\w-]+)*$/.test(prefix) || !subgraph) context.addIssue(`expected /uploads/…=name or /downloads/…=name, got "${entry}"`);
  return { prefix, subgraph };
}));

const shape = z.object({
  NODE_ENV: z.string().default('production'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SUPERGRAPH_FILE: z.string().min(1).optional(),
  SUBGRAPH_URLS: subgraphUrls,
  FILE_ROUTES: routes.default([]),
  ACCESS_TOKEN_PUBLIC_KEY: z.string().min(1),
  ACTOR_SIGNING_KEY: z.string().min(1),
  GATEWAY_EXECUTOR: z.enum(['compiled', 'stock']).default('compiled'),
  TRUSTED_PROXIES: z.string().optional().transform((text) => text?.split(',').map((entry) => entry.trim()).filter(Boolean)),
  REDIS_URL: z.string().optional(),
  GATEWAY_OPERATIONS: z.enum(['trusted', 'any']).optional(),
  TRUSTED_DOCUMENTS_FILE: z.string().min(1).optional(),
  RATE_PER_PERSON: z.coerce.number().int().min(1).default(60_000),
  RATE_PER_ADDRESS: z.coerce.number().int().min(1).default(600_000),
  KAFKA_BROKERS: z.string().optional(),
  KAFKA_REPLICATION: z.coerce.number().int().min(1).max(9).default(1),
  EVENT_LOG_URL: z.string().optional(),
  DEV_CLOCK_FILE: z.string().optional(),
  EXPLORER_FILE: z.string().optional(),
}).superRefine((env, context) => {
  for (const { subgraph } of env.FILE_ROUTES) {
    if (!(subgraph in env.SUBGRAPH_URLS)) context.addIssue({ code: 'custom', path: ['FILE_ROUTES'], message: `${subgraph} is not in SUBGRAPH_URLS` });
  }
  if (env.NODE_ENV !== 'production') return;
  if (env.GATEWAY_OPERATIONS === 'any') context.addIssue({ code: 'custom', path: ['GATEWAY_OPERATIONS'], message: 'any is for development only' });
  for (const name of ['DEV_CLOCK_FILE', 'EXPLORER_FILE'] as const) {
    if (env[name]) context.addIssue({ code: 'custom', path: [name], message: 'is for development only' });
  }
});

/** Our own clients' operations alone, unless development asks for more. */
export const runsOnlyTrusted = ({ GATEWAY_OPERATIONS, NODE_ENV }: Pick<GatewayEnv, 'GATEWAY_OPERATIONS' | 'NODE_ENV'>): boolean => (GATEWAY_OPERATIONS ?? (NODE_ENV === 'production' ? 'trusted' : 'any')) === 'trusted';

export type GatewayEnv = z.infer<typeof shape>;

/** @returns the settings, or the list of faults; values are never repeated in a fault */
export function parseEnv(source: NodeJS.ProcessEnv): { env: GatewayEnv } | { faults: string[] } {
  const parsed = shape.safeParse(source);
  return parsed.success ? { env: parsed.data } : { faults: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

/** Reads the environment once; prints every fault and exits with 1 when it is wrong. */
export function readEnv(): GatewayEnv {
  const parsed = parseEnv(process.env);
  if ('env' in parsed) return parsed.env;
  process.stderr.write(`the environment is not right:\n${parsed.faults.map((fault) => `  ${fault}\n`).join('')}`);
  process.exit(1);
}
