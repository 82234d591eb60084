import type { Actor } from '@xueji/platform';
import { defineWorkflow, type Deadline } from '@xueji/workflow';
import type { Newcomer } from '../../intake/newcomer.entity';
import type { NewcomerFacts } from './primary-newcomer.facts';
import type { NewcomerInput } from './primary-newcomer.inputs';
import {
  continuesArchive, handoverIsNotElsewhere, handoverIsReleased, hasClass, isNoDuplicate, kindergartenIsDone, newcomerWindow, revalidated, schoolHasCode, schoolTakesNewcomers,
  yearIsOpen, type NewcomerSituation,
} from './primary-newcomer.rules';

export type NewcomerState = 'DRAFT' | 'VALIDATED' | 'SCHOOL_REVIEW' | 'SUBMITTED' | 'ESTABLISHED' | 'PHOTO_DONE' | 'CARD_FILED';

/** Newcomers are registered, reviews included, by the end of the window they were submitted in [REG-ENROL-08]. */
function windowEnd({ record, facts: { window } }: NewcomerSituation): Deadline | null {
  if (record?.dueAt) return { dueAt: record.dueAt, rule: record.dueRule!, flagged: record.dueFlagged };
  return window.closesAt && { dueAt: window.closesAt, rule: window.rule, flagged: false };
}

/** ST-REG-1, the way of a primary newcomer from the workbook to the filed card. A refusal puts the row back to DRAFT, its reason is in the history. */
export const primaryNewcomer = defineWorkflow<NewcomerState, Newcomer, NewcomerInput, NewcomerFacts, Actor>({
  name: 'primary-newcomer',
  title: { zh: '小学新生', en: 'Primary newcomer' },
  states: {
    DRAFT: { zh: '草稿', en: 'draft' },
    VALIDATED: { zh: '校验通过', en: 'validated' },
    SCHOOL_REVIEW: { zh: '校内审核', en: 'school review', deadline: windowEnd },
    SUBMITTED: { zh: '已提交上级', en: 'submitted', deadline: windowEnd },
    ESTABLISHED: { zh: '已建籍', en: 'established' },
    PHOTO_DONE: { zh: '已采集照片', en: 'photo done' },
    CARD_FILED: { zh: '学籍卡已归档', en: 'card filed', final: true },
  },
  relations: {
    ownSchool: ({ facts, actor }: NewcomerSituation) => facts.school !== null && facts.school.id === actor.organizationId,
    competentAuthority: ({ facts, actor }: NewcomerSituation) => facts.school !== null && facts.school.competentAuthorityId === actor.organizationId,
    nobody: ({ actor }: NewcomerSituation) => actor.accountId === 'system',
  },
  submitter: (newcomer) => newcomer.submittedBy,
  rows: [
    {
      from: null, command: 'import', to: { choose: (s) => (s.input.accepted ? 'VALIDATED' : 'DRAFT'), among: ['DRAFT', 'VALIDATED'] },
      by: [{ duty: 'REGISTRY_ADMIN', relation: 'ownSchool' }], cites: ['REG-ENROL-04', 'REG-DATA-04'],
      rules: [schoolTakesNewcomers, schoolHasCode, newcomerWindow, yearIsOpen, hasClass],
    },
    {
      from: 'DRAFT', command: 'validate', to: { choose: (s) => (revalidated(s).accepted ? 'VALIDATED' : 'DRAFT'), among: ['DRAFT', 'VALIDATED'] },
      by: [{ duty: 'REGISTRY_ADMIN', relation: 'ownSchool' }], cites: ['REG-ENROL-04', 'REG-ENROL-12'], rules: [newcomerWindow], apply: revalidated,
    },
    {
      from: 'VALIDATED', command: 'submit', to: { choose: (s) => (s.facts.schoolReview ? 'SCHOOL_REVIEW' : 'SUBMITTED'), among: ['SCHOOL_REVIEW', 'SUBMITTED'] },
      by: [{ duty: 'REGISTRY_ADMIN', relation: 'ownSchool' }], cites: ['REG-ENROL-04'],
      rules: [newcomerWindow, schoolHasCode, isNoDuplicate, kindergartenIsDone, continuesArchive, handoverIsNotElsewhere],
      apply: (s) => ({ submittedBy: s.actor.accountId }),
    },
    {
      from: 'SCHOOL_REVIEW', command: 'pass', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_LEADER', relation: 'ownSchool' }], independent: true,
      cites: ['REG-ENROL-04', 'ACC-DUTY-03'], rules: [continuesArchive, handoverIsNotElsewhere],
    },
    {
      from: 'SCHOOL_REVIEW', command: 'return', to: 'DRAFT', by: [{ duty: 'REGISTRY_LEADER', relation: 'ownSchool' }], independent: true, needsReason: true,
      cites: ['REG-ENROL-04', 'GEN-FLOW-03'],
    },
    {
      from: 'SUBMITTED', command: 'approve', to: 'ESTABLISHED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }], independent: true,
      cites: ['REG-ENROL-04', 'REG-NUM-08', 'REG-DATA-02'], rules: [isNoDuplicate, kindergartenIsDone, continuesArchive, handoverIsReleased],
      apply: ({ record }) => ({ studentId: record!.childId ?? record!.id }),
    },
    {
      from: 'SUBMITTED', command: 'refuse', to: 'DRAFT', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }], independent: true, needsReason: true,
      cites: ['REG-ENROL-04', 'GEN-FLOW-03'],
    },
    {
      from: 'SUBMITTED', command: 'noteDecline', to: 'DRAFT', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['PRE-CHG-03'],
      apply: ({ record, input }) => ({ findings: [...record!.findings, input.finding!], accepted: false }),
    },
    {
      from: 'ESTABLISHED', command: 'collectPhoto', to: 'PHOTO_DONE', by: [{ duty: 'REGISTRY_ADMIN', relation: 'ownSchool' }], cites: ['REG-DATA-09', 'REG-DATA-10'],
      apply: ({ input }) => ({ photoFile: input.file! }),
    },
    {
      from: 'PHOTO_DONE', command: 'fileRegistryCard', to: 'CARD_FILED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'ownSchool' }], cites: ['REG-DATA-10'],
      apply: ({ input }) => ({ cardFile: input.file! }),
    },
  ],
});
