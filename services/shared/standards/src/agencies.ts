import type { Level } from './duties';

/** What an agreement may be for; each purpose is an agreement of its own [AGY-IF-07]. */
export const PURPOSES = [
  'STUDENT_AID', 'COMPULSORY_FUNDING', 'NUTRITION', 'STATISTICS', 'DAILY_MANAGEMENT', 'DECISION_MAKING',
  'POLICE_IDENTITY', 'POPULATION', 'TAX_SOCIAL_SECURITY', 'EXIT_ENTRY',
  'PROVINCE_INTERFACE', 'STAGE_LINK', 'PRESCHOOL_PROVINCE', 'OPEN_SHARING',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What kind of records a field belongs to. */
export type RecordGroup = 'STUDENT' | 'GRADUATE' | 'CHILD' | 'COUNT';

/** What an agreement of a purpose may hold at most. */
export interface PurposeProfile {
  readonly zh: string;
  readonly en: string;
  /** the rule that opens the purpose, cited where an agreement goes beyond it */
  readonly rule: string;
  readonly groups: readonly RecordGroup[];
  /** numbers may be agreed unmasked */
  readonly unmasked: boolean;
  /** levels of the organisation whose area the agreement covers */
  readonly areas: readonly Level[];
}

const BUREAUS: readonly Level[] = ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY'];

export const PURPOSE_PROFILES: Readonly<Record<Purpose, PurposeProfile>> = {
  STUDENT_AID: { zh: '学生资助', en: 'student aid', rule: 'AGY-IF-07', groups: ['STUDENT'], unmasked: true, areas: BUREAUS },
  COMPULSORY_FUNDING: { zh: '义务教育经费保障', en: 'compulsory education funding', rule: 'AGY-IF-07', groups: ['STUDENT', 'COUNT'], unmasked: false, areas: BUREAUS },
  NUTRITION: { zh: '营养改善计划', en: 'nutrition programme', rule: 'AGY-IF-07', groups: ['STUDENT'], unmasked: false, areas: BUREAUS },
  STATISTICS: { zh: '事业统计', en: 'education statistics', rule: 'AGY-IF-13', groups: ['COUNT'], unmasked: false, areas: BUREAUS },
  DAILY_MANAGEMENT: { zh: '日常管理', en: 'daily management', rule: 'AGY-IF-07', groups: ['STUDENT', 'GRADUATE', 'CHILD'], unmasked: false, areas: BUREAUS },
  DECISION_MAKING: { zh: '科学决策', en: 'decision-making', rule: 'AGY-IF-13', groups: ['COUNT'], unmasked: false, areas: BUREAUS },
  POLICE_IDENTITY: { zh: '公安身份认证', en: 'police identity check', rule: 'AGY-IF-06', groups: ['STUDENT', 'CHILD'], unmasked: true, areas: ['MINISTRY', 'PROVINCE'] },
  POPULATION: { zh: '国家人口基础数据库', en: 'national population database', rule: 'AGY-IF-06', groups: ['STUDENT', 'CHILD'], unmasked: true, areas: ['MINISTRY', 'PROVINCE'] },
  TAX_SOCIAL_SECURITY: { zh: '税务与社会保障', en: 'tax and social security', rule: 'AGY-IF-06', groups: ['STUDENT'], unmasked: true, areas: ['MINISTRY', 'PROVINCE'] },
  EXIT_ENTRY: { zh: '出入境管理', en: 'exit and entry administration', rule: 'AGY-IF-06', groups: ['STUDENT'], unmasked: true, areas: ['MINISTRY', 'PROVINCE'] },
  PROVINCE_INTERFACE: { zh: '省级数据接口', en: 'data interface of a province', rule: 'AGY-IF-01', groups: ['STUDENT', 'GRADUATE'], unmasked: true, areas: ['PROVINCE'] },
  STAGE_LINK: { zh: '中职、高校学籍系统衔接', en: 'link to vocational and higher education', rule: 'AGY-IF-05', groups: ['GRADUATE'], unmasked: true, areas: ['MINISTRY', 'PROVINCE'] },
  PRESCHOOL_PROVINCE: { zh: '教育基础信息数据库管理与服务系统', en: 'service system of the basic education database', rule: 'AGY-IF-09', groups: ['CHILD'], unmasked: false, areas: ['PROVINCE'] },
  OPEN_SHARING: { zh: '国家系统开放共享平台', en: 'national open sharing platform', rule: 'AGY-IF-10', groups: ['CHILD'], unmasked: false, areas: ['CITY', 'COUNTY', 'INSTITUTION'] },
};

/** One thing of the graph that an agreement may name: `Type.field`, or `Type.field(argument:)` for an argument that filters. */
export interface ShareableField {
  readonly coordinate: string;
  readonly groups: readonly RecordGroup[];
  /** a number in clear */
  readonly unmasked: boolean;
}

const of = (type: string, fields: string, groups: readonly RecordGroup[], unmasked = false): ShareableField[] =>
  fields.split(' ').map((field) => ({ coordinate: `${type}.${field}`, groups, unmasked }));

/**
 * All that agreements may name; what is not here no agency ever sees, telephone numbers, families, staff and mutations among it.
 * Masked numbers stand beside the ones in clear.
 */
export const SHAREABLE_FIELDS: readonly ShareableField[] = [
  ...of('Query', 'students student students(name:) students(classId:)', ['STUDENT']),
  ...of('Query', 'graduatePool', ['GRADUATE']),
  ...of('Graduation', 'id graduatedOn outcome stage school student', ['GRADUATE']),
  ...of('Student', 'id name sex birthDate ethnicity nationality state stage grade entryYearMonth regionalStudentNumber numberType identityDocumentType nationalStudentNumber identityDocumentNumber school class', ['STUDENT', 'GRADUATE']),
  ...of('Student', 'nativePlace currentAddress', ['STUDENT']),
  ...of('Student', 'nationalStudentNumberFull identityDocumentNumberFull', ['STUDENT', 'GRADUATE'], true),
  ...of('ClassSection', 'id name number grade year', ['STUDENT']),
  ...of('School', 'id name schoolIdentifier schoolType urbanRuralClass', ['STUDENT', 'GRADUATE']),
  ...of('Query', 'children child children(institutionId:) children(classId:)', ['CHILD']),
  ...of('Child', 'id name sex birthDate ethnicity nationality state registeredOn graduatedOn leftOn nationalStudentNumber identityDocumentNumber identityDocumentType institution class', ['CHILD']),
  ...of('Child', 'nationalStudentNumberFull identityDocumentNumberFull', ['CHILD'], true),
  ...of('Organization', 'id name level divisionCode', ['CHILD', 'COUNT']),
  ...of('PreschoolClass', 'id name level schoolYear', ['CHILD']),
  ...of('Query', 'enrolmentCounts', ['COUNT']),
  ...of('EnrolmentCounts', 'minimumCell areas', ['COUNT']),
  ...of('AreaEnrolment', 'organization total cells', ['COUNT']),
  ...of('EnrolmentCell', 'grade sex count', ['COUNT']),
];

const shareable: ReadonlyMap<string, ShareableField> = new Map(SHAREABLE_FIELDS.map((field) => [field.coordinate, field]));

export const findShareableField = (coordinate: string): ShareableField | null => shareable.get(coordinate) ?? null;

export const isPurpose = (text: string): text is Purpose => (PURPOSES as readonly string[]).includes(text);

/** Counts of pupils below this are left out of what statistics offices get; the regulations leave the figure open [AGY-IF-13]. */
export const SMALLEST_CELL = 5;

/** No agreement lasts longer, counted from its first day. */
export const LONGEST_AGREEMENT_DAYS = 3 * 366;

/** More calls a day no agreement has. */
export const LARGEST_DAILY_QUOTA = 1_000_000;
