import type { AudienceFilter } from '../../announcement/announcement.terms';

/** What the commands on an announcement may carry; each row's rules say what it needs. */
export interface AnnouncementInput {
  title?: string;
  body?: string;
  filter?: AudienceFilter;
  validUntil?: Date | null;
  reason?: string;
}
