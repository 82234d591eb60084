import type { Actor } from '@xueji/platform';
import { addWorkingDays, cstDate } from '@xueji/standards';
import { defineWorkflow, type Situation } from '@xueji/workflow';
import type { Handover } from '../../handover/handover.entity';
import type { HandoverFacts } from './primary-handover.facts';
import type { HandoverInput } from './primary-handover.inputs';

export type HandoverState = 'REQUESTED' | 'RELEASED' | 'COMPLETED' | 'DECLINED';
type S = Situation<Handover, HandoverInput, HandoverFacts, Actor>;

const REQUESTED = 'cn.xueji.registry.handover.requested.v1';

/** The school's side of ST-PRE-6: it asks, the kindergarten answers. One deadline runs from the request to the end [PRE-CHG-04]. */
export const primaryHandover = defineWorkflow<HandoverState, Handover, HandoverInput, HandoverFacts, Actor>({
  name: 'primary-handover',
  title: { zh: '幼升小交接', en: 'Hand-over from kindergarten' },
  states: {
    REQUESTED: { zh: '等待幼儿园移交', en: 'waiting for the kindergarten', deadline: (s: S) => ({ ...addWorkingDays(s.now, s.facts.workingDays), rule: 'PRE-CHG-04' }) },
    RELEASED: { zh: '幼儿园已移交', en: 'released', deadline: ({ record }: S) => record && record.dueAt && { dueAt: record.dueAt, rule: 'PRE-CHG-04', flagged: record.dueFlagged } },
    COMPLETED: { zh: '交接完成', en: 'complete', final: true },
    DECLINED: { zh: '不能交接', en: 'declined', final: true },
  },
  relations: {
    receivingSchool: (s: S) => s.input.schoolId === s.actor.organizationId,
    nobody: (s: S) => s.actor.accountId === 'system',
  },
  rows: [
    {
      from: null, command: 'request', to: 'REQUESTED',
      // The system asks for a child that a school has taken in already.
      by: [{ duty: 'REGISTRY_LEADER', relation: 'receivingSchool' }, { duty: 'REGISTRY_ADMIN', relation: 'receivingSchool' }, { duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['PRE-CHG-03', 'PRE-CHG-04'], emits: [REQUESTED],
      apply: ({ input, now }) => {
        const { reason: _, ...who } = input;
        return { ...who, requestedOn: cstDate(now) };
      },
      events: (_, after) => [{ type: REQUESTED, key: after.childId, data: { handoverId: after.id, childId: after.childId, receivingSchoolId: after.schoolId, requestedOn: after.requestedOn } }],
    },
    { from: 'REQUESTED', command: 'release', to: 'RELEASED', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['PRE-CHG-03'] },
    { from: ['REQUESTED', 'RELEASED'], command: 'decline', to: 'DECLINED', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['PRE-CHG-03', 'PRE-CHG-07'] },
    { from: ['REQUESTED', 'RELEASED'], command: 'complete', to: 'COMPLETED', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['PRE-CHG-03'] },
  ],
});
