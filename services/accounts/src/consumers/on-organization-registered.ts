import { organizationRegistered } from '@xueji/contracts';
import { consumer } from '@xueji/platform';
import { newAccount } from '../account/account.resolver';
import { Account } from '../account/account.entity';

/** The three duties that every organisation has, kept apart (ACC-DUTY-01, CODE-ORG-07). */
export const ORGANIZATION_DUTIES = ['REGISTRY_ADMIN', 'REGISTRY_LEADER', 'SYSTEM_ADMIN'];

/** A new organisation gets its three accounts, vacant until a person is named. */
export const onOrganizationRegistered = consumer(organizationRegistered, async (scope, event) => {
  const { organizationId } = event.data;
  const held = new Set((await scope.manager.findBy(Account, { organizationId })).map((account) => account.duty));
  const vacant = ORGANIZATION_DUTIES.filter((duty) => !held.has(duty)).map((duty) => newAccount(scope, organizationId, duty));
  if (vacant.length > 0) await scope.manager.insert(Account, vacant);
});
