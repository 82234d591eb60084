import { DomainError } from '@xueji/workflow';

const refusal = (code: string, rule: string, field: string, zh: string, en: string) => () => new DomainError({ code, rule, field, zh, en });

/** What to say when a unique index stops a race, or a plain repetition. */
export const constraints: Record<string, () => DomainError> = {
  preschool_class_name: refusal('PRESCHOOL_CLASS_NAME_TAKEN', 'PRE-ARCH-08', 'name', '本学年已有同名班级', 'The school year has a class of this name already'),
  child_number: refusal('CHILD_NUMBER_TAKEN', 'PRE-ARCH-05', 'nationalStudentNumber', '学籍号已被使用', 'The student number is taken'),
  child_document: refusal('CHILD_DOCUMENT_TAKEN', 'PRE-ARCH-03', 'identityDocumentNumber', '该证件号已有档案', 'Another archive carries this document number'),
  handover_one_open: refusal('HANDOVER_ALREADY_OPEN', 'GEN-FLOW-06', 'childId', '该幼儿已有正在办理的交接', 'A hand-over of this child is open already'),
};
