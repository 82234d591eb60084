import { serveService } from '@xueji/platform';
import { transfers } from './app';
import { readEnv } from './env';

async function main(): Promise<void> {
  const env = readEnv();
  await serveService(transfers({ lookupKey: env.LOOKUP_KEY }), env);
}

void main();
