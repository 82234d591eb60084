import type { PolicyProfile } from '@xueji/standards';

/** DRAFT is written, SUBMITTED waits for another person, APPROVED holds from its first day to its last, WITHDRAWN never holds. */
export const PolicyProfileState = { DRAFT: 'DRAFT', SUBMITTED: 'SUBMITTED', APPROVED: 'APPROVED', WITHDRAWN: 'WITHDRAWN' } as const;
export type PolicyProfileState = keyof typeof PolicyProfileState;

/** All that a profile decides; what names it and when it holds stands beside. */
export type PolicyDocument = Omit<PolicyProfile, 'id' | 'province' | 'zh' | 'en' | 'effectiveFrom' | 'effectiveTo'>;

/** A profile as its author writes it. Whose it is follows from who writes. */
export interface WrittenProfile {
  /** one name for all versions, `SHAANXI` */
  profileId: string;
  zh: string;
  en: string;
  /** first day in force, in China */
  effectiveFrom: string;
  /** last day in force; null: until another one follows */
  effectiveTo: string | null;
  /** the regulation that orders it */
  legalSource: string;
  document: PolicyDocument;
}

/** One thing wrong with a profile; `path` as `transfer.reasons.0.code`. */
export interface ProfileFault {
  path: string;
  code: string;
  rule: string;
  zh: string;
  en: string;
}
