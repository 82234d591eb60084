import { readServiceEnv } from '@xueji/platform';

export const env = readServiceEnv(process.env);
