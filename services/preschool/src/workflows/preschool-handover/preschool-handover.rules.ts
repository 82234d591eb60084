import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { PreschoolHandover } from '../../handover/preschool-handover.entity';
import type { HandoverFacts } from './preschool-handover.facts';
import type { HandoverInput } from './preschool-handover.inputs';

export type HandoverSituation = Situation<PreschoolHandover, HandoverInput, HandoverFacts, Actor>;
type HandoverRule = Rule<PreschoolHandover, HandoverInput, HandoverFacts, Actor>;

export const childIsKnown: HandoverRule = {
  name: 'the child has an archive here',
  cites: 'PRE-CHG-07',
  code: 'HANDOVER_CHILD_UNKNOWN',
  field: 'childId',
  allows: (s) => s.facts.child !== null,
  message: { zh: '没有该幼儿的档案', en: 'There is no archive of this child' },
};

export const isNotAtPrimary: HandoverRule = {
  name: 'the child has not been handed over before',
  cites: 'REG-ENROL-12',
  code: 'CHILD_ALREADY_AT_PRIMARY',
  field: 'childId',
  allows: (s) => !s.facts.child?.isAtPrimary,
  message: { zh: '该幼儿已升入小学', en: 'The child is at primary school already' },
};

export const hasFinished: HandoverRule = {
  name: 'the child has graduated from or left the kindergarten',
  cites: 'PRE-CHG-07',
  code: 'HANDOVER_CHILD_NOT_GRADUATED',
  field: 'childId',
  allows: (s) => s.facts.child?.hasFinished === true,
  message: { zh: '该幼儿尚未毕业或离园，不能移交', en: 'The child has neither graduated nor left, so it cannot be handed over' },
};

export const hasNoOpenHandover: HandoverRule = {
  name: 'no hand-over of the child is open',
  cites: 'GEN-FLOW-06',
  code: 'HANDOVER_ALREADY_OPEN',
  field: 'childId',
  allows: (s) => !s.facts.hasOpenHandover,
  message: { zh: '该幼儿已有正在办理的交接', en: 'A hand-over of this child is open already' },
};

/** Nothing but a fault of the data may be reported, and it has to be said. */
export const faultIsDescribed: HandoverRule = {
  name: 'the data fault is described',
  cites: 'PRE-CHG-03',
  code: 'HANDOVER_FAULT_REQUIRED',
  field: 'reason',
  allows: (s) => Boolean(s.input.reason?.trim()),
  message: { zh: '请说明数据问题', en: 'Describe the fault of the data' },
};

export const isEstablishedAtReceiver: HandoverRule = {
  name: 'the receiving school has established the record',
  cites: 'PRE-CHG-03',
  code: 'HANDOVER_NOT_ACCEPTED',
  allows: (s) => s.facts.establishedAt !== null && s.facts.establishedAt === s.record!.receivingSchoolId,
  message: { zh: '接收学校尚未建立学籍', en: 'The receiving school has not established the record' },
};
