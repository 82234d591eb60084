import type { Actor } from '@xueji/platform';
import { defineWorkflow, type DraftEvent } from '@xueji/workflow';
import type { ProblemRecord } from './problem-record.entity';
import type { ProblemFacts } from './problem-record.facts';
import type { OpenProblemInput, ProblemInput, ResolveProblemInput } from './problem-record.inputs';
import { levelIsAbove, proofIsSound, resolutionNeedsNoChange, type ProblemSituation } from './problem-record.rules';

export type ProblemState = 'OPEN' | 'SUBMITTED' | 'ESCALATED' | 'RESOLVED';

const OPENED = 'cn.xueji.registry.problemRecord.opened.v1';
const RESOLVED = 'cn.xueji.registry.problemRecord.resolved.v1';

const tell = (type: string, { studentId, kind }: ProblemRecord, at: object): DraftEvent => ({ type, key: studentId, data: { studentId, kind, ...at } });
const decider = [{ duty: 'REGISTRY_ADMIN', relation: 'decidingBureau' }];

/** ST-REG-6: a doubt about a pupil who has an ID card. The school applies, its bureau decides or passes the case upward; an authority that no longer doubts ends it. */
export const problemRecord = defineWorkflow<ProblemState, ProblemRecord, ProblemInput, ProblemFacts, Actor>({
  name: 'problem-record',
  title: { zh: '问题学籍', en: 'Problem record' },
  states: {
    OPEN: { zh: '待学校处理', en: 'waiting for the school' },
    SUBMITTED: { zh: '待主管单位审核', en: 'submitted to the competent bureau' },
    ESCALATED: { zh: '已报送上级核查', en: 'passed upward for verification' },
    RESOLVED: { zh: '已处理', en: 'resolved', final: true },
  },
  relations: {
    ministry: ({ actor }: ProblemSituation) => actor.level === 'MINISTRY',
    nobody: ({ actor }: ProblemSituation) => actor.accountId === 'system',
    holdingSchool: ({ record, actor }: ProblemSituation) => record?.schoolId === actor.organizationId,
    decidingBureau: ({ record, actor }: ProblemSituation) => record?.handlerId === actor.organizationId,
  },
  submitter: (problem) => problem.submittedBy,
  rows: [
    {
      from: null, command: 'open', to: 'OPEN', by: [{ duty: 'SYSTEM', relation: 'nobody' }, { duty: 'REGISTRY_ADMIN', relation: 'ministry' }],
      cites: ['REG-PROB-01', 'REG-PROB-02', 'REG-PROB-09'], emits: [OPENED],
      apply: ({ input, facts }) => {
        const { id: studentId, schoolId, holderPath } = facts.student!;
        return { studentId, schoolId, holderPath, kind: (input as OpenProblemInput).kind, resolution: null, proof: [], handlerId: null };
      },
      events: ({ now }, after) => [tell(OPENED, after, { openedAt: now.toISOString() })],
    },
    {
      from: 'OPEN', command: 'submit', to: 'SUBMITTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'holdingSchool' }], cites: ['REG-PROB-02', 'REG-PROB-03'], rules: [proofIsSound, resolutionNeedsNoChange],
      apply: ({ input, facts, actor }) => {
        const { resolution, proof } = input as ResolveProblemInput;
        return { resolution, proof, handlerId: facts.competentAuthorityId, submittedBy: actor.accountId };
      },
    },
    {
      from: ['SUBMITTED', 'ESCALATED'], command: 'approve', to: 'RESOLVED', by: decider, independent: true, cites: ['REG-PROB-03', 'REG-PROB-07'], emits: [RESOLVED],
      events: ({ now }, after) => [tell(RESOLVED, after, { resolvedAt: now.toISOString() })],
    },
    {
      from: ['OPEN', 'SUBMITTED', 'ESCALATED'], command: 'confirm', to: 'RESOLVED', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['REG-PROB-09', 'AGY-IF-06'], emits: [RESOLVED],
      apply: () => ({ resolution: null, handlerId: null }),
      events: ({ now }, after) => [tell(RESOLVED, after, { resolvedAt: now.toISOString() })],
    },
    {
      from: ['SUBMITTED', 'ESCALATED'], command: 'escalate', to: 'ESCALATED', by: decider, independent: true, needsReason: true, cites: ['REG-PROB-03'], rules: [levelIsAbove],
      apply: ({ facts }) => ({ handlerId: facts.superiorId }),
    },
    {
      from: 'SUBMITTED', command: 'refuse', to: 'OPEN', by: decider, independent: true, needsReason: true, cites: ['REG-PROB-07', 'GEN-FLOW-03'],
      apply: () => ({ resolution: null, proof: [], handlerId: null, submittedBy: null }),
    },
  ],
});
