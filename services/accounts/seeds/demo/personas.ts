import type { CommandScope } from '@xueji/platform';
import { DEMO_PASSWORD, demoOrganization, fillDemoOrganizations, personas } from '@xueji/testing/dist/src/demo';
import { In } from 'typeorm';
import { Account, AccountState } from '../../src/account/account.entity';
import { tellOpened } from '../../src/account/account.resolver';
import { hashPassword } from '../../src/account/password';

/** The personas of the demonstration country, all with one password and therefore one hash. Never run in production. */
export async function seedPersonas(scope: CommandScope): Promise<void> {
  await fillDemoOrganizations((sql, parameters) => scope.manager.query(sql, parameters));
  const present = new Set((await scope.manager.find(Account, { select: { id: true }, where: { id: In(personas.map((persona) => persona.accountId)) } })).map((account) => account.id));
  const missing = personas.filter((persona) => !present.has(persona.accountId));
  if (missing.length === 0) return;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const accounts = missing.map((persona) =>
    Object.assign(new Account(), {
      id: persona.accountId, username: persona.username, realName: persona.realName, duty: persona.duty, organizationId: persona.organizationId, realNameVerified: true,
      state: AccountState.ACTIVE, passwordHash, passwordChangedAt: scope.now, version: 1, createdAt: scope.now,
    }),
  );
  await scope.manager.insert(Account, accounts);
  for (const account of accounts) tellOpened(scope, account, demoOrganization(account.organizationId).level);
}
