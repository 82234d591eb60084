import type { Actor } from '@xueji/platform';
import { fault, hasError, STUDENT_TEMPLATE_78, type Fault, type Finding } from '@xueji/standards';
import { windowIsOpen, type Rule, type Situation } from '@xueji/workflow';
import type { Newcomer } from '../../intake/newcomer.entity';
import type { NewcomerFacts, NewcomerMatch } from './primary-newcomer.facts';
import type { NewcomerInput } from './primary-newcomer.inputs';

export type NewcomerSituation = Situation<Newcomer, NewcomerInput, NewcomerFacts, Actor>;
type NewcomerRule = Rule<Newcomer, NewcomerInput, NewcomerFacts, Actor>;

const columns = new Map(STUDENT_TEMPLATE_78.columns.map((column) => [column.field, column.position]));

/** A fault at the column of the form that `field` names. */
export const findingAt = (field: string, found: Fault): Finding => ({ field, column: columns.get(field) ?? 0, ...found });

const MATCH_CODES = new Set(['STUDENT_DUPLICATE', 'NEWCOMER_DUPLICATE', 'CHILD_STILL_IN_KINDERGARTEN', 'IDENTITY_DIFFERS_FROM_KINDERGARTEN']);
/** Findings about the hand-over belong to no column of the form. */
const HANDOVER_FIELD = 'handover';

const duplicateFault = (duplicate: 'RECORD' | 'NEWCOMER'): Fault =>
  duplicate === 'RECORD'
    ? fault('STUDENT_DUPLICATE', 'REG-ENROL-12', '该学生已有学籍，不得重报', 'The pupil has a record already')
    : fault('NEWCOMER_DUPLICATE', 'REG-ENROL-12', '该学生已在另一份新生名单中等待建籍', 'The pupil is on another list of newcomers already');

const stillInKindergarten = fault('CHILD_STILL_IN_KINDERGARTEN', 'REG-ENROL-10', '该幼儿在幼儿园的档案尚未毕业或离园，不得建立小学学籍', 'The child is still in kindergarten, so no school record may be made');

/** What the records of others say against a row [REG-ENROL-10, REG-ENROL-12, PRE-GRAD-02]. */
export function matchFindings(person: Pick<Newcomer, 'name' | 'sex' | 'birthDate' | 'documentNumber'>, { duplicate, child }: NewcomerMatch): Finding[] {
  const key = person.documentNumber === null ? 'name' : 'identityDocumentNumber';
  if (duplicate) return [findingAt(key, duplicateFault(duplicate))];
  if (!child) return [];
  if (child.state === 'ACTIVE') return [findingAt(key, stillInKindergarten)];
  return (['name', 'sex', 'birthDate'] as const)
    .filter((field) => person[field] !== child[field])
    .map((field) => findingAt(field, fault('IDENTITY_DIFFERS_FROM_KINDERGARTEN', 'PRE-GRAD-02', '与幼儿园档案中的身份信息不一致，不得重新采集', 'Differs from the identity in the kindergarten archive, which is not collected again')));
}

/** The row as it stands when its record is looked at again: the form keeps its findings, those about others are made anew. */
export function revalidated({ record, facts }: NewcomerSituation): Pick<Newcomer, 'findings' | 'accepted' | 'childId'> {
  const own = record!.findings.filter((found) => !MATCH_CODES.has(found.code) && found.field !== HANDOVER_FIELD);
  const findings = hasError(own) ? own : [...own, ...matchFindings(record!, facts.match)];
  const accepted = !hasError(findings);
  return { findings, accepted, childId: accepted ? (facts.match.child?.id ?? null) : null };
}

export const handoverFinding = (code: string, rule: string): Finding =>
  findingAt(HANDOVER_FIELD, fault(code, rule, '幼儿园不能移交该幼儿的档案，请核对后重新校验', 'The kindergarten cannot release the child; check and validate again'));

