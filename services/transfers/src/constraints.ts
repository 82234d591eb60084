import { DomainError } from '@xueji/workflow';

/** What to say when a unique index stops a race. Filings of one pupil queue behind the pupil's row, so this is the second net. */
export const constraints: Record<string, () => DomainError> = {
  transfer_case_open_student: () => new DomainError({ code: 'TRANSFER_CASE_OPEN', rule: 'GEN-FLOW-06', field: 'studentId', zh: '该生已有正在办理的转学', en: 'A transfer of this pupil is open already' }),
  transfer_expectation_student: () => new DomainError({ code: 'TRANSFER_EXPECTED_ALREADY', rule: 'TRF-GEN-08', field: 'studentId', zh: '该生已登记为将转出', en: 'The pupil is recorded as leaving already' }),
};
