import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Access, ACCESS_TOKEN_MAX_SECONDS, actorOf, actorOfContext, findOrganization, signAccessToken, type AttemptLimiter, type EndedSessions, type ServiceContext, type SigningKey } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Account, AccountState } from '../account/account.entity';
import { passwordMatches } from '../account/password';
import { Session } from './session.entity';

const SESSION_HOURS = 12;

@InputType()
export class LoginInput {
  @Field(() => String) username: string;
  @Field(() => String) password: string;
}

@InputType()
export class RefreshInput {
  @Field(() => String) refreshToken: string;
}

@Access.public()
@ObjectType({ description: '登录凭据：短期访问令牌与可轮换的刷新令牌' })
export class SessionTokens {
  @Field(() => String) accessToken: string;
  @Field(() => Int, { description: '访问令牌有效秒数' }) expiresInSeconds: number;
  @Field(() => String) refreshToken: string;
}

@Access.public()
@ObjectType()
export class LoginPayload {
  @Field(() => SessionTokens) tokens: SessionTokens;
  @Access.authenticated()
  @Field(() => Account, { description: '登录后以令牌查询' })
  account: Account;
}

@Access.public()
@ObjectType()
export class SignOutPayload {
  @Field(() => Boolean) signedOut: boolean;
}

/** What signing in needs beside the database. */
export interface SignIn {
  signingKey: SigningKey;
  /** counts tries on one account, whoever makes them */
  perAccount: AttemptLimiter;
  /** counts tries from one address, on whatever account */
  perAddress: AttemptLimiter;
  /** tells the gateway that a session is over before its access token is */
  endedSessions: EndedSessions;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const freshToken = () => randomBytes(32).toString('base64url');
const refused = () => new DomainError({ code: 'CREDENTIALS_WRONG', rule: 'ACC-PWD-01', zh: '用户名或密码不正确', en: 'User name or password is not right' });
const sessionOver = () => new DomainError({ code: 'SESSION_ENDED', rule: 'ACC-PWD-01', field: 'refreshToken', zh: '会话已结束，请重新登录', en: 'The session has ended, please sign in again' });

/** Resolvers for signing in, bound to their keys and counters. */
export function sessionResolver(signIn: SignIn): Function {
  async function tokens(context: ServiceContext, account: Account, sessionId: string, refreshToken: string): Promise<SessionTokens> {
    const organization = await findOrganization(context.manager, account.organizationId);
    if (!organization) throw refused();
    const actor = actorOf({
      accountId: account.id, realName: account.realName!, duty: account.duty as never, organizationId: organization.id, organizationName: organization.name, level: organization.level as never,
      path: organization.path, province: organization.province, realNameVerified: account.realNameVerified, sessionId, certificate: null,
    });
    return { accessToken: await signAccessToken(signIn.signingKey, actor), expiresInSeconds: ACCESS_TOKEN_MAX_SECONDS, refreshToken };
  }

  @Resolver()
  class SessionResolver {
    @Access.public()
    @Mutation(() => LoginPayload, { description: '用户名密码登录（ACC-PWD-01）' })
    async login(@Ctx() context: ServiceContext, @Arg('input', () => LoginInput) { username, password }: LoginInput): Promise<LoginPayload> {
      const wait = Math.max(await signIn.perAccount.consume(sha256(username)), await signIn.perAddress.consume(context.clientAddress ?? 'unknown'));
      if (wait > 0) {
        throw new DomainError({ code: 'LOGIN_ATTEMPTS_EXCEEDED', rule: 'ACC-PWD-03', zh: '尝试次数过多，请稍后再试', en: 'Too many attempts, please try again later', details: { retryAfterSeconds: wait } });
      }
      const account = await context.manager.findOneBy(Account, { username });
      if (!(await passwordMatches(account?.passwordHash ?? null, password)) || account?.state !== AccountState.ACTIVE) throw refused();
      await signIn.perAccount.reset(sha256(username));
      const refreshToken = freshToken();
      const sessionId = randomUUID();
      await context.command('login', randomUUID(), { accountId: account.id }, async (scope) => {
        const startedAt = new Date();
        await scope.manager.insert(Session, { id: sessionId, accountId: account.id, refreshHash: sha256(refreshToken), spentHashes: [], startedAt, expiresAt: new Date(startedAt.getTime() + SESSION_HOURS * 3_600_000), revokedAt: null });
        scope.audit('session.start', 'account', account.id, { sessionId });
      });
      return { tokens: await tokens(context, account, sessionId, refreshToken), account };
    }

    @Access.public()
    @Mutation(() => SessionTokens, { description: '以刷新令牌换新令牌；旧刷新令牌再次使用即判为被盗，整个会话作废' })
    async refreshSession(@Ctx() context: ServiceContext, @Arg('input', () => RefreshInput) input: RefreshInput): Promise<SessionTokens> {
      const shown = sha256(input.refreshToken);
      const next = freshToken();
      const outcome = await context.command('refreshSession', randomUUID(), {}, async ({ manager }): Promise<{ stolen: string } | { sessionId: string; accountId: string } | null> => {
        const session = await manager.createQueryBuilder(Session, 's').setLock('pessimistic_write').where('s.refreshHash = :shown or :shown = any(s.spentHashes)', { shown }).getOne();
        if (!session || session.revokedAt || session.expiresAt <= new Date()) return null;
        if (session.refreshHash !== shown) {
          await manager.update(Session, { id: session.id }, { revokedAt: new Date() });
          return { stolen: session.id };
        }
        await manager.update(Session, { id: session.id }, { refreshHash: sha256(next), spentHashes: [...session.spentHashes, shown] });
        return { sessionId: session.id, accountId: session.accountId };
      });
      if (outcome && 'stolen' in outcome) {
        await signIn.endedSessions.end([outcome.stolen]);
        throw sessionOver();
      }
      const account = outcome && (await context.manager.findOneBy(Account, { id: outcome.accountId, state: AccountState.ACTIVE }));
      if (!outcome || !account) throw sessionOver();
      return tokens(context, account, outcome.sessionId, next);
    }

    @Access.authenticated()
    @Mutation(() => SignOutPayload, { description: '退出登录：本会话的刷新令牌和访问令牌立即失效' })
    async signOut(@Ctx() context: ServiceContext): Promise<SignOutPayload> {
      const { sessionId, accountId } = actorOfContext(context);
      await context.command('signOut', randomUUID(), { sessionId }, async (scope) => {
        await scope.manager.update(Session, { id: sessionId, accountId }, { revokedAt: new Date() });
        scope.audit('session.end', 'account', accountId, { sessionId });
      });
      await signIn.endedSessions.end([sessionId]);
      return { signedOut: true };
    }
  }
  return SessionResolver;
}
