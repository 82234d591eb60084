import type { PolicyProfile } from '@xueji/standards';
import { REVIEWS, type ReviewChain, type ReviewStep } from '../../transfer/transfer.terms';

const isReview = (step: string): step is ReviewStep => step in REVIEWS;

/** The receiving side's policy gives the order; each side has the days of its own province [TRF-GEN-09]. The Ministry's check is a state, not a review. */
export const crossProvinceChain = ({ profile, outProfile }: { profile: PolicyProfile; outProfile: PolicyProfile }): ReviewChain => ({
  initiator: 'IN_SCHOOL', steps: profile.transfer.acrossProvinces.filter(isReview), stepWorkingDays: profile.transfer.stepWorkingDays,
  outStepWorkingDays: outProfile.transfer.stepWorkingDays,
});
