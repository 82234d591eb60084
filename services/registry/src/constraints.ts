import { DomainError } from '@xueji/workflow';

const refusal = (code: string, rule: string, field: string, zh: string, en: string) => () => new DomainError({ code, rule, field, zh, en });

/** What to say when a unique index stops a race, or a plain repetition. */
export const constraints: Record<string, () => DomainError> = {
  school_year_school: refusal('SCHOOL_YEAR_EXISTS', 'REG-ENROL-03', 'year', '该学年已建立', 'The school year is open already'),
  class_section_number: refusal('CLASS_NUMBER_TAKEN', 'REG-CLASS-01', 'number', '班号已存在', 'The class number is taken'),
  student_national_number: refusal('STUDENT_NUMBER_TAKEN', 'REG-NUM-01', 'nationalStudentNumber', '学籍号已存在', 'The student number exists already'),
  student_document_number: refusal('STUDENT_DUPLICATE', 'REG-ENROL-12', 'identityDocumentNumber', '该学生已有学籍，不得重报', 'The pupil has a record already'),
  newcomer_pending_document: refusal('NEWCOMER_DUPLICATE', 'REG-ENROL-12', 'identityDocumentNumber', '另一学校正在申报同一学生，请稍后重新上传', 'Another school is entering the same pupil; upload again later'),
  handover_open_child: refusal('HANDOVER_ELSEWHERE', 'PRE-CHG-03', 'childId', '另一学校已发起该幼儿的交接', 'Another school has asked for the hand-over of this child'),
  newcomer_pull_open_per_school: refusal('PULL_ALREADY_HELD', 'REG-ENROL-12', 'nationalStudentNumber', '本校已抽取该毕业生，不得重报', 'Your school has pulled this graduate already'),
  newcomer_pull_established: refusal('GRADUATE_LEFT_POOL', 'REG-ENROL-07', 'pullId', '该毕业生已不在毕业库', 'The graduate has left the pool'),
  problem_record_open: refusal('PROBLEM_RECORD_OPEN', 'REG-PROB-09', 'kind', '该生同类问题已立案', 'A case of this kind is open for the pupil already'),
  guardian_binding_live: refusal('GUARDIAN_BINDING_EXISTS', 'REG-QUERY-01', 'nationalStudentNumber', '已申请或已绑定该学生', 'You have asked for or hold this binding already'),
};
