import { readServiceEnv } from '@xueji/platform';
import { z } from 'zod';

const address = z.url({ protocol: /^https?$/ }).optional();

export const env = readServiceEnv(process.env, { POLICE_IDENTITY_URL: address, POPULATION_URL: address, TAX_SOCIAL_SECURITY_URL: address, EXIT_ENTRY_URL: address });
