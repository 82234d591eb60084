import type { PolicyProfile } from '@xueji/standards';
import type { ReviewChain } from '../../transfer/transfer.terms';

/** The order is the notice's own [TRF-PROG-03]; each side has the days of its own province. The receiving school has approved by filing. */
export const progressionChain = ({ profile, outProfile }: { profile: PolicyProfile; outProfile: PolicyProfile }): ReviewChain => ({
  initiator: 'IN_SCHOOL', steps: ['IN_COUNTY', 'OUT_COUNTY'], stepWorkingDays: profile.transfer.stepWorkingDays, outStepWorkingDays: outProfile.transfer.stepWorkingDays,
});
