import { readServiceEnv } from '@xueji/platform';
import { z } from 'zod';

const scannerUrl = z.string().regex(/^tcp:\/\/[^/:]+:\d{1,5}$/, 'expected tcp://host:port of a clamd');

/** In production documents are looked at by a real scanner or the service does not start. */
export const readEnv = () =>
  readServiceEnv(process.env, { LOOKUP_KEY: z.string().min(16), VIRUS_SCANNER_URL: process.env.NODE_ENV === 'production' ? scannerUrl : scannerUrl.or(z.literal('')).optional() });
