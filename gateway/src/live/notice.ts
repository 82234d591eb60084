import { announcementPublished, checkEvent, ticketMessageWritten, ticketQueued, transferStepTaken, type CloudEvent } from '@xueji/contracts';
import { isInArea, type Actor } from '@xueji/platform';

export type Topic = 'taskAssigned' | 'transferUpdated' | 'ticketMessage' | 'announcementPublished';

/** That something happened to a record: its type, its key and whom it may concern. Nothing of a person. */
export interface Notice {
  topic: Topic;
  /** of the record: a TransferCase, a Ticket or an Announcement */
  type: 'TransferCase' | 'Ticket' | 'Announcement';
  key: string;
  /** area paths of the organisations concerned */
  paths?: string[] | undefined;
  /** who is to act; an organisation without a duty: all below it */
  at?: { organizationId: string; duty?: string } | undefined;
  message?: string | undefined;
}

/** A notice in its place: cursors rise in the order of telling, the same for all replicas. */
export interface Told extends Notice {
  cursor: string;
}

export const WATCHED = [announcementPublished, ticketMessageWritten, ticketQueued, transferStepTaken];

/** What an event of the bus is to those who watch. Throws when it is no event of ours. */
export function noticesOf(value: string): { id: string; notices: Notice[] } {
  const event = checkEvent(JSON.parse(value));
  return { id: event.id, notices: noticesIn(event) };
}

function noticesIn({ type, data }: CloudEvent): Notice[] {
  switch (type) {
    case transferStepTaken.type: {
      const { transferId, paths, awaits } = transferStepTaken.data.parse(data);
      const record = { type: 'TransferCase' as const, key: transferId };
      return [{ topic: 'transferUpdated', ...record, paths }, ...(awaits ? [{ topic: 'taskAssigned' as const, ...record, at: awaits }] : [])];
    }
    case ticketQueued.type: {
      const { ticketId, organizationId } = ticketQueued.data.parse(data);
      return [{ topic: 'taskAssigned', type: 'Ticket', key: ticketId, at: { organizationId, duty: 'SUPPORT' } }];
    }
    case ticketMessageWritten.type: {
      const { ticketId, messageId } = ticketMessageWritten.data.parse(data);
      return [{ topic: 'ticketMessage', type: 'Ticket', key: ticketId, message: messageId }];
    }
    case announcementPublished.type: {
      const { announcementId, organizationId } = announcementPublished.data.parse(data);
      return [{ topic: 'announcementPublished', type: 'Announcement', key: announcementId, at: { organizationId } }];
    }
    default: return [];
  }
}

/** Could it concern this person? Keeps the services from being asked for nothing; whether the record may be seen is theirs to say. */
export function mayConcern({ paths, at }: Notice, actor: Actor): boolean {
  if (at) return at.duty ? at.organizationId === actor.organizationId && at.duty === actor.duty : actor.path.includes(`/${at.organizationId}/`);
  return !paths || actor.duty === 'GUARDIAN' || paths.some((path) => isInArea(actor, path));
}
