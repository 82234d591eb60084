import type { ProblemReport, TicketChannel } from '../../ticket/ticket.terms';

/** What the commands on a ticket may carry; each row's rules say what it needs. */
export interface TicketInput {
  subject?: string;
  text?: string | null;
  channel?: TicketChannel;
  problem?: ProblemReport | null;
  /** organisations whose desk has somebody online, as seen just before the command */
  staffed?: readonly string[];
  note?: string;
  /** the note again, where the history keeps it */
  reason?: string;
}
