import { randomUUID } from 'node:crypto';
import { ticketMessageWritten, ticketQueued } from '@xueji/contracts';
import type { RecordCommands } from '@xueji/platform';
import { TicketMessage } from '../../ticket/ticket-message.entity';
import { Ticket } from '../../ticket/ticket.entity';
import { TicketMessageKind } from '../../ticket/ticket.terms';
import { isTicketVisible } from '../../ticket/ticket.visibility';
import { ticketFacts, type TicketFacts } from './ticket.facts';
import type { TicketInput } from './ticket.inputs';
import { ticketWorkflow } from './ticket.workflow';

export { ticketWorkflow };

/** What is said with a command is kept as a message of this kind. */
const spoken: Record<string, { kind: TicketMessageKind; text: (input: TicketInput) => string | null | undefined }> = {
  openConsultation: { kind: TicketMessageKind.QUESTION, text: (input) => input.text },
  writeMessage: { kind: TicketMessageKind.MESSAGE, text: (input) => input.text },
  answerTicket: { kind: TicketMessageKind.ANSWER, text: (input) => input.text },
  escalateTicket: { kind: TicketMessageKind.ESCALATION_NOTE, text: (input) => input.note },
  disagreeWithAnswer: { kind: TicketMessageKind.OBJECTION, text: (input) => input.text },
};

/** After these a ticket begins to wait, at a desk that did not have it before. */
const waits = new Set(['openConsultation', 'routeUp', 'escalateTicket']);

/** Tickets and the commands on them. */
export const tickets: RecordCommands<Ticket, TicketInput, TicketFacts> = {
  recordType: 'ticket',
  workflow: ticketWorkflow,
  entity: Ticket,
  facts: ticketFacts,
  isVisible: isTicketVisible,
  effects: async (scope, { after, command, input }) => {
    if (waits.has(command)) {
      scope.emit('ticket', after, { type: ticketQueued.type, key: after.id, data: { ticketId: after.id, organizationId: after.deskOrganizationId } });
    }
    const text = spoken[command]?.text(input);
    if (!text?.trim()) return;
    const { accountId, realName, organizationName } = scope.actor;
    const messageId = randomUUID();
    await scope.manager.insert(TicketMessage, { id: messageId, ticketId: after.id, version: after.version, kind: spoken[command]!.kind, text, accountId, realName, organizationName, at: scope.now });
    scope.emit('ticket', after, { type: ticketMessageWritten.type, key: after.id, data: { ticketId: after.id, messageId } });
  },
};
