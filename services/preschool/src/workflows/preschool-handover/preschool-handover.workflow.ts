import { handoverCompleted, handoverDeclined, handoverReleased } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { addWorkingDays, startOfCstDay } from '@xueji/standards';
import { defineWorkflow, type Deadline, type DraftEvent } from '@xueji/workflow';
import type { PreschoolHandover } from '../../handover/preschool-handover.entity';
import type { HandoverFacts } from './preschool-handover.facts';
import type { HandoverInput } from './preschool-handover.inputs';
import {
  childIsKnown, faultIsDescribed, hasFinished, hasNoOpenHandover, isEstablishedAtReceiver, isNotAtPrimary, type HandoverSituation,
} from './preschool-handover.rules';

export type HandoverState = 'HANDOVER_REQUESTED' | 'RELEASED' | 'ENROLLED_PRIMARY' | 'DECLINED';

const parties = ({ id, childId, institutionId, receivingSchoolId }: PreschoolHandover) => ({ handoverId: id, childId, institutionId, receivingSchoolId });

const released = (handover: PreschoolHandover): DraftEvent => ({ type: handoverReleased.type, key: handover.childId, data: parties(handover) });
const completed = (handover: PreschoolHandover): DraftEvent => ({ type: handoverCompleted.type, key: handover.childId, data: parties(handover) });

const declined = ({ id, childId, receivingSchoolId, declinedCode, declinedRule }: PreschoolHandover): DraftEvent => ({
  type: handoverDeclined.type, key: childId, data: { handoverId: id, childId, receivingSchoolId, code: declinedCode, rule: declinedRule },
});

const clerk = [{ duty: 'REGISTRY_ADMIN', relation: 'releasing' }];
const system = [{ duty: 'SYSTEM', relation: 'system' }];

/** One deadline for the whole hand-over, counted from the day it was asked for and kept through its states [PRE-CHG-04]. */
const withinThirtyWorkingDays = ({ record, input, facts }: HandoverSituation): Deadline => record
  ? { dueAt: record.dueAt!, rule: record.dueRule!, flagged: record.dueFlagged }
  : { ...addWorkingDays(startOfCstDay(input.request!.requestedOn), facts.workingDays), rule: 'PRE-CHG-04' };

const request = ({ input, facts }: HandoverSituation): Partial<PreschoolHandover> => ({
  ...input.request!, institutionId: facts.child?.institutionId ?? null, path: facts.child?.path ?? null,
});

/** ST-PRE-6, progression to primary school. The receiving school starts it and ends it; the kindergarten can assist, not refuse. */
export const preschoolHandover = defineWorkflow<HandoverState, PreschoolHandover, HandoverInput, HandoverFacts, Actor>({
  name: 'preschool-handover',
  title: { zh: '幼小交接', en: 'Hand-over to primary school' },
  states: {
    HANDOVER_REQUESTED: { zh: '待幼儿园配合', en: 'waiting for the kindergarten', deadline: withinThirtyWorkingDays },
    RELEASED: { zh: '已移交，待小学建籍', en: 'released', deadline: withinThirtyWorkingDays },
    ENROLLED_PRIMARY: { zh: '已升入小学', en: 'enrolled in primary school', final: true },
    DECLINED: { zh: '不能办理', en: 'declined', final: true },
  },
  relations: {
    releasing: ({ record, actor }: HandoverSituation) => record !== null && record.institutionId === actor.organizationId,
    system: ({ actor }: HandoverSituation) => actor.accountId === 'system',
  },
  rows: [
    {
      from: null, command: 'request', to: 'HANDOVER_REQUESTED', by: system, cites: ['PRE-CHG-03', 'PRE-CHG-04'],
      rules: [childIsKnown, isNotAtPrimary, hasFinished, hasNoOpenHandover], apply: request,
    },
    {
      from: null, command: 'decline', to: 'DECLINED', by: system, cites: ['PRE-CHG-07'], emits: [handoverDeclined.type],
      apply: (s) => ({ ...request(s), declinedCode: s.input.refusal!.code, declinedRule: s.input.refusal!.rule }),
      events: (_, after) => [declined(after)],
    },
    {
      from: 'HANDOVER_REQUESTED', command: 'reportDataFault', to: 'HANDOVER_REQUESTED', by: clerk, cites: ['PRE-CHG-03'], rules: [faultIsDescribed],
      apply: (s) => ({ dataFault: s.input.reason!.trim() }),
    },
    {
      from: 'HANDOVER_REQUESTED', command: 'release', to: 'RELEASED', by: clerk, cites: ['PRE-CHG-03'], emits: [handoverReleased.type],
      events: (_, after) => [released(after)],
    },
    {
      from: 'RELEASED', command: 'accept', to: 'ENROLLED_PRIMARY', by: system, cites: ['PRE-CHG-03', 'PRE-GRAD-02'], rules: [isEstablishedAtReceiver], emits: [handoverCompleted.type],
      events: (_, after) => [completed(after)],
    },
  ],
});
