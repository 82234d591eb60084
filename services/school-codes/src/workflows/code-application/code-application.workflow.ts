import type { Actor } from '@xueji/platform';
import { cstDate, profileFor, windowState } from '@xueji/standards';
import { defineWorkflow, type Deadline, type Rule } from '@xueji/workflow';
import type { SchoolCodeApplication } from '../../code-application/code-application.entity';
import { provinceOf } from '../../organizations/organization.terms';
import type { CodeApplicationInput } from './code-application.inputs';
import {
  hasNoOpenApplication, kindOf, nameFitsKind, newNameOf, newSchoolHasNoCode, planningHasConfirmed, renamedSchoolHasCode,
  type CodeApplicationFacts, type CodeApplicationSituation,
} from './code-application.rules';

type State = 'SUBMITTED' | 'CITY_APPROVED' | 'PROVINCE_APPROVED' | 'EFFECTIVE' | 'REJECTED';

/** The end of the province's code exercise, where it has one (CODE-APPLY-05). */
function exerciseEnds({ facts, now }: CodeApplicationSituation): Deadline | null {
  const { closesAt, rule } = windowState(profileFor(provinceOf(facts.school), now), 'SCHOOL_CODE_EXERCISE', now);
  return closesAt && { dueAt: closesAt, rule, flagged: false };
}

const approvedBy: Partial<Record<string, State>> = { CITY: 'CITY_APPROVED', PROVINCE: 'PROVINCE_APPROVED', MINISTRY: 'EFFECTIVE' };

const application: readonly Rule<SchoolCodeApplication, CodeApplicationInput, CodeApplicationFacts, Actor>[] =
  [planningHasConfirmed, hasNoOpenApplication, newSchoolHasNoCode, renamedSchoolHasCode, nameFitsKind];

/** Hands the application to the bureau above the one that acted; the tree itself skips the city where there is none (CODE-ORG-02). */
const handUp = ({ facts: { bureau }, now }: CodeApplicationSituation): Partial<SchoolCodeApplication> =>
  ({ holderId: bureau.parentId, effectiveOn: bureau.parentId === null ? cstDate(now) : null });

const reviewer = [{ duty: 'REGISTRY_ADMIN', relation: 'reviewer' }];
const review = { by: reviewer, independent: true, cites: ['CODE-APPLY-02', 'GEN-FLOW-05'], apply: handUp };

/** ST-CODE-1. The reviews climb the organisation tree from the school's competent authority to the Ministry. */
export const codeApplication = defineWorkflow<State, SchoolCodeApplication, CodeApplicationInput, CodeApplicationFacts, Actor>({
  name: 'code-application',
  title: { zh: '学校代码申请', en: 'School code application' },
  states: {
    SUBMITTED: { zh: '已申请', en: 'submitted', deadline: exerciseEnds },
    CITY_APPROVED: { zh: '市级已审核', en: 'approved by the city', deadline: exerciseEnds },
    PROVINCE_APPROVED: { zh: '省级已审核', en: 'approved by the province', deadline: exerciseEnds },
    EFFECTIVE: { zh: '已生效', en: 'effective', final: true },
    REJECTED: { zh: '未通过，可修改后重新申请', en: 'refused, may be corrected and submitted again' },
  },
  relations: {
    competentAuthority: ({ facts, actor }) => facts.school.parentId === actor.organizationId,
    applicant: ({ record, actor }) => record!.applicantId === actor.organizationId,
    reviewer: ({ record, actor }) => record!.holderId === actor.organizationId,
  },
  submitter: (record) => record.submittedBy,
  rows: [
    {
      from: null, command: 'applyForSchoolCode', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }],
      cites: ['CODE-APPLY-01', 'CODE-APPLY-02'], rules: application,
      apply: (s) => ({
        ...handUp(s), kind: kindOf(s), newName: newNameOf(s), schoolId: s.facts.school.id, path: s.facts.school.path,
        applicantId: s.facts.bureau.id, submittedBy: s.actor.accountId,
      }),
    },
    { ...review, from: 'SUBMITTED', command: 'approve', to: { choose: (s) => approvedBy[s.facts.bureau.level]!, among: ['CITY_APPROVED', 'PROVINCE_APPROVED', 'EFFECTIVE'] } },
    { ...review, from: 'CITY_APPROVED', command: 'approve', to: 'PROVINCE_APPROVED' },
    { ...review, from: 'PROVINCE_APPROVED', command: 'approve', to: 'EFFECTIVE' },
    {
      from: ['SUBMITTED', 'CITY_APPROVED', 'PROVINCE_APPROVED'], command: 'refuse', to: 'REJECTED', by: reviewer, independent: true, needsReason: true,
      cites: ['GEN-FLOW-03', 'CODE-APPLY-02'], apply: () => ({ holderId: null }),
    },
    {
      from: 'REJECTED', command: 'resubmit', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'applicant' }], cites: ['CODE-APPLY-02'], rules: application,
      apply: (s) => ({ ...handUp(s), newName: newNameOf(s), submittedBy: s.actor.accountId }),
    },
  ],
});
