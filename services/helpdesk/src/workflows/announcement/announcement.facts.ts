import { findOrganization, type Actor } from '@xueji/platform';
import type { EntityManager } from 'typeorm';
import type { Announcement } from '../../announcement/announcement.entity';

export interface AnnouncementFacts {
  /** the announcing organisation; null when it is not known */
  organization: { path: string; divisionCode: string } | null;
}

export const announcementFacts = async (manager: EntityManager, { record, actor }: { record: Announcement | null; actor: Actor }): Promise<AnnouncementFacts> => ({
  organization: await findOrganization(manager, record?.organizationId ?? actor.organizationId),
});
