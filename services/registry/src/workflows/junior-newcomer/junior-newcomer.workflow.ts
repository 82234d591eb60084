import type { Actor } from '@xueji/platform';
import { defineWorkflow, type Deadline } from '@xueji/workflow';
import type { JuniorNewcomerFacts } from './junior-newcomer.facts';
import type { ClearInput, JuniorNewcomerInput, PullInput } from './junior-newcomer.inputs';
import { classTakesNewcomers, graduateIsInPool, isFirstPullOfSchool, matchesPoolEntry, registrationWindow, schoolIsJunior, type PullSituation } from './junior-newcomer.rules';
import type { NewcomerPull } from './newcomer-pull.entity';

export type PullState = 'PULLED' | 'SUBMITTED' | 'ESTABLISHED' | 'REJECTED' | 'CLEARED';

const CLEARED = 'cn.xueji.registry.student.pullCleared.v1';

/** Newcomers are registered, reviewed included, by the end of the window. */
const windowEnd = ({ facts: { window } }: PullSituation): Deadline | null => (window.closesAt ? { dueAt: window.closesAt, rule: window.rule, flagged: false } : null);

/** ST-REG-2: a junior school takes a primary graduate from the pool. */
export const juniorNewcomer = defineWorkflow<PullState, NewcomerPull, JuniorNewcomerInput, JuniorNewcomerFacts, Actor>({
  name: 'junior-newcomer',
  title: { zh: '初中新生', en: 'Junior newcomer' },
  states: {
    PULLED: { zh: '已抽取', en: 'pulled', deadline: windowEnd },
    SUBMITTED: { zh: '待主管单位审核', en: 'submitted', deadline: windowEnd },
    ESTABLISHED: { zh: '已建籍', en: 'established', final: true },
    REJECTED: { zh: '未通过', en: 'rejected', final: true },
    CLEARED: { zh: '已清除（他校先行核准）', en: 'cleared, another school was approved first', final: true },
  },
  relations: {
    pullingSchool: ({ record, actor }: PullSituation) => record === null || record.schoolId === actor.organizationId,
    competentAuthority: ({ facts, actor }: PullSituation) => facts.school?.competentAuthorityId === actor.organizationId,
    nobody: ({ actor }: PullSituation) => actor.accountId === 'system',
  },
  submitter: (pull) => pull.submittedBy,
  rows: [
    {
      from: null, command: 'pull', to: 'PULLED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'pullingSchool' }],
      cites: ['REG-ENROL-05', 'REG-GRAD-08'], rules: [schoolIsJunior, registrationWindow, classTakesNewcomers, matchesPoolEntry, isFirstPullOfSchool],
      apply: ({ input, facts }) => ({ studentId: facts.graduateId!, schoolId: facts.school!.id, holderPath: facts.school!.path, classId: (input as PullInput).classId, stage: 'JUNIOR' }),
    },
    {
      from: 'PULLED', command: 'submit', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'pullingSchool' }],
      cites: ['REG-ENROL-05'], rules: [registrationWindow, graduateIsInPool], apply: ({ actor }) => ({ submittedBy: actor.accountId }),
    },
    {
      from: 'SUBMITTED', command: 'approve', to: 'ESTABLISHED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }], independent: true,
      cites: ['REG-ENROL-05', 'REG-ENROL-07', 'REG-NUM-04'], rules: [graduateIsInPool],
    },
    {
      from: 'SUBMITTED', command: 'refuse', to: 'REJECTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }], independent: true, needsReason: true,
      cites: ['GEN-FLOW-03', 'REG-GRAD-08'],
    },
    {
      from: ['PULLED', 'SUBMITTED'], command: 'clear', to: 'CLEARED', by: [{ duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['REG-ENROL-07'], emits: [CLEARED],
      events: ({ input }, after) => [{ type: CLEARED, key: after.studentId, data: { studentId: after.studentId, pullId: after.id, schoolId: after.schoolId, wonBySchoolId: (input as ClearInput).wonBySchoolId } }],
    },
  ],
});
