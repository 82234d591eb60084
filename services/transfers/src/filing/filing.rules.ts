import type { Actor } from '@xueji/platform';
import { cstDate, isCstDay } from '@xueji/standards';
import { windowIsOpen, type Rule, type Situation } from '@xueji/workflow';
import type { TransferCase } from '../transfer/transfer.entity';
import type { FilingFacts, TransferFacts } from './filing.facts';
import type { FileInput } from './filing.inputs';

/** What the rules of filing look at: those of every procedure, whatever else its own table takes in. */
export type FilingSituation = Situation<TransferCase, object, TransferFacts, Actor>;
export type FilingRule = Rule<TransferCase, object, TransferFacts, Actor>;

export const filingOf = (s: FilingSituation): FilingFacts => s.facts.filing!;
export const filedBy = (s: FilingSituation): FileInput => s.input as FileInput;

export const pupilIsActive: FilingRule = {
  name: 'the pupil is on the roll',
  cites: 'TRF-PROG-01',
  code: 'TRANSFER_STUDENT_NOT_ACTIVE',
  field: 'studentId',
  allows: (s) => filingOf(s).student.state === 'ACTIVE',
  message: { zh: '学生不在籍；毕业生应办理升学或毕业后跨省就学', en: 'The pupil is not on the roll; a graduate goes on by progression' },
};

export const hasNoOpenCase: FilingRule = {
  name: 'the pupil has no open case',
  cites: 'GEN-FLOW-06',
  code: 'TRANSFER_CASE_OPEN',
  field: 'studentId',
  allows: (s) => filingOf(s).openCaseId === null,
  message: { zh: '该生已有正在办理的转学', en: 'A transfer of this pupil is open already' },
  details: (s) => ({ openCaseId: filingOf(s).openCaseId }),
};

/** Kinds of doubt that are about the ID number itself. */
const IDENTITY_KINDS = ['ID_NAME_MISMATCH', 'ID_NOT_FOUND'];
const problemsOf = (s: FilingSituation, ofIdentity: boolean) => filingOf(s).problemKinds.filter((kind) => IDENTITY_KINDS.includes(kind) === ofIdentity);

export const recordIsSound: FilingRule = {
  name: 'the record is no problem record',
  cites: 'REG-PROB-02',
  code: 'TRANSFER_PROBLEM_RECORD_OPEN',
  field: 'studentId',
  allows: (s) => problemsOf(s, false).length === 0,
  message: { zh: '该生为问题学籍，须先由学籍所在学校处理', en: 'The record is a problem record; the school that holds it must clear it first' },
  details: (s) => ({ problemKinds: problemsOf(s, false) }),
};

export const identityIsConfirmed: FilingRule = {
  name: 'the ID number belongs to the pupil',
  cites: 'REG-PROB-03',
  code: 'TRANSFER_IDENTITY_MISMATCH',
  field: 'studentId',
  allows: (s) => problemsOf(s, true).length === 0,
  message: { zh: '该生身份证件号不存在或与姓名不符，须先由学籍所在学校处理', en: 'The ID number does not exist or does not fit the name; the school that holds the record must clear it first' },
  details: (s) => ({ problemKinds: problemsOf(s, true) }),
};

const limitOf = (s: FilingSituation): number => {
  const { student: { stage }, profile: { classSize: { warnAbove } } } = filingOf(s);
  return stage === 'PRESCHOOL' ? Infinity : warnAbove[stage];
};

const fullClass = {
  cites: 'REG-CLASS-02',
  code: 'TRANSFER_CLASS_FULL',
  field: 'classId',
  message: { zh: '转入后班额超过上限', en: 'The class would be over its size limit' },
  details: (s: FilingSituation) => ({ limit: limitOf(s), classes: filingOf(s).classes }),
};

/** A warning; where no class is named it is given when every class known of the grade is full. */
export const classStaysInLimit: FilingRule = {
  ...fullClass,
  name: 'a class of the grade has room',
  allows: (s) => filingOf(s).classes.length === 0 || filingOf(s).classes.some(({ pupils }) => pupils < limitOf(s)),
};

