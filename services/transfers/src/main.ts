import { join } from 'node:path';
import { serveService } from '@xueji/platform';
import { transfers } from './app';
import { readEnv } from './env';

async function main(): Promise<void> {
  const env = readEnv();
  await serveService(transfers({ lookupKey: env.LOOKUP_KEY, filesDir: join(env.FILES_DIR, 'transfers'), ...(env.VIRUS_SCANNER_URL && { virusScannerUrl: env.VIRUS_SCANNER_URL }) }), env);
}

void main();