export const newcomerWindow: NewcomerRule = windowIsOpen('NEWCOMER_REGISTRATION', { zh: '新生注册', en: 'Newcomer registration' }, (s) => s.facts.window);

export const schoolTakesNewcomers: NewcomerRule = {
  name: 'the school is active and has a primary stage',
  cites: 'GEN-SCOPE-01',
  code: 'SCHOOL_NOT_PRIMARY',
  allows: ({ facts: { school } }) => school !== null && school.isActive && school.runsPrimary,
  message: { zh: '本单位不是正在办学的小学，不能采集小学新生', en: 'This is no primary school in operation' },
};

export const schoolHasCode: NewcomerRule = {
  name: 'the code of the school is issued',
  cites: 'CODE-APPLY-07',
  code: 'SCHOOL_CODE_MISSING',
  allows: ({ facts: { school } }) => Boolean(school?.identifier),
  message: { zh: '学校标识码尚未核发，不能办理新生', en: 'The school has no code yet' },
};

export const yearIsOpen: NewcomerRule = {
  name: 'the school year, its terms and grade 1 are set up',
  cites: 'REG-ENROL-03',
  code: 'SCHOOL_YEAR_MISSING',
  field: 'year',
  allows: (s) => s.facts.yearIsOpen,
  message: (s) => ({ zh: `请先建立${s.facts.year}学年、学期和一年级`, en: `Set up school year ${s.facts.year}, its terms and grade 1 first` }),
};

export const hasClass: NewcomerRule = {
  name: 'grade 1 has a class',
  cites: 'REG-ENROL-03',
  code: 'CLASS_MISSING',
  field: 'classNumber',
  allows: (s) => s.facts.hasClass,
  message: (s) => ({ zh: `请先建立${s.facts.year}学年一年级的班级`, en: `Create the grade-1 classes of ${s.facts.year} first` }),
};

export const isNoDuplicate: NewcomerRule = {
  name: 'the pupil is not reported twice',
  cites: 'REG-ENROL-12',
  code: 'STUDENT_DUPLICATE',
  field: 'identityDocumentNumber',
  allows: (s) => s.facts.match.duplicate === null,
  message: (s) => duplicateFault(s.facts.match.duplicate!),
};

export const kindergartenIsDone: NewcomerRule = {
  name: 'the child has left or finished kindergarten',
  cites: 'REG-ENROL-10',
  code: 'CHILD_STILL_IN_KINDERGARTEN',
  field: 'identityDocumentNumber',
  allows: (s) => s.facts.match.child?.state !== 'ACTIVE',
  message: stillInKindergarten,
};

export const continuesArchive: NewcomerRule = {
  name: 'the row goes on with the kindergarten archive that is known of the child',
  cites: 'PRE-GRAD-02',
  code: 'KINDERGARTEN_ARCHIVE_FOUND',
  field: 'identityDocumentNumber',
  allows: (s) => (s.facts.match.child?.id ?? null) === s.record!.childId,
  message: { zh: '该生的幼儿园档案在上传后有变化，请退回后重新校验', en: 'The kindergarten archive of the pupil changed after the upload; return the row and validate it again' },
};

export const handoverIsNotElsewhere: NewcomerRule = {
  name: 'no other school has asked for the child',
  cites: 'PRE-CHG-03',
  code: 'HANDOVER_ELSEWHERE',
  allows: ({ record, facts: { handover } }) => handover === null || handover.schoolId === record!.schoolId,
  message: { zh: '另一学校已发起该幼儿的交接', en: 'Another school has asked for the hand-over of this child' },
};

export const handoverIsReleased: NewcomerRule = {
  name: 'the kindergarten has released the child',
  cites: 'PRE-CHG-03',
  code: 'HANDOVER_NOT_RELEASED',
  allows: ({ record, facts: { handover } }) => record!.childId === null || (handover?.state === 'RELEASED' && handover.schoolId === record!.schoolId),
  message: { zh: '幼儿园尚未移交该幼儿的档案', en: 'The kindergarten has not released the child yet' },
};
