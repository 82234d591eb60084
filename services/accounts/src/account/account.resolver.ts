import { randomUUID } from 'node:crypto';
import { accountClosed, accountOpened } from '@xueji/contracts';
import { Access, actorOfContext, connectionOf, findOrganization, getOrganization, isInArea, keysetPage, organizationsById, OrganizationProjection, PageArgs, recordNotFound, type CommandScope, type Connection, type EndedSessions, type ServiceContext } from '@xueji/platform';
import { DUTIES, scopesOf, type Duty, type Level } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, Ctx, Field, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { In, IsNull } from 'typeorm';
import { Session } from '../session/session.entity';
import { Account, AccountState, isAccountVisible } from './account.entity';
import { ChangePasswordInput, CloseAccountInput, OpenAccountInput } from './account.inputs';
import { checkPassword, hashPassword, passwordMatches } from './password';

const AccountConnection = connectionOf('Account', () => Account);

@Access.authenticated()
@ObjectType()
export class AccountPayload {
  @Field(() => Account) account: Account;
}

/** Resolvers of accounts; `endedSessions` tells the gateway at once whose sessions are over. */
export function accountResolver(endedSessions: EndedSessions): Function {
  @Resolver(() => Account)
  class AccountResolver {
    @Access.authenticated()
    @Query(() => Account, { description: '当前登录账号' })
    me(@Ctx() context: ServiceContext): Promise<Account> {
      return context.manager.findOneByOrFail(Account, { id: actorOfContext(context).accountId });
    }

    @Access.scopes('account.issue', 'system.configure')
    @Query(() => AccountConnection, { description: '本辖区账号；vacant 为真时只列空缺岗位（ACC-DUTY-09）' })
    accounts(
      @Ctx() context: ServiceContext,
      @Args(() => PageArgs) page: PageArgs,
      @Arg('organizationId', () => ID, { nullable: true }) organizationId: string | null,
      @Arg('vacant', () => Boolean, { defaultValue: false }) vacant: boolean,
    ): Promise<Connection<Account>> {
      const query = context.manager
        .createQueryBuilder(Account, 'account')
        .innerJoin(OrganizationProjection, 'organization', 'organization.id = account.organizationId')
        .where('organization.path like :area', { area: `${actorOfContext(context).path}%` });
      if (organizationId) query.andWhere('account.organizationId = :organizationId', { organizationId });
      if (vacant) query.andWhere('account.state = :vacant', { vacant: AccountState.VACANT });
      return keysetPage(query, 'createdAt', page);
    }

    @Access.scopes('account.issue', 'system.configure')
    @Mutation(() => AccountPayload, { description: '开通账号：填补空缺岗位，或新增一个岗位账号（ACC-DUTY-01、HLP-ACCT-02）' })
    async openAccount(@Ctx() context: ServiceContext, @Arg('input', () => OpenAccountInput) input: OpenAccountInput): Promise<AccountPayload> {
      const actor = actorOfContext(context);
      checkPassword(input.password, input.username);
      const passwordHash = await hashPassword(input.password);
      const { password: _, ...audited } = input;
      const { id } = await context.command('openAccount', input.requestId, audited, async (scope) => {
        const organization = await getOrganization(scope.manager, input.organizationId, 'organizationId');
        if (!isInArea(actor, organization.path)) throw recordNotFound('organization');
        if (actor.duty === 'SYSTEM_ADMIN' && organization.id !== actor.organizationId) {
          throw new DomainError({ code: 'ACCOUNT_NOT_OWN_LEVEL', rule: 'ACC-PERM-02', field: 'organizationId', zh: '系统管理员只能为本单位开通账号', en: 'A system administrator opens accounts of the own organisation only' });
        }
        if (!(DUTIES as readonly string[]).includes(input.duty) || scopesOf(input.duty as Duty, organization.level as Level).length === 0) {
          throw new DomainError({ code: 'DUTY_NOT_AT_LEVEL', rule: 'ACC-DUTY-01', field: 'duty', zh: '该级单位没有这一岗位', en: 'There is no such duty at this level' });
        }
        const vacant = await scope.manager.findOne(Account, { where: { organizationId: organization.id, duty: input.duty, state: AccountState.VACANT }, lock: { mode: 'pessimistic_write' } });
        const account = Object.assign(vacant ?? newAccount(scope, organization.id, input.duty), {
          username: input.username, realName: input.realName, realNameVerified: input.realNameVerified, passwordHash, passwordChangedAt: scope.now, state: AccountState.ACTIVE,
        });
        account.version += vacant ? 1 : 0;
        await scope.manager.save(Account, account);
        tellOpened(scope, account, organization.level);
        return { id: account.id };
      });
      return { account: await context.manager.findOneByOrFail(Account, { id }) };
    }

    @Access.scopes('account.issue', 'system.configure')
    @Mutation(() => AccountPayload, { description: '停用账号，其会话立即失效' })
    async closeAccount(@Ctx() context: ServiceContext, @Arg('input', () => CloseAccountInput) input: CloseAccountInput): Promise<AccountPayload> {
      const actor = actorOfContext(context);
      const ended = await context.command('closeAccount', input.requestId, input, async (scope) => {
        const account = await scope.manager.findOne(Account, { where: { id: input.accountId }, lock: { mode: 'pessimistic_write' } });
        const organization = account ? await findOrganization(scope.manager, account.organizationId) : null;
        if (!account || !organization || !isInArea(actor, organization.path)) throw recordNotFound('account');
        account.state = AccountState.CLOSED;
        account.version += 1;
        await scope.manager.save(Account, account);
        const sessions = await revokeSessions(scope, account.id, null);
        scope.audit('account.close', 'account', account.id, { duty: account.duty });
        scope.emit('account', account, { type: accountClosed.type, key: account.id, data: { accountId: account.id, duty: account.duty, level: organization.level, organizationId: account.organizationId, active: false } });
        return sessions;
      });
      await endedSessions.end(ended);
      return { account: await context.manager.findOneByOrFail(Account, { id: input.accountId }) };
    }

    @Access.authenticated()
    @Mutation(() => AccountPayload, { description: '修改本人密码；其他会话随即失效（ACC-PWD-02）' })
    async changePassword(@Ctx() context: ServiceContext, @Arg('input', () => ChangePasswordInput) input: ChangePasswordInput): Promise<AccountPayload> {
      const actor = actorOfContext(context);
      const account = await context.manager.findOneByOrFail(Account, { id: actor.accountId });
      if (!(await passwordMatches(account.passwordHash, input.oldPassword))) {
        throw new DomainError({ code: 'PASSWORD_WRONG', rule: 'ACC-PWD-01', field: 'oldPassword', zh: '原密码不正确', en: 'The old password is not right' });
      }
      checkPassword(input.newPassword, account.username ?? '');
      const passwordHash = await hashPassword(input.newPassword);
      const ended = await context.command('changePassword', input.requestId, {}, async (scope) => {
        await scope.manager.update(Account, { id: account.id }, { passwordHash, passwordChangedAt: scope.now });
        scope.audit('account.changePassword', 'account', account.id, {});
        return revokeSessions(scope, account.id, actor.sessionId);
      });
      await endedSessions.end(ended);
      return { account };
    }
  }
  return AccountResolver;
}

