import { attemptLimiter, importSigningKey, organizationConsumers, type EndedSessions, type Redis, type ServiceDefinition } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Accounts20260901030000 } from '../migrations/20260901030000-accounts';
import { seedPersonas } from '../seeds/demo/personas';
import { Account } from './account/account.entity';
import { accountReferences, accountResolver } from './account/account.resolver';
import { onOrganizationRegistered } from './consumers/on-organization-registered';
import { Session } from './session/session.entity';
import { sessionResolver } from './session/session.resolver';

export interface AccountsSettings {
  /** private key (base64url JWK) that signs access tokens */
  accessSigningKey: string;
  /** counts sign-in attempts for all replicas; null counts in this process */
  redis: Redis | null;
  endedSessions: EndedSessions;
}

/** People, duties, credentials. */
export async function accounts(settings: AccountsSettings): Promise<ServiceDefinition> {
  return {
    name: 'accounts',
    schema: { entities: [Account, Session], migrations: [Accounts20260901030000] },
    resolvers: [
      accountResolver(settings.endedSessions),
      sessionResolver({
        signingKey: await importSigningKey(settings.accessSigningKey),
        perAccount: attemptLimiter('account', { points: 5, seconds: 900 }, settings.redis),
        perAddress: attemptLimiter('address', { points: 300, seconds: 900 }, settings.redis),
        endedSessions: settings.endedSessions,
      }),
    ],
    references: { Account: accountReferences },
    consumers: [...organizationConsumers(), onOrganizationRegistered],
    constraints: {
      account_username: () => new DomainError({ code: 'USERNAME_TAKEN', rule: 'ACC-DUTY-01', field: 'username', zh: '用户名已被使用', en: 'The user name is taken' }),
    },
    seeds: { demo: seedPersonas },
  };
}
