import { Access, actorOfContext, connectionOf, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { Args, ArgsType, Ctx, Field, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { TransferCase } from '../transfer/transfer.entity';
import { loadTransferCase } from '../transfer/transfer.loaders';
import { TransferReminder } from './reminder.entity';
import { ReminderKind } from './reminder.instants';

@ArgsType()
class TransferRemindersArgs extends PageArgs {
  @Field(() => ReminderKind, { nullable: true }) kind?: ReminderKind | null;
  @Field(() => Boolean, { defaultValue: true, description: '只列仍在等待该环节的' }) outstanding: boolean;
}

export const TransferReminderConnection = connectionOf('TransferReminder', () => TransferReminder);

@Resolver(() => TransferReminder)
export class ReminderResolver {
  @Access.scopes('pupil.read')
  @Query(() => TransferReminderConnection, { description: '发给本单位的提醒 [TRF-SLA-03]' })
  transferReminders(@Args(() => TransferRemindersArgs) args: TransferRemindersArgs, @Ctx() context: ServiceContext): Promise<Connection<TransferReminder>> {
    const query = context.manager.createQueryBuilder(TransferReminder, 'r').where('r.addressedId = :organizationId', { organizationId: actorOfContext(context).organizationId });
    if (args.kind) query.andWhere('r.kind = :kind', { kind: args.kind });
    if (args.outstanding) query.andWhere('exists (select 1 from transfer_case c where c.id = r.case_id and c.version = r.version)');
    return keysetPage(query, 'firedAt', args);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => TransferCase, { nullable: true })
  transferCase(@Root() { caseId }: TransferReminder, @Ctx() context: ServiceContext): Promise<TransferCase | null> {
    return loadTransferCase(context, caseId);
  }
}
