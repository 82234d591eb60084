import { readServiceEnv } from '@xueji/platform';

export const readEnv = () => readServiceEnv(process.env);
