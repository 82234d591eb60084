import { DomainError } from '@xueji/workflow';

/** What to say when a unique index stops a race. Filings of one pupil queue behind the pupil's row, so this is the second net. */
export const constraints: Record<string, () => DomainError> = {
  transfer_case_open_student: () => new DomainError({ code: 'TRANSFER_CASE_OPEN', rule: 'GEN-FLOW-06', field: 'studentId', zh: '该生已有正在办理的转学', en: 'A transfer of this pupil is open already' }),
  policy_profile_period: () => new DomainError({ code: 'POLICY_PROFILE_OVERLAPS', rule: 'GEN-SCOPE-07', field: 'effectiveFrom', zh: '与本省已批准的其他版本时间重叠', en: 'Another approved version of the province holds on some of these days' }),
  policy_profile_edition: () => new DomainError({ code: 'POLICY_PROFILE_NAME_TAKEN', rule: 'GEN-SCOPE-07', field: 'profileId', zh: '该方案同时有另一版本起草，请重试', en: 'Another version of this profile was drafted at the same time; try again' }),
  transfer_expectation_student: () => new DomainError({ code: 'TRANSFER_EXPECTED_ALREADY', rule: 'TRF-GEN-08', field: 'studentId', zh: '该生已登记为将转出', en: 'The pupil is recorded as leaving already' }),
};
