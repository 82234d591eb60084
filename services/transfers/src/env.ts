import { readServiceEnv } from '@xueji/platform';
import { z } from 'zod';

export const readEnv = () => readServiceEnv(process.env, { LOOKUP_KEY: z.string().min(16), VIRUS_SCANNER_URL: z.string().regex(/^tcp:\/\/[^/:]+:\d{1,5}$/).optional() });
