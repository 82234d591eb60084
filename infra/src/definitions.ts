import { join } from 'node:path';
import { accounts } from '@xueji/accounts';
import { helpdesk } from '@xueji/helpdesk';
import { generateKeyPair, memoryEndedSessions, memoryPresence, redisPresence, type EndedSessions, type Redis, type ServiceDefinition } from '@xueji/platform';
import { preschool } from '@xueji/preschool';
import { registry, type RegistrySettings } from '@xueji/registry';
import { schoolCodes } from '@xueji/school-codes';
import { transfers } from '@xueji/transfers';

export interface ProductSettings {
  accessSigningKey: string;
  redis: Redis | null;
  endedSessions: EndedSessions;
  lookupKey: string;
  filesDir: string;
  /** `tcp://host:port` of a clamd; absent: only the test signature is known */
  virusScannerUrl?: string;
  /** made-up identity numbers of division 9999xx are good; never in production */
  allowSynthetic: boolean;
  /** systems of other authorities; absent: not connected */
  authorities?: RegistrySettings['authorities'];
}

/** The six services, each built from its settings. */
export async function definitionsFor(settings: ProductSettings): Promise<ServiceDefinition[]> {
  return [
    schoolCodes,
    await accounts(settings),
    preschool({ allowSynthetic: settings.allowSynthetic }),
    registry({ filesDir: settings.filesDir, allowSynthetic: settings.allowSynthetic, ...(settings.authorities && { authorities: settings.authorities }) }),
    transfers({ lookupKey: settings.lookupKey, filesDir: join(settings.filesDir, 'transfers'), ...(settings.virusScannerUrl && { virusScannerUrl: settings.virusScannerUrl }) }),
    helpdesk({ presence: settings.redis ? redisPresence(settings.redis) : memoryPresence() }),
  ];
}

/** The same for looking at their schemas only: keys and folders are of no account. */
export const definitions = async (): Promise<ServiceDefinition[]> =>
  definitionsFor({ accessSigningKey: (await generateKeyPair()).privateKey, redis: null, endedSessions: memoryEndedSessions(), lookupKey: 'for the schema only', filesDir: '.data/files', allowSynthetic: true });
