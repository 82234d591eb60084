import { resolve } from 'node:path';
import { serveService } from '@xueji/platform';
import { registry } from './app';
import { env } from './env';

void serveService(registry({ filesDir: resolve(env.FILES_DIR, 'registry'), allowSynthetic: env.NODE_ENV !== 'production' }), env);
