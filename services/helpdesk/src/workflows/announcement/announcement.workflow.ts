import type { Actor } from '@xueji/platform';
import { defineWorkflow } from '@xueji/workflow';
import type { Announcement } from '../../announcement/announcement.entity';
import type { AnnouncementFacts } from './announcement.facts';
import type { AnnouncementInput } from './announcement.inputs';
import { expiryIsAhead, filterIsInOwnArea, filterValuesAreKnown, hasExpired, textIsGiven, type AnnouncementSituation } from './announcement.rules';

export type AnnouncementState = 'DRAFT' | 'PENDING_AUDIT' | 'PUBLISHED' | 'ARCHIVED';

const PUBLISHED = 'cn.xueji.helpdesk.announcement.published.v1';

const author = [{ duty: 'REGISTRY_ADMIN', relation: 'author' }, { duty: 'IME_SUPER_ADMIN', relation: 'author' }];
const auditor = [{ duty: 'IME_SUPER_ADMIN', relation: 'ownOrSuperior' }];

const written = ({ input }: AnnouncementSituation) => ({ title: input.title!, body: input.body!, filter: { ...input.filter! }, validUntil: input.validUntil ?? null });

/** ST-HLP-2. Nobody receives an announcement before a super admin other than its author has approved it. */
export const announcementWorkflow = defineWorkflow<AnnouncementState, Announcement, AnnouncementInput, AnnouncementFacts, Actor>({
  name: 'announcement',
  title: { zh: '公告', en: 'Announcement' },
  states: {
    DRAFT: { zh: '草稿', en: 'draft' },
    PENDING_AUDIT: { zh: '待审核', en: 'pending audit' },
    PUBLISHED: {
      zh: '已发布', en: 'published',
      deadline: ({ record }) => (record?.validUntil ? { dueAt: record.validUntil, rule: 'HLP-ANN-01', flagged: false } : null),
    },
    ARCHIVED: { zh: '已归档', en: 'archived', final: true },
  },
  relations: {
    office: ({ record, actor }) => record === null && actor.scopes.includes('announcement.draft'),
    author: ({ record, actor }) => record !== null && record.authorId === actor.accountId,
    ownOrSuperior: ({ record, actor }) => record !== null && record.holderPath.startsWith(actor.path),
    clock: ({ actor }) => actor.accountId === 'system',
  },
  submitter: (announcement) => announcement.submittedBy,
  rows: [
    {
      from: null, command: 'draftAnnouncement', to: 'DRAFT', by: [{ duty: 'REGISTRY_ADMIN', relation: 'office' }, { duty: 'IME_SUPER_ADMIN', relation: 'office' }],
      cites: ['HLP-ANN-01', 'HLP-ANN-02', 'HLP-ANN-04'], rules: [textIsGiven, filterIsInOwnArea, filterValuesAreKnown, expiryIsAhead],
      apply: (s) => ({
        ...written(s), organizationId: s.actor.organizationId, holderPath: s.facts.organization?.path ?? s.actor.path, authorId: s.actor.accountId, authorName: s.actor.realName,
        publishedAt: null, archivedAt: null, recipientCount: null,
      }),
    },
    {
      from: 'DRAFT', command: 'reviseAnnouncement', to: 'DRAFT', by: author, cites: ['HLP-ANN-02', 'HLP-ANN-04'],
      rules: [textIsGiven, filterIsInOwnArea, filterValuesAreKnown, expiryIsAhead], apply: written,
    },
    { from: 'DRAFT', command: 'submitAnnouncement', to: 'PENDING_AUDIT', by: author, cites: ['HLP-ANN-03'], apply: ({ actor }) => ({ submittedBy: actor.accountId }) },
    {
      // The event tells how many receive it and is therefore emitted with the writing of the recipients.
      from: 'PENDING_AUDIT', command: 'approveAnnouncement', to: 'PUBLISHED', by: auditor, independent: true, cites: ['HLP-ANN-02', 'HLP-ANN-03', 'GEN-FLOW-05'],
      rules: [expiryIsAhead], emits: [PUBLISHED], apply: ({ now }) => ({ publishedAt: now }),
    },
    { from: 'PENDING_AUDIT', command: 'refuseAnnouncement', to: 'DRAFT', by: auditor, independent: true, needsReason: true, cites: ['HLP-ANN-03', 'GEN-FLOW-03'], apply: () => ({ submittedBy: null }) },
    { from: 'PUBLISHED', command: 'archiveAnnouncement', to: 'ARCHIVED', by: auditor, cites: ['HLP-ANN-03'], apply: ({ now }) => ({ archivedAt: now }) },
    { from: 'PUBLISHED', command: 'expireAnnouncement', to: 'ARCHIVED', by: [{ duty: 'SYSTEM', relation: 'clock' }], cites: ['HLP-ANN-01'], rules: [hasExpired], apply: ({ now }) => ({ archivedAt: now }) },
  ],
});
