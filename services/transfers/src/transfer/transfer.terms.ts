import type { TransferSide } from '@xueji/standards';

/** States of a transfer, of all its procedures together. */
export const TransferState = {
  IN_SCHOOL_REVIEW: 'IN_SCHOOL_REVIEW', OUT_SCHOOL_REVIEW: 'OUT_SCHOOL_REVIEW', OUT_COUNTY_REVIEW: 'OUT_COUNTY_REVIEW', IN_COUNTY_REVIEW: 'IN_COUNTY_REVIEW',
  MOVING: 'MOVING', COMPLETED: 'COMPLETED', REJECTED: 'REJECTED', WITHDRAWN: 'WITHDRAWN',
} as const;
export type TransferState = keyof typeof TransferState;

/** States nothing leads out of: the pupil may have a new case. The unique index over open cases says the same in SQL. */
export const CLOSED: readonly TransferState[] = ['COMPLETED', 'REJECTED', 'WITHDRAWN'];

/** A review that a person makes. A county stands for the bureau competent for the school, whatever its level. */
export const ReviewStep = { OUT_SCHOOL: 'OUT_SCHOOL', IN_SCHOOL: 'IN_SCHOOL', OUT_COUNTY: 'OUT_COUNTY', IN_COUNTY: 'IN_COUNTY' } as const;
export type ReviewStep = keyof typeof ReviewStep;

/** Columns of a case that hold the organisations taking part. */
export type Party = 'outSchoolId' | 'inSchoolId' | 'outAuthorityId' | 'inAuthorityId';

export interface Review {
  /** in which the case waits for it */
  readonly state: TransferState;
  readonly party: Party;
  /** the leader reviews for a school, the registry admin for a bureau [TRF-GEN-04] */
  readonly duty: 'REGISTRY_LEADER' | 'REGISTRY_ADMIN';
}

export const REVIEWS: Readonly<Record<ReviewStep, Review>> = {
  OUT_SCHOOL: { state: 'OUT_SCHOOL_REVIEW', party: 'outSchoolId', duty: 'REGISTRY_LEADER' },
  IN_SCHOOL: { state: 'IN_SCHOOL_REVIEW', party: 'inSchoolId', duty: 'REGISTRY_LEADER' },
  OUT_COUNTY: { state: 'OUT_COUNTY_REVIEW', party: 'outAuthorityId', duty: 'REGISTRY_ADMIN' },
  IN_COUNTY: { state: 'IN_COUNTY_REVIEW', party: 'inAuthorityId', duty: 'REGISTRY_ADMIN' },
};

/** The review a state waits for; null when it waits for nobody. */
export const reviewOf = (state: string): (Review & { step: ReviewStep }) | null => {
  const found = Object.entries(REVIEWS).find(([, review]) => review.state === state);
  return found ? { ...found[1], step: found[0] as ReviewStep } : null;
};

/** Who files, who reviews in which order, and how many working days each reviewer has. Data of a policy profile, kept on the case. */
export interface ReviewChain {
  readonly initiator: TransferSide;
  readonly steps: readonly ReviewStep[];
  readonly stepWorkingDays: number;
}

/** A paper that proves a condition, by reference. `sha256` in hex. */
export interface DocumentReference {
  kind: string;
  fileName: string;
  sha256: string;
}

/** Why a case was refused. `step` is a review, or REGISTRY when custody could not move. */
export interface Refusal {
  step: string;
  code: string;
  rule: string;
  zh: string;
  en: string;
  text: string | null;
}
