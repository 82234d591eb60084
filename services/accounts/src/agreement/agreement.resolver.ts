import {
  Access, actorOfContext, HistoryStep, importVerifyingKey, isInArea, keysetPage, loadTogether, PageArgs, recordNotFound, stepsOf, type CommandScope, type Connection, type ServiceContext,
} from '@xueji/platform';
import { availableCommands, DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { agreementWorkflow } from '../workflows/agreement';
import { AgencyKey, Agreement, AgreementConnection } from './agreement.entity';

@ArgsType()
class AgreementsArgs extends PageArgs {
  @Field(() => String, { nullable: true }) state?: string | null;
}

@InputType()
export class RegisterAgencyKeyInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) agreementId: string;
  @Field(() => String, { description: 'Ed25519 公钥 JWK 的 base64url；私钥只留在使用部门' }) publicKey: string;
}

@InputType()
export class RevokeAgencyKeyInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) agreementId: string;
  @Field(() => ID) kid: string;
}

@Access.authenticated()
@ObjectType()
export class AgencyKeyPayload {
  @Field(() => AgencyKey) key: AgencyKey;
}

const keyFault = (code: string, zh: string, en: string) => new DomainError({ code, rule: 'AGY-IF-02', field: 'publicKey', zh, en });

@Resolver(() => Agreement)
export class AgreementResolver {
  @Access.scopes('bureau.approve', 'account.issue')
  @Query(() => AgreementConnection, { description: '本辖区的数据共享协议，由早到晚' })
  agreements(@Ctx() context: ServiceContext, @Args(() => AgreementsArgs) args: AgreementsArgs): Promise<Connection<Agreement>> {
    const query = context.manager.createQueryBuilder(Agreement, 'agreement').where('agreement.areaPath like :area', { area: `${actorOfContext(context).path}%` });
    if (args.state) query.andWhere('agreement.state = :state', { state: args.state });
    return keysetPage(query, 'createdAt', args);
  }

  @Access.scopes('bureau.approve', 'account.issue')
  @Query(() => Agreement, { nullable: true })
  async agreement(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<Agreement | null> {
    const found = await context.manager.findOneBy(Agreement, { id });
    return found && isInArea(actorOfContext(context), found.areaPath) ? found : null;
  }

  @Access.scopes('account.issue', 'bureau.approve')
  @Mutation(() => AgencyKeyPayload, { description: '登记使用部门的公钥' })
  async registerAgencyKey(@Ctx() context: ServiceContext, @Arg('input', () => RegisterAgencyKeyInput) input: RegisterAgencyKeyInput): Promise<AgencyKeyPayload> {
    if (isPrivate(input.publicKey)) throw keyFault('KEY_IS_PRIVATE', '这是私钥，不得交出', 'This is a private key; it must never leave its owner');
    const { kid } = await importVerifyingKey(input.publicKey).catch(() => {
      throw keyFault('KEY_INVALID', '须为 Ed25519 公钥 JWK 的 base64url', 'An Ed25519 public JWK in base64url is needed');
    });
    await context.command('registerAgencyKey', input.requestId, input, async (scope) => {
      await agreementInScope(scope, input.agreementId);
      await scope.manager.query('insert into agency_key (kid, agreement_id, public_key, added_at) values ($1, $2, $3, $4) on conflict do nothing', [kid, input.agreementId, input.publicKey, scope.now]);
      scope.audit('agreement.registerKey', 'agreement', input.agreementId, { kid });
      return { kid };
    });
    return { key: await context.manager.findOneByOrFail(AgencyKey, { kid, agreementId: input.agreementId }) };
  }

  @Access.scopes('account.issue', 'bureau.approve')
  @Mutation(() => AgencyKeyPayload, { description: '吊销公钥；此后不再换发令牌' })
  async revokeAgencyKey(@Ctx() context: ServiceContext, @Arg('input', () => RevokeAgencyKeyInput) input: RevokeAgencyKeyInput): Promise<AgencyKeyPayload> {
    await context.command('revokeAgencyKey', input.requestId, input, async (scope) => {
      await agreementInScope(scope, input.agreementId);
      const { affected } = await scope.manager.update(AgencyKey, { kid: input.kid, agreementId: input.agreementId }, { revokedAt: scope.now });
      if (!affected) throw recordNotFound('agencyKey');
      scope.audit('agreement.revokeKey', 'agreement', input.agreementId, { kid: input.kid });
      return null;
    });
    return { key: await context.manager.findOneByOrFail(AgencyKey, { kid: input.kid, agreementId: input.agreementId }) };
  }

  @Access.scopes('bureau.approve', 'account.issue')
  @FieldResolver(() => [AgencyKey], { description: '登记的公钥' })
  keys(@Root() agreement: Agreement, @Ctx() context: ServiceContext): Promise<AgencyKey[]> {
    return loadTogether(context, 'agencyKeys', agreement.id, async (ids: readonly string[]) => {
      const keys = await context.manager.find(AgencyKey, { where: { agreementId: In([...ids]) }, order: { addedAt: 'ASC' } });
      return ids.map((id) => keys.filter((key) => key.agreementId === id));
    });
  }

  @Access.scopes('bureau.approve', 'account.issue')
  @FieldResolver(() => [HistoryStep], { description: '办理记录' })
  history(@Root() agreement: Agreement, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'agreement', agreement.id);
  }

  @Access.scopes('bureau.approve', 'account.issue')
  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() record: Agreement, @Ctx() context: ServiceContext): string[] {
    // Who may take a row is seen from the record alone; the facts serve the rules of a request.
    return availableCommands(agreementWorkflow, { record, actor: actorOfContext(context), facts: { area: null }, now: context.clock.now() });
  }

  @Access.scopes('bureau.approve', 'account.issue')
  @FieldResolver(() => Boolean, { description: '期限已过' })
  overdue(@Root() agreement: Agreement, @Ctx() context: ServiceContext): boolean {
    return agreement.dueAt !== null && agreement.dueAt < context.clock.now();
  }
}

async function agreementInScope(scope: CommandScope, id: string): Promise<Agreement> {
  const agreement = await scope.manager.findOneBy(Agreement, { id });
  if (!agreement || !isInArea(scope.actor, agreement.areaPath)) throw recordNotFound('agreement');
  return agreement;
}

function isPrivate(text: string): boolean {
  try {
    return 'd' in (JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as object);
  } catch {
    return false;
  }
}
