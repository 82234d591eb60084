import type { Choice, TransferSide } from '@xueji/standards';

/** Scopes of who takes part in a case or stands above it, and of the guardian: a field with both shows both the same [TRF-GEN-10]. */
export const READERS = ['pupil.read', 'child.read'] as const;

/** States of a transfer, of all its procedures together. */
export const TransferState = {
  IN_SCHOOL_REVIEW: 'IN_SCHOOL_REVIEW', OUT_SCHOOL_REVIEW: 'OUT_SCHOOL_REVIEW', OUT_COUNTY_REVIEW: 'OUT_COUNTY_REVIEW', IN_COUNTY_REVIEW: 'IN_COUNTY_REVIEW',
  OUT_CITY_REVIEW: 'OUT_CITY_REVIEW', IN_CITY_REVIEW: 'IN_CITY_REVIEW',
  AWAITING_OUT_CONFIRMATION: 'AWAITING_OUT_CONFIRMATION', MINISTRY_CHECK: 'MINISTRY_CHECK', MINISTRY_VERIFIED: 'MINISTRY_VERIFIED',
  ARCHIVE_WAITING: 'ARCHIVE_WAITING', ARCHIVE_TRANSFERRING: 'ARCHIVE_TRANSFERRING',
  IN_AUTHORITY_REVIEW: 'IN_AUTHORITY_REVIEW', OUT_AUTHORITY_REVIEW: 'OUT_AUTHORITY_REVIEW', APPROVED: 'APPROVED',
  MOVING: 'MOVING', COMPLETED: 'COMPLETED', REJECTED: 'REJECTED', WITHDRAWN: 'WITHDRAWN',
} as const;
export type TransferState = keyof typeof TransferState;

/** States nothing leads out of: the pupil may have a new case. The unique index over open cases says the same in SQL. */
export const CLOSED: readonly TransferState[] = ['COMPLETED', 'REJECTED', 'WITHDRAWN'];

/** A review that a person makes. A county stands for the bureau competent for the school, whatever its level; a city for the unit below the province. */
export const ReviewStep = {
  OUT_SCHOOL: 'OUT_SCHOOL', IN_SCHOOL: 'IN_SCHOOL', OUT_COUNTY: 'OUT_COUNTY', IN_COUNTY: 'IN_COUNTY', OUT_CITY: 'OUT_CITY', IN_CITY: 'IN_CITY',
} as const;
export type ReviewStep = keyof typeof ReviewStep;

/** Columns of a case that hold the organisations taking part. */
export type Party = 'outSchoolId' | 'inSchoolId' | 'outAuthorityId' | 'inAuthorityId' | 'outCityId' | 'inCityId';

/** Whom a case waits for. */
export interface Reviewer {
  readonly party: Party;
  /** the leader reviews for a school, the registry admin for a bureau [TRF-GEN-04] */
  readonly duty: 'REGISTRY_LEADER' | 'REGISTRY_ADMIN';
}

export interface Review extends Reviewer {
  /** in which a case waits for it, unless its procedure has another name for the same */
  readonly state: TransferState;
}

export const REVIEWS: Readonly<Record<ReviewStep, Review>> = {
  OUT_SCHOOL: { state: 'OUT_SCHOOL_REVIEW', party: 'outSchoolId', duty: 'REGISTRY_LEADER' },
  IN_SCHOOL: { state: 'IN_SCHOOL_REVIEW', party: 'inSchoolId', duty: 'REGISTRY_LEADER' },
  OUT_COUNTY: { state: 'OUT_COUNTY_REVIEW', party: 'outAuthorityId', duty: 'REGISTRY_ADMIN' },
  IN_COUNTY: { state: 'IN_COUNTY_REVIEW', party: 'inAuthorityId', duty: 'REGISTRY_ADMIN' },
  OUT_CITY: { state: 'OUT_CITY_REVIEW', party: 'outCityId', duty: 'REGISTRY_ADMIN' },
  IN_CITY: { state: 'IN_CITY_REVIEW', party: 'inCityId', duty: 'REGISTRY_ADMIN' },
};

/** States in which a case waits for a review; the last three are how other procedures call the same. */
const REVIEW_STATES: Partial<Record<TransferState, ReviewStep>> = {
  ...Object.fromEntries(Object.entries(REVIEWS).map(([step, { state }]) => [state, step as ReviewStep])),
  AWAITING_OUT_CONFIRMATION: 'OUT_SCHOOL', IN_AUTHORITY_REVIEW: 'IN_COUNTY', OUT_AUTHORITY_REVIEW: 'OUT_COUNTY',
};

/** The review a state waits for; null when it waits for none. */
export const reviewOf = (state: string): (Review & { step: ReviewStep }) | null => {
  const step = REVIEW_STATES[state as TransferState];
  return step ? { ...REVIEWS[step], state: state as TransferState, step } : null;
};

const receivingSchool: Reviewer = { party: 'inSchoolId', duty: 'REGISTRY_ADMIN' };

/** Whom each state waits for, be it for a review or for the receiving school to fetch the archive. */
export const WAITS: Readonly<Partial<Record<TransferState, Reviewer>>> = {
  ...Object.fromEntries(Object.entries(REVIEW_STATES).map(([state, step]) => [state, REVIEWS[step]])),
  MINISTRY_VERIFIED: receivingSchool, ARCHIVE_TRANSFERRING: receivingSchool, APPROVED: receivingSchool,
};

/**
 * Who hears of it when a state lasts too long. While custody moves nobody has anything to decide and the case waits for the registry; the bureau of the
 * receiving school answers for the pupil then.
 */
export const ANSWERS_FOR: Readonly<Partial<Record<TransferState, Reviewer>>> = { ...WAITS, MOVING: { party: 'inAuthorityId', duty: 'REGISTRY_ADMIN' } };

/** Who files, who reviews in which order, and how many working days each reviewer has. Data of a policy profile, kept on the case. */
export interface ReviewChain {
  readonly initiator: TransferSide;
  readonly steps: readonly ReviewStep[];
  readonly stepWorkingDays: number;
  /** of the transferring-out side where another province's policy binds it [TRF-GEN-09] */
  readonly outStepWorkingDays?: number;
}

/** What the policy of the transferring-out side says where it lies in another province than the receiving one [TRF-GEN-09]. */
export interface OutTerms {
  profileId: string;
  profileEffectiveFrom: string;
  refusalReasons: readonly Choice[];
}

/** What the automatic check of the Ministry found; no findings means that the case passed [TRF-INTER-02]. */
export interface MinistryCheck {
  /** ISO instant */
  at: string;
  findings: { code: string; rule: string; zh: string; en: string }[];
}

/** A paper that proves a condition, as it was when the case was filed. `sha256` in hex. */
export interface DocumentReference {
  kind: string;
  fileName: string;
  sha256: string;
}

/** Why a case was refused. `step` is a review, MINISTRY_CHECK, or REGISTRY when custody could not move. */
export interface Refusal {
  step: string;
  code: string;
  rule: string;
  zh: string;
  en: string;
  text: string | null;
}
