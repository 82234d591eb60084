import { findOrganization, organizationsById, type Actor } from '@xueji/platform';
import { profileFor } from '@xueji/standards';
import type { EntityManager } from 'typeorm';
import { upwards } from '../../desk/desk.presence';
import type { Ticket } from '../../ticket/ticket.entity';

export interface Desk {
  organizationId: string;
  level: string;
  path: string;
}

export interface TicketFacts {
  /** the desk that has the ticket (of a new one: the user's own), then each one above it; empty when the organisation is not known */
  desks: readonly Desk[];
  /** calendar days without a reply after which an answered ticket closes, by the policy of the desk's province */
  closeAfterDays: number;
}

export async function ticketFacts(manager: EntityManager, { record, actor, now }: { record: Ticket | null; actor: Actor; now: Date }): Promise<TicketFacts> {
  const nearest = await findOrganization(manager, record?.deskOrganizationId ?? actor.organizationId);
  const way = nearest ? upwards(nearest.path) : [];
  const organizations = await organizationsById(manager, way);
  const desks = way.flatMap((id) => organizations.get(id) ?? []).map(({ id, level, path }) => ({ organizationId: id, level, path }));
  return { desks, closeAfterDays: profileFor(nearest?.province ?? null, now).desk.closeAnsweredAfterDays };
}
