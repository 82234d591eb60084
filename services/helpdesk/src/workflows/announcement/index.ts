import { announcementPublished } from '@xueji/contracts';
import type { RecordCommands } from '@xueji/platform';
import { Announcement } from '../../announcement/announcement.entity';
import { isAnnouncementVisible } from '../../announcement/announcement.visibility';
import { freezeRecipients } from '../../announcement/audience';
import { announcementFacts, type AnnouncementFacts } from './announcement.facts';
import type { AnnouncementInput } from './announcement.inputs';
import { announcementWorkflow } from './announcement.workflow';

export { announcementWorkflow };

/** Announcements and the commands on them. */
export const announcements: RecordCommands<Announcement, AnnouncementInput, AnnouncementFacts> = {
  recordType: 'announcement',
  workflow: announcementWorkflow,
  entity: Announcement,
  facts: announcementFacts,
  isVisible: isAnnouncementVisible,
  effects: async (scope, { after, command }) => {
    if (command !== 'approveAnnouncement') return;
    const recipients = await freezeRecipients(scope.manager, after.id, after.holderPath, after.filter);
    await scope.manager.update(Announcement, { id: after.id }, { recipientCount: recipients });
    scope.emit('announcement', after, { type: announcementPublished.type, key: after.id, data: { announcementId: after.id, organizationId: after.organizationId, recipients } });
  },
};
