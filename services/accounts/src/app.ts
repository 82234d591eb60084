import { attemptLimiter, importSigningKey, organizationConsumers, type CommandScope, type EndedSessions, type Redis, type ServiceDefinition } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Accounts20260901030000 } from '../migrations/20260901030000-accounts';
import { Agreements20261122040000 } from '../migrations/20261122040000-agreements';
import { seedDemoAgreement } from '../seeds/demo/agreement';
import { seedPersonas } from '../seeds/demo/personas';
import { Account } from './account/account.entity';
import { accountReferences, accountResolver } from './account/account.resolver';
import { agreementClock } from './agreement/agreement.clock';
import { AgencyKey, Agreement, SpentAssertion } from './agreement/agreement.entity';
import { AgreementResolver } from './agreement/agreement.resolver';
import { tokenRoute } from './agreement/token.route';
import { onOrganizationRegistered } from './consumers/on-organization-registered';
import { Session } from './session/session.entity';
import { sessionResolver } from './session/session.resolver';
import { agreementCommandResolver } from './workflows/agreement/agreement.resolver';

export interface AccountsSettings {
  /** private key (base64url JWK) that signs access tokens */
  accessSigningKey: string;
  /** counts sign-in attempts for all replicas; null counts in this process */
  redis: Redis | null;
  endedSessions: EndedSessions;
}

/** The area of an agreement follows its organisation when that changes its place in the tree. */
async function followMove({ manager }: CommandScope, from: string, to: string): Promise<void> {
  await manager.query(`update agreement set area_path = $2 || substr(area_path, length($1) + 1) where area_path like $1 || '%'`, [from, to]);
}

/** People, duties, credentials; and what other agencies may read. */
export async function accounts(settings: AccountsSettings): Promise<ServiceDefinition> {
  const signingKey = await importSigningKey(settings.accessSigningKey);
  return {
    name: 'accounts',
    schema: { entities: [Account, Session, Agreement, AgencyKey, SpentAssertion], migrations: [Accounts20260901030000, Agreements20261122040000] },
    resolvers: [
      accountResolver(settings.endedSessions),
      sessionResolver({
        signingKey,
        perAccount: attemptLimiter('account', { points: 5, seconds: 900 }, settings.redis),
        perAddress: attemptLimiter('address', { points: 300, seconds: 900 }, settings.redis),
        endedSessions: settings.endedSessions,
      }),
      AgreementResolver,
      agreementCommandResolver(settings.endedSessions),
    ],
    routes: [tokenRoute({ signingKey, perAddress: attemptLimiter('agency-address', { points: 300, seconds: 900 }, settings.redis) })],
    start: agreementClock(settings.endedSessions),
    references: { Account: accountReferences },
    consumers: [...organizationConsumers(followMove), onOrganizationRegistered],
    constraints: {
      account_username: () => new DomainError({ code: 'USERNAME_TAKEN', rule: 'ACC-DUTY-01', field: 'username', zh: '用户名已被使用', en: 'The user name is taken' }),
    },
    seeds: {
      demo: async (scope) => {
        await seedPersonas(scope);
        await seedDemoAgreement(scope);
      },
    },
  };
}
