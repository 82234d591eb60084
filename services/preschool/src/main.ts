import { serveService } from '@xueji/platform';
import { preschool } from './app';
import { env } from './env';

void serveService(preschool({ allowSynthetic: env.NODE_ENV !== 'production' }), env);
