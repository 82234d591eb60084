import { readServiceEnv } from '@xueji/platform';
import { z } from 'zod';

export const readEnv = () => readServiceEnv(process.env, { LOOKUP_KEY: z.string().min(16) });
