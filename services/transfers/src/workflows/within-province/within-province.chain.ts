import { transferSteps, type TransferPolicy, type TransferRoute } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { REVIEWS, type ReviewChain, type ReviewStep } from '../../transfer/transfer.terms';

const unavailable = (rule: string, zh: string, en: string) => new DomainError({ code: 'TRANSFER_CHAIN_UNAVAILABLE', rule, field: 'inSchoolId', zh, en });

const isReview = (step: string): step is ReviewStep => step in REVIEWS;

/**
 * The chain that the policy gives for two schools of one city and a compulsory stage; a bureau competent for both acts once [TRF-INTRA-03].
 * Throws TRANSFER_CHAIN_UNAVAILABLE for other routes: their chains have steps that nobody takes here yet.
 */
export function withinProvinceChain(policy: TransferPolicy, route: TransferRoute): ReviewChain {
  if (!route.sameProvince) throw unavailable('TRF-INTER-01', '两校不在同一省份，跨省转学尚未开通', 'The schools lie in two provinces; transfers across provinces are not open yet');
  const steps = transferSteps(policy, route);
  if (!steps.every(isReview)) {
    throw unavailable('TRF-INTRA-02', '高中转学和跨市转学须经市级审核，尚未开通', 'Senior and cross-city transfers pass the city bureaus and are not open yet');
  }
  return { initiator: policy.initiator, steps, stepWorkingDays: policy.stepWorkingDays };
}
