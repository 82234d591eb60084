import { actorOfContext, isInArea, type Actor, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import type { SelectQueryBuilder } from 'typeorm';
import { TicketMessage } from './ticket-message.entity';
import { Ticket } from './ticket.entity';

const isSupport = (actor: Actor) => actor.scopes.includes('ticket.answer');

/** A user sees the own tickets; support sees those at its desk, and those that wait anywhere below it (HLP-DESK-04). */
export function isTicketVisible(ticket: Ticket, actor: Actor): boolean {
  if (ticket.submittedBy === actor.accountId || actor.accountId === 'system') return true;
  return isSupport(actor) && (ticket.deskOrganizationId === actor.organizationId || (ticket.waitingSince !== null && isInArea(actor, ticket.deskPath)));
}

/** The same as a query. */
export function visibleTickets(context: ServiceContext): SelectQueryBuilder<Ticket> {
  const actor = actorOfContext(context);
  return context.manager.createQueryBuilder(Ticket, 'ticket').where(
    `(ticket.submittedBy = :me or (:support and (ticket.deskOrganizationId = :desk or (ticket.waitingSince is not null and ticket.deskPath like :area))))`,
    { me: actor.accountId, support: isSupport(actor), desk: actor.organizationId, area: `${actor.path}%` },
  );
}

export const loadTickets: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const found = new Map((await visibleTickets(context).andWhere('ticket.id = any(:ids)', { ids: [...ids] }).getMany()).map((ticket) => [ticket.id, ticket]));
  return ids.map((id) => found.get(id) ?? null);
};

/** Whoever sees the ticket sees what is said on it. */
export const loadTicketMessages: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const seen = visibleTickets(context).select('ticket.id');
  const messages = await context.manager.createQueryBuilder(TicketMessage, 'message')
    .where(`message.id = any(:ids) and message.ticketId in (${seen.getQuery()})`, { ...seen.getParameters(), ids: [...ids] }).getMany();
  const byId = new Map(messages.map((message) => [message.id, message]));
  return ids.map((id) => byId.get(id) ?? null);
};
