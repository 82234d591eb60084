import { transferSteps, type TransferPolicy } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import type { FilingRoute } from '../../filing/filing.facts';
import { REVIEWS, type ReviewChain, type ReviewStep } from '../../transfer/transfer.terms';

const isReview = (step: string): step is ReviewStep => step in REVIEWS;

/**
 * The chain that the policy gives for two schools of one province. A bureau acts once, whatever roles it has [TRF-INTRA-03]: the second county or city
 * falls away when it is the first one, and a city that is the competent bureau of a school has acted as that.
 * Throws TRANSFER_CHAIN_UNAVAILABLE across provinces, which is another procedure.
 */
export function withinProvinceChain(policy: TransferPolicy, route: FilingRoute): ReviewChain {
  if (!route.sameProvince) {
    throw new DomainError({
      code: 'TRANSFER_CHAIN_UNAVAILABLE', rule: 'TRF-INTER-01', field: 'inSchoolId',
      zh: '两校不在同一省份，应由转入学校申请跨省转学', en: 'The schools lie in two provinces; the receiving school files a transfer across provinces',
    });
  }
  const { sameCity, outUnderCity = false, inUnderCity = false } = route;
  const hasActed: Partial<Record<ReviewStep, boolean>> = { OUT_CITY: outUnderCity || (sameCity && inUnderCity), IN_CITY: inUnderCity };
  const steps = transferSteps(policy, route).filter(isReview).filter((step) => !hasActed[step]);
  return { initiator: policy.initiator, steps, stepWorkingDays: policy.stepWorkingDays };
}
