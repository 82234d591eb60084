import type { Actor } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { PolicyProfileVersion } from './policy-profile.entity';
import type { PolicyProfileFacts } from './policy-profile.facts';
import type { PolicyProfileInput } from './policy-profile.inputs';
import type { WrittenProfile } from './policy-profile.terms';

export type PolicyProfileSituation = Situation<PolicyProfileVersion, PolicyProfileInput, PolicyProfileFacts, Actor>;
type PolicyProfileRule = Rule<PolicyProfileVersion, PolicyProfileInput, PolicyProfileFacts, Actor>;

/** The text the command is about: the one that is sent, else the one that is kept. */
export const textOf = ({ input, record }: PolicyProfileSituation): WrittenProfile => ('document' in input ? input : record!);
export const provinceOf = ({ record, facts }: PolicyProfileSituation): string | null => (record ? record.province : facts.province);

export const profileIsSound: PolicyProfileRule = {
  name: 'the profile is complete, known in all its parts, and every chain that follows from it comes to an end',
  cites: 'GEN-SCOPE-07',
  code: 'POLICY_PROFILE_INVALID',
  field: 'document',
  allows: (s) => s.facts.faults.length === 0,
  message: (s) => ({ zh: `政策方案有${s.facts.faults.length}处错误`, en: `The policy profile has ${s.facts.faults.length} faults` }),
  details: (s) => ({ faults: s.facts.faults }),
};

export const startsAfterToday: PolicyProfileRule = {
  name: 'the first day is after today, so that one policy holds for all filings of a day and for none of the past',
  cites: 'GEN-FLOW-04',
  code: 'POLICY_PROFILE_TOO_LATE',
  field: 'effectiveFrom',
  allows: (s) => textOf(s).effectiveFrom > cstDate(s.now),
  message: { zh: '起日须晚于今天：方案不溯及既往，也不在一天之中更换', en: 'The first day must be after today: a policy does not reach back, and does not change within a day' },
};

export const nationalHasNoEnd: PolicyProfileRule = {
  name: 'a national profile holds until another one follows, since every province falls back on it',
  cites: 'GEN-SCOPE-07',
  code: 'POLICY_PROFILE_NATIONAL_ENDS',
  field: 'effectiveTo',
  allows: (s) => provinceOf(s) !== null || textOf(s).effectiveTo === null,
  message: { zh: '全国方案不设止日，由后一版本接替', en: 'A national profile has no last day; it holds until another one follows' },
};

export const nameIsOwn: PolicyProfileRule = {
  name: 'no other province has a profile of this name',
  cites: 'GEN-SCOPE-03',
  code: 'POLICY_PROFILE_NAME_TAKEN',
  field: 'profileId',
  allows: (s) => !s.facts.nameTaken,
  message: { zh: '该方案名已为他省所用', en: 'Another province has a profile of this name' },
};

export const periodIsFree: PolicyProfileRule = {
  name: 'no other approved version of the province holds on any of its days, but for the one that it succeeds',
  cites: 'GEN-SCOPE-07',
  code: 'POLICY_PROFILE_OVERLAPS',
  field: 'effectiveFrom',
  allows: (s) => s.facts.overlapping.length === 0,
  message: { zh: '与本省已批准的其他版本时间重叠', en: 'Another approved version of the province holds on some of these days' },
  details: (s) => ({ overlapping: s.facts.overlapping }),
};

export const approverIsNoAuthor: PolicyProfileRule = {
  name: 'who wrote it does not approve it',
  cites: 'GEN-FLOW-05',
  code: 'REVIEW_NOT_INDEPENDENT',
  allows: (s) => !s.record!.writtenBy.includes(s.actor.accountId),
  message: { zh: '起草人不能批准自己起草的方案', en: 'Whoever wrote a profile cannot approve it' },
};

export const hasNotBegun: PolicyProfileRule = {
  name: 'it has not begun to hold',
  cites: 'GEN-FLOW-04',
  code: 'POLICY_PROFILE_BEGUN',
  allows: (s) => s.record!.state !== 'APPROVED' || s.record!.effectiveFrom > cstDate(s.now),
  message: { zh: '方案已生效，只能由后一版本接替', en: 'The profile has begun to hold; only a later version can follow it' },
};