/** The hard refusal, where the deciding side's policy has switched it on. An empty class may be unknown here, so only a class that is named is refused. */
export const classHasRoom: FilingRule = {
  ...fullClass,
  name: 'the class that is named has room, where the province refuses to go over the limit',
  allows: (s) => !filingOf(s).profile.classSize.refuse || filedBy(s).classId === null || classStaysInLimit.allows(s),
};

export const schoolsDiffer: FilingRule = {
  name: 'the receiving school is another one',
  cites: 'TRF-INTRA-01',
  code: 'TRANSFER_SAME_SCHOOL',
  field: 'inSchoolId',
  allows: (s) => filingOf(s).inSchool.id !== filingOf(s).outSchool.id,
  message: { zh: '转入学校与转出学校相同', en: 'The receiving school holds the pupil already' },
};

export const receivingSchoolFits: FilingRule = {
  name: 'the receiving school is active and runs the stage of the pupil',
  cites: 'GEN-SCOPE-01',
  code: 'TRANSFER_SCHOOL_UNSUITABLE',
  field: 'inSchoolId',
  allows: (s) => filingOf(s).inSchool.isActive && filingOf(s).inSchool.stages.includes(filingOf(s).student.stage),
  message: { zh: '转入学校已停办或不办该学段', en: 'The receiving school is closed or does not run the stage of the pupil' },
};

export const liesInAnotherProvince = (cites: string): FilingRule => ({
  name: 'the two schools lie in two provinces',
  cites,
  code: 'TRANSFER_SAME_PROVINCE',
  field: 'inSchoolId',
  allows: (s) => !filingOf(s).route.sameProvince,
  message: { zh: '两校在同一省份，应办理省内转学或升学', en: 'Both schools lie in one province: file a transfer or a promotion within it' },
});

export const transferWindow: FilingRule = windowIsOpen('TRANSFER', { zh: '转学', en: 'Transfer' }, (s) => filingOf(s).window);

const policyOf = (s: FilingSituation) => filingOf(s).profile.transfer;
const reasonOf = (s: FilingSituation) => policyOf(s).reasons.find(({ code }) => code === filedBy(s).reasonCode);

export const reasonIsInProfile: FilingRule = {
  name: 'the profile of the deciding side knows the reason',
  cites: 'TRF-GEN-09',
  code: 'TRANSFER_REASON_UNKNOWN',
  field: 'reasonCode',
  allows: (s) => reasonOf(s) !== undefined,
  message: { zh: '转学理由不在该省规定之内', en: 'The province does not know this reason' },
  details: (s) => ({ allowed: policyOf(s).reasons.map(({ code }) => code) }),
};

const missingDocuments = (s: FilingSituation): string[] => {
  const given = new Set(filedBy(s).documents.map(({ kind }) => kind));
  return [...policyOf(s).requiredDocuments, ...(reasonOf(s)?.documents ?? [])].filter((kind) => !given.has(kind));
};

export const documentsAreComplete: FilingRule = {
  name: 'every document that the profile wants for the reason is there',
  cites: 'TRF-GEN-09',
  code: 'TRANSFER_DOCUMENT_MISSING',
  field: 'documents',
  allows: (s) => missingDocuments(s).length === 0,
  message: { zh: '缺少该理由所需的材料', en: 'Documents wanted for this reason are missing' },
  details: (s) => ({ missing: missingDocuments(s) }),
};

export const receiptIsPast: FilingRule = {
  name: 'the day of receipt is a day not after today',
  cites: 'TRF-GEN-01',
  code: 'TRANSFER_RECEIPT_INVALID',
  field: 'receivedOn',
  allows: (s) => filedBy(s).receivedOn === null || (isCstDay(filedBy(s).receivedOn!) && filedBy(s).receivedOn! <= cstDate(s.now)),
  message: { zh: '收到申请的日期无效或晚于今天', en: 'The day of receipt is no day, or after today' },
};

export const attendanceIsADay: FilingRule = {
  name: 'attendance starts on a day, before or after the filing',
  cites: 'TRF-GEN-02',
  code: 'TRANSFER_ATTENDANCE_INVALID',
  field: 'attendanceStartDate',
  allows: (s) => filedBy(s).attendanceStartDate === null || isCstDay(filedBy(s).attendanceStartDate!),
  message: { zh: '开始就读日期无效', en: 'The day attendance starts is no day' },
};
