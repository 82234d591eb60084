import { readServiceEnv } from '@xueji/platform';
import { z } from 'zod';

export const readEnv = () => readServiceEnv(process.env, { ACCESS_SIGNING_KEY: z.string().min(1) });
