import { resolve } from 'node:path';
import { serveService } from '@xueji/platform';
import { registry } from './app';
import { env } from './env';

const authorities = {
  ...(env.POLICE_IDENTITY_URL && { policeIdentity: env.POLICE_IDENTITY_URL }),
  ...(env.POPULATION_URL && { population: env.POPULATION_URL }),
  ...(env.TAX_SOCIAL_SECURITY_URL && { taxAndSocialSecurity: env.TAX_SOCIAL_SECURITY_URL }),
  ...(env.EXIT_ENTRY_URL && { exitEntry: env.EXIT_ENTRY_URL }),
};

void serveService(registry({ filesDir: resolve(env.FILES_DIR, 'registry'), allowSynthetic: env.NODE_ENV !== 'production', authorities }), env);
