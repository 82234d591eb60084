import { organizationConsumers, type CommandScope, type Presence, type ServiceDefinition } from '@xueji/platform';
import { Helpdesk20260901040000 } from '../migrations/20260901040000-helpdesk';
import { ImeAccount } from './account/ime-account.entity';
import { Announcement, AnnouncementReading, AnnouncementRecipient } from './announcement/announcement.entity';
import { AnnouncementResolver } from './announcement/announcement.resolver';
import { loadAnnouncements } from './announcement/announcement.visibility';
import { accountConsumers } from './consumers/on-account-changed';
import { deskClock } from './desk/desk.clock';
import { desksOf } from './desk/desk.presence';
import { deskResolver } from './desk/desk.resolver';
import { TicketMessage } from './ticket/ticket-message.entity';
import { Ticket } from './ticket/ticket.entity';
import { TicketResolver } from './ticket/ticket.resolver';
import { loadTicketMessages, loadTickets } from './ticket/ticket.visibility';
import { AnnouncementCommandResolver } from './workflows/announcement/announcement.resolver';
import { ticketCommandResolver } from './workflows/ticket/ticket.resolver';

export interface HelpdeskSettings {
  /** who is online, for all replicas or for this process only */
  presence: Presence;
  /** milliseconds between two ticks of the clock; 30 seconds when not given */
  tickMs?: number;
}

/** Takes along the paths held here when an organisation moved in the tree. */
async function followMove({ manager }: CommandScope, from: string, to: string): Promise<void> {
  for (const [table, column] of [['ticket', 'holder_path'], ['ticket', 'desk_path'], ['announcement', 'holder_path']]) {
    await manager.query(`update ${table} set ${column} = $2 || substr(${column}, length($1) + 1) where ${column} like $1 || '%'`, [from, to]);
  }
}

/** The IME platform: support desks and announcements. */
export function helpdesk({ presence, tickMs }: HelpdeskSettings): ServiceDefinition {
  const desks = desksOf(presence);
  const clock = deskClock(desks, tickMs);
  return {
    name: 'helpdesk',
    schema: {
      entities: [Ticket, TicketMessage, Announcement, AnnouncementRecipient, AnnouncementReading, ImeAccount],
      migrations: [Helpdesk20260901040000],
      appendOnly: ['ticket_message', 'announcement_recipient', 'announcement_reading'],
    },
    resolvers: [TicketResolver, ticketCommandResolver(desks), deskResolver(desks, clock), AnnouncementResolver, AnnouncementCommandResolver],
    references: { Ticket: loadTickets, TicketMessage: loadTicketMessages, Announcement: loadAnnouncements },
    consumers: [...organizationConsumers(followMove), ...accountConsumers],
    start: clock.start,
  };
}
