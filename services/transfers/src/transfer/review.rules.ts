import type { Actor } from '@xueji/platform';
import type { Choice } from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { ReviewInput } from './review.inputs';
import type { TransferCase } from './transfer.entity';
import { reviewOf } from './transfer.terms';

export type ReviewSituation = Situation<TransferCase, object, object, Actor>;
export type ReviewRule = Rule<TransferCase, object, object, Actor>;

/** Each side refuses by the policy of its own province [TRF-GEN-09]. */
export const reasonsToRefuse = ({ state, outTerms, refusalReasons }: Pick<TransferCase, 'state' | 'outTerms' | 'refusalReasons'>): readonly Choice[] =>
  outTerms !== null && reviewOf(state)?.step.startsWith('OUT_') ? outTerms.refusalReasons : refusalReasons;

/** Whether the class is real and of the right grade is for the registry to say, which owns it. */
export const receivingSchoolNamesClass: ReviewRule = {
  name: 'the receiving school names the class',
  cites: 'TRF-INTRA-05',
  code: 'TRANSFER_CLASS_REQUIRED',
  field: 'classId',
  // An id that no event could carry must not wait for the last approval to be found out.
  allows: (s) => /^[\x21-\x7e]{1,64}$/.test((s.input as ReviewInput).classId ?? ''),
  message: { zh: '转入学校须指定转入班级', en: 'The receiving school must name the class' },
};

/** The list has no entry for a system or network that is down. */
export const refusalReasonIsInProfile: ReviewRule = {
  name: 'the profile knows the reason of the refusal',
  cites: 'TRF-GEN-01',
  code: 'TRANSFER_REFUSAL_REASON_UNKNOWN',
  field: 'reasonCode',
  allows: (s) => reasonsToRefuse(s.record!).some(({ code }) => code === (s.input as ReviewInput).reasonCode),
  message: { zh: '不同意的理由不在规定之内；系统或网络不通不是理由', en: 'This is no reason to refuse a transfer; neither is a system or network that is down' },
  details: (s) => ({ allowed: reasonsToRefuse(s.record!).map(({ code }) => code) }),
};