/** Ends the account's sessions but the one to keep; gives their ids. */
async function revokeSessions({ manager }: CommandScope, accountId: string, keep: string | null): Promise<string[]> {
  const open = await manager.findBy(Session, { accountId, revokedAt: IsNull() });
  const ids = open.map((session) => session.id).filter((id) => id !== keep);
  if (ids.length > 0) await manager.update(Session, { id: In(ids) }, { revokedAt: new Date() });
  return ids;
}

export const newAccount = (scope: CommandScope, organizationId: string, duty: string): Account =>
  Object.assign(new Account(), { id: randomUUID(), username: null, realName: null, duty, organizationId, realNameVerified: false, state: AccountState.VACANT, passwordHash: null, passwordChangedAt: null, version: 1, createdAt: scope.now });

export function tellOpened(scope: CommandScope, account: Account, level: string): void {
  scope.audit('account.open', 'account', account.id, { duty: account.duty, organizationId: account.organizationId });
  scope.emit('account', account, { type: accountOpened.type, key: account.id, data: { accountId: account.id, duty: account.duty, level, organizationId: account.organizationId, active: true } });
}

/** Accounts by id for other subgraphs, one query. */
export async function accountReferences(ids: readonly string[], context: ServiceContext): Promise<(Account | null)[]> {
  const actor = actorOfContext(context);
  const accounts = await context.manager.findBy(Account, { id: In([...ids]) });
  const organizations = await organizationsById(context.manager, accounts.map((account) => account.organizationId));
  const visible = new Map(accounts.filter((account) => isAccountVisible(account, organizations.get(account.organizationId), actor)).map((account) => [account.id, account]));
  return ids.map((id) => visible.get(id) ?? null);
}
