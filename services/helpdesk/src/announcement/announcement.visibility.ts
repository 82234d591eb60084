import { actorOfContext, isInArea, type Actor, type ReferenceLoader, type ServiceContext } from '@xueji/platform';
import type { SelectQueryBuilder } from 'typeorm';
import { Announcement, AnnouncementRecipient } from './announcement.entity';

const worksOnAnnouncements = (actor: Actor) => actor.scopes.includes('announcement.draft') || actor.scopes.includes('announcement.audit');

/** Whoever drafts or audits sees the announcements of the own area, whatever their state. */
export const isAnnouncementVisible = (announcement: Announcement, actor: Actor): boolean =>
  actor.accountId === 'system' || (worksOnAnnouncements(actor) && isInArea(actor, announcement.holderPath));

/** Announcements that the viewer works on. */
export const announcementsInArea = (context: ServiceContext): SelectQueryBuilder<Announcement> =>
  context.manager.createQueryBuilder(Announcement, 'announcement').where('announcement.holderPath like :area', { area: `${actorOfContext(context).path}%` });

/** Published announcements that the viewer is a recipient of; there are no recipients before the audit (HLP-ANN-03). */
export const announcementsReceived = (context: ServiceContext): SelectQueryBuilder<Announcement> =>
  context.manager.createQueryBuilder(Announcement, 'announcement')
    .innerJoin(AnnouncementRecipient, 'recipient', 'recipient.announcementId = announcement.id and recipient.accountId = :me', { me: actorOfContext(context).accountId })
    .where('announcement.archivedAt is null');

export const loadAnnouncements: ReferenceLoader<ServiceContext> = async (ids, context) => {
  const actor = actorOfContext(context);
  const found = await context.manager.createQueryBuilder(Announcement, 'announcement')
    .leftJoin(AnnouncementRecipient, 'recipient', 'recipient.announcementId = announcement.id and recipient.accountId = :me', { me: actor.accountId })
    .where('announcement.id = any(:ids) and ((recipient.accountId is not null and announcement.archivedAt is null) or (:works and announcement.holderPath like :area))', {
      ids: [...ids], works: worksOnAnnouncements(actor), area: `${actor.path}%`,
    })
    .getMany();
  const byId = new Map(found.map((announcement) => [announcement.id, announcement]));
  return ids.map((id) => byId.get(id) ?? null);
};
