import { demoOrganization, demoPath } from '@xueji/testing';
import { profileFor } from '@xueji/standards';
import { REVIEWS } from '@xueji/transfers/dist/src/transfer/transfer.terms';
import { withinProvinceChain } from '@xueji/transfers/dist/src/workflows/within-province/within-province.chain';
import { NOW } from './transfers-service';

/** A transfer between two schools of one county, as a row of `transfer_case` without its id and student: the bureau's approval is the last one. */
export function caseBeforeItsLastApproval(outSchoolId: string, inSchoolId: string): Record<string, unknown> {
  const { id: profileId, effectiveFrom, transfer } = profileFor(demoOrganization(outSchoolId).divisionCode.slice(0, 2), new Date(NOW));
  const chain = withinProvinceChain(transfer, { senior: false, sameProvince: true, sameCity: true, sameCounty: true });
  return {
    state: REVIEWS[chain.steps.at(-1)!].state, version: 2, submitted_by: 'a-bench', due_at: '2026-11-25T15:59:59Z', due_rule: 'TRF-GEN-03', due_flagged: false, created_at: NOW, updated_at: NOW,
    procedure: 'within-province', stage: 'PRIMARY', grade: 3, out_school_id: outSchoolId, in_school_id: inSchoolId,
    out_authority_id: demoOrganization(outSchoolId).parentId, in_authority_id: demoOrganization(inSchoolId).parentId, out_path: demoPath(outSchoolId), in_path: demoPath(inSchoolId),
    profile_id: profileId, profile_effective_from: effectiveFrom, chain,
    refusal_reasons: transfer.refusalReasons, reason_code: 'HOUSEHOLD_MOVED', documents: ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'].map((kind) => ({ kind, fileName: `${kind}.pdf`, sha256: 'a'.repeat(64) })),
    class_id: 'class-of-a-bench',
  };
}
