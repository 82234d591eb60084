import type { Actor } from '@xueji/platform';
import { cstDate, windowState } from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { Child } from '../../child/child.entity';
import type { ChildFacts } from './child-archive.facts';
import type { ChildInput } from './child-archive.inputs';

export type ChildSituation = Situation<Child, ChildInput, ChildFacts, Actor>;
type ChildRule = Rule<Child, ChildInput, ChildFacts, Actor>;

export const runsPreschool: ChildRule = {
  name: 'the institution is active and runs preschool classes',
  cites: 'GEN-SCOPE-02',
  code: 'INSTITUTION_NOT_PRESCHOOL',
  allows: (s) => s.facts.institution !== null && s.facts.institution.takesChildren,
  message: { zh: '本单位不是在办的学前教育机构', en: 'Your organisation is not an active preschool institution' },
};

export const hasRegistered: ChildRule = {
  name: 'the child has registered by today',
  cites: 'PRE-ARCH-01',
  code: 'CHILD_REGISTERED_AHEAD',
  field: 'registeredOn',
  allows: (s) => s.input.registration!.registeredOn <= cstDate(s.now),
  message: { zh: '登记日期不能晚于今天', en: 'The day of registration cannot be after today' },
};

const hasReason = (s: ChildSituation) => Boolean(s.input.reason?.trim());

const inSeason = (name: string, fn: 'PRESCHOOL_ENTRY' | 'PRESCHOOL_GRADUATION', zh: string, en: string): ChildRule => ({
  name,
  cites: 'PRE-DATA-06',
  code: 'SEASON_REASON_REQUIRED',
  field: 'reason',
  allows: (s) => windowState(s.facts.policy, fn, s.now).onTime || hasReason(s),
  message: { zh, en },
});

export const entersInSeason = inSeason('entrants are entered in September, or with a reason', 'PRESCHOOL_ENTRY',
  '新入园幼儿一般在九月录入，其他月份须说明原因', 'Entrants are entered in September; give a reason for another month');

export const graduatesInSeason = inSeason('children graduate in July, or with a reason', 'PRESCHOOL_GRADUATION',
  '幼儿一般在七月毕业，其他月份须说明原因', 'Children graduate in July; give a reason for another month');

export const classIsThere: ChildRule = {
  name: 'the class has been created by the institution',
  cites: 'PRE-ARCH-08',
  code: 'PRESCHOOL_CLASS_MISSING',
  field: 'classId',
  allows: (s) => s.facts.classInstitutionId !== null && s.facts.classInstitutionId === s.record!.institutionId,
  message: { zh: '本园没有该班级，请先建立班级', en: 'Your institution has no such class; create it first' },
};

export const isUnique: ChildRule = {
  name: 'no other archive is of the same child',
  cites: 'PRE-ARCH-03',
  code: 'CHILD_DUPLICATE',
  allows: (s) => s.facts.duplicate === null,
  message: { zh: '该幼儿已有档案', en: 'The child has an archive already' },
};

export const isDuplicate: ChildRule = {
  name: 'the check has found a problem',
  cites: 'PRE-ARCH-06',
  code: 'CHILD_NO_PROBLEM',
  allows: (s) => s.facts.duplicate !== null,
  message: { zh: '查重未发现问题', en: 'The check found no problem' },
};

export const numberIsLeft: ChildRule = {
  name: 'a number is left for this division and birth date',
  cites: 'REG-NUM-06',
  code: 'CHILD_NUMBERS_EXHAUSTED',
  allows: (s) => s.facts.sequence !== null,
  message: { zh: '该地区该出生日期的顺序号已用完', en: 'No number is left for this division and birth date' },
};

export const hasProof: ChildRule = {
  name: 'the proof of the parents is attached',
  cites: 'PRE-ARCH-07',
  code: 'SUBSTANTIATION_PROOF_REQUIRED',
  field: 'attachments',
  allows: (s) => (s.input.attachments ?? []).length > 0,
  message: { zh: '佐证须附家长提供的证明材料', en: 'Attach the proof that the parents handed in' },
};

export const somebodyArbitrates: ChildRule = {
  name: 'a superior bureau is known',
  cites: 'PRE-ARCH-07',
  code: 'ARBITER_UNKNOWN',
  allows: (s) => s.facts.arbiterId !== null,
  message: { zh: '本单位没有上级主管部门，无法提请仲裁', en: 'No superior bureau of your institution is known' },
};

/** Two archives can be of two children of one name and birthday, never of two children of one document. */
export const documentIsFree: ChildRule = {
  name: 'no other archive carries the document number',
  cites: 'PRE-ARCH-05',
  code: 'CHILD_DOCUMENT_TAKEN',
  allows: (s) => s.facts.duplicate?.kind !== 'DUPLICATE_DOCUMENT',
  message: { zh: '该证件号已有档案，一人一号，须先更正其中一份', en: 'Another archive carries this document number; one of the two must be corrected first' },
};

export const hasLeft: ChildRule = {
  name: 'the day of leaving lies between registration and today',
  cites: 'PRE-CHG-01',
  code: 'CHILD_LEAVING_DAY_INVALID',
  field: 'leftOn',
  allows: (s) => s.input.leftOn === undefined || (s.record!.registeredOn <= s.input.leftOn && s.input.leftOn <= cstDate(s.now)),
  message: { zh: '离园日期须在登记日期之后且不晚于今天', en: 'The day of leaving must lie between registration and today' },
};

export const isHandedOver: ChildRule = {
  name: 'the hand-over to the primary school is finished',
  cites: 'PRE-CHG-03',
  code: 'CHILD_NOT_HANDED_OVER',
  allows: (s) => s.facts.isHandedOver,
  message: { zh: '交接尚未完成', en: 'The hand-over is not finished' },
};
