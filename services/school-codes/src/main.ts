import { serveService } from '@xueji/platform';
import { schoolCodes } from './app';
import { readEnv } from './env';

void serveService(schoolCodes, readEnv());
