import { Access, actorOfContext, HistoryStep, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { availableCommands } from '@xueji/workflow';
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { TicketFacts } from '../workflows/ticket/ticket.facts';
import { ticketWorkflow } from '../workflows/ticket/ticket.workflow';
import { TicketMessage, TicketMessageConnection } from './ticket-message.entity';
import { Ticket, TicketConnection } from './ticket.entity';
import { visibleTickets } from './ticket.visibility';

@Resolver(() => Ticket)
export class TicketResolver {
  @Access.scopes('ticket.open')
  @Query(() => Ticket, { nullable: true })
  ticket(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<Ticket | null> {
    return visibleTickets(context).andWhere('ticket.id = :id', { id }).getOne();
  }

  @Access.scopes('ticket.open')
  @Query(() => TicketConnection, { description: '本人提出的问题单；支持人员另见本单位受理的和下级等待受理的，由早到晚' })
  tickets(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs, @Arg('state', () => String, { nullable: true }) state: string | null): Promise<Connection<Ticket>> {
    const query = visibleTickets(context);
    if (state) query.andWhere('ticket.state = :state', { state });
    return keysetPage(query, 'createdAt', page);
  }

  @Access.scopes('ticket.answer')
  @Query(() => TicketConnection, { description: '本单位等待受理的问题单，先提出的在前 [HLP-DESK-03]' })
  ticketQueue(@Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<Ticket>> {
    const { organizationId } = actorOfContext(context);
    return keysetPage(visibleTickets(context).andWhere('ticket.deskOrganizationId = :organizationId and ticket.waitingSince is not null', { organizationId }), 'createdAt', page);
  }

  @FieldResolver(() => TicketMessageConnection, { description: '问题单上的消息，由早到晚' })
  messages(@Root() ticket: Ticket, @Ctx() context: ServiceContext, @Args(() => PageArgs) page: PageArgs): Promise<Connection<TicketMessage>> {
    return keysetPage(context.manager.createQueryBuilder(TicketMessage, 'message').where('message.ticketId = :ticketId', { ticketId: ticket.id }), 'version', page);
  }

  @FieldResolver(() => [HistoryStep], { description: '办理记录，由早到晚 [HLP-DESK-06]' })
  history(@Root() ticket: Ticket, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, 'ticket', ticket.id);
  }

  @FieldResolver(() => [String], { description: '当前用户可执行的操作' })
  availableCommands(@Root() record: Ticket, @Ctx() context: ServiceContext): string[] {
    // Who may take a row is seen from the record alone; the facts serve the rules, which are checked when the command is sent.
    return availableCommands(ticketWorkflow, { record, actor: actorOfContext(context), facts: {} as TicketFacts, now: context.clock.now() });
  }

  @FieldResolver(() => Boolean, { description: '已过期限' })
  overdue(@Root() ticket: Ticket, @Ctx() context: ServiceContext): boolean {
    return ticket.dueAt !== null && ticket.dueAt < context.clock.now();
  }
}
