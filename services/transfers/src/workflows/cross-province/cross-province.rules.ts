import type { Actor } from '@xueji/platform';
import { refusalOf, type Rule, type Situation } from '@xueji/workflow';
import type { TransferCase } from '../../transfer/transfer.entity';
import type { MinistryCheck } from '../../transfer/transfer.terms';
import type { CheckFacts, CrossProvinceFacts } from './cross-province.facts';
import type { ArchiveInput, CrossProvinceInput } from './cross-province.inputs';

export type CrossProvinceSituation = Situation<TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>;
type CrossProvinceRule = Rule<TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>;

const checked = (s: CrossProvinceSituation): CheckFacts => s.facts.check!;

/** What the Ministry's system looks for. They refuse nothing by themselves: all that do not hold become findings of the check. */
export const MINISTRY_CHECKS: readonly CrossProvinceRule[] = [
  {
    name: 'no other record has the number of the pupil',
    cites: 'TRF-INTER-02',
    code: 'CHECK_RECORD_DUPLICATE',
    allows: (s) => !checked(s).hasDuplicate,
    message: { zh: '存在学籍号相同的重复学籍', en: 'Another record has the same student number' },
  },
  {
    name: 'the pupil is on the roll',
    cites: 'TRF-INTER-02',
    code: 'CHECK_STUDENT_NOT_ACTIVE',
    allows: (s) => checked(s).student?.state === 'ACTIVE',
    message: { zh: '学生不在籍', en: 'The pupil is not on the roll' },
  },
  {
    name: 'the transferring-out school holds the record',
    cites: 'TRF-INTER-02',
    code: 'CHECK_HOLDER_CHANGED',
    allows: (s) => checked(s).student === null || checked(s).student!.schoolId === s.record!.outSchoolId,
    message: { zh: '学籍已不在转出学校', en: 'The record is no longer held by the transferring-out school' },
  },
  {
    name: 'the pupil has no other open case',
    cites: 'TRF-INTER-02',
    code: 'CHECK_OTHER_CASE_OPEN',
    allows: (s) => checked(s).otherCaseId === null,
    message: { zh: '该生另有正在办理的转学', en: 'Another transfer of this pupil is open' },
  },
  {
    name: 'no doubt about the record is open',
    cites: 'TRF-INTER-02',
    code: 'CHECK_PROBLEM_RECORD_OPEN',
    allows: (s) => checked(s).problemKinds.length === 0,
    message: { zh: '该生为问题学籍，尚未处理', en: 'The record is a problem record and not cleared' },
  },
  {
    name: 'the receiving school is active',
    cites: 'TRF-INTER-02',
    code: 'CHECK_SCHOOL_CLOSED',
    allows: (s) => checked(s).inSchoolIsActive,
    message: { zh: '转入学校已停办', en: 'The receiving school is closed' },
  },
];

/** All that stands against the transfer, not only the first. */
export const findingsOf = (s: CrossProvinceSituation): MinistryCheck['findings'] =>
  MINISTRY_CHECKS.filter((rule) => !rule.allows(s)).map((rule) => {
    const { code, messages } = refusalOf(rule, s);
    return { code, rule: rule.cites, ...messages };
  });

export const archiveIsTheOnePacked: CrossProvinceRule = {
  name: 'the receiving school has the archive that was packed',
  cites: 'TRF-INTER-06',
  code: 'ARCHIVE_HASH_DIFFERS',
  field: 'contentHash',
  allows: (s) => (s.input as ArchiveInput).contentHash === s.record!.archiveHash,
  message: { zh: '摘要与转出方打包的档案不符，请重新调取档案后核对', en: 'The digest is not that of the archive that was packed; fetch the archive again' },
};
