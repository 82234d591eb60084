import type { CodeTableId } from './code-tables';

export type ColumnType = 'text' | 'date' | 'yearMonth' | 'boolean' | 'code' | 'decimal' | 'file';

/** Shape of a text beyond its length. */
export type TextFormat =
  | 'SCHOOL_IDENTIFIER' | 'DIVISION_12' | 'DIVISION' | 'PHONE' | 'POSTAL_CODE' | 'VALIDITY' | 'EMAIL' | 'PERSON_NAME';

/** R required, O optional, C required under a condition the row check knows. */
export type Requirement = 'R' | 'O' | 'C';

export interface TemplateColumn {
  /** 1-based. */
  readonly position: number;
  readonly header: string;
  /** API name; family members as `guardian1.name`. */
  readonly field: string;
  readonly type: ColumnType;
  readonly required: Requirement;
  readonly maxLength: number;
  readonly codeTable?: CodeTableId;
  /** The codes of the table this form offers, where they are fewer. */
  readonly codes?: readonly string[];
  readonly format?: TextFormat;
}

/** One version of the intake form: its columns in order. Another order or set of columns is another version, not other code. */
export interface TemplateVersion {
  readonly id: string;
  readonly version: string;
  readonly sheet: string;
  readonly columns: readonly TemplateColumn[];
}

type Shape = Omit<TemplateColumn, 'position' | 'header' | 'field' | 'required'>;

const text = (maxLength: number, format?: TextFormat): Shape => ({ type: 'text', maxLength, ...(format && { format }) });
const code = (codeTable: CodeTableId, codes?: readonly string[]): Shape =>
  ({ type: 'code', maxLength: 20, codeTable, ...(codes && { codes }) });
const boolean: Shape = { type: 'boolean', maxLength: 20, codeTable: 'YES_NO' };

type Line = readonly [header: string, field: string, required: Requirement, shape: Shape];

const family = (n: 1 | 2): Line[] => ([
  ['姓名', 'name', 'R', text(50, 'PERSON_NAME')],
  ['关系', 'relationship', 'R', code('RELATIONSHIP')],
  ['关系说明', 'relationshipNote', 'O', text(50)],
  ['现住址', 'currentAddress', 'R', text(200)],
  ['户口所在地行政区划', 'householdDivisionCode', 'R', text(12, 'DIVISION')],
  ['联系电话', 'phone', 'R', text(30, 'PHONE')],
  ['是否监护人', 'isGuardian', 'R', boolean],
  ['身份证件类型', 'identityDocumentType', 'C', code('IDENTITY_DOCUMENT_TYPE')],
  ['身份证件号', 'identityDocumentNumber', 'C', text(30)],
  ['民族', 'ethnicity', 'O', code('ETHNICITY')],
  ['工作单位', 'employer', 'O', text(100)],
  ['职务', 'position', 'O', text(50)],
] satisfies Line[]).map(([header, field, required, shape]) => [`成员${n}${header}`, `guardian${n}.${field}`, required, shape]);

const LINES: readonly Line[] = [
  ['学校名称', 'schoolName', 'R', text(100)],
  ['班级', 'className', 'R', text(50)],
  ['学校标识码', 'schoolIdentifier', 'R', text(10, 'SCHOOL_IDENTIFIER')],
  ['姓名', 'name', 'R', text(50, 'PERSON_NAME')],
  ['性别', 'sex', 'R', code('SEX', ['1', '2'])],
  ['出生日期', 'birthDate', 'R', { type: 'date', maxLength: 20 }],
  ['出生地行政区划代码', 'birthplaceDivisionCode', 'R', text(12, 'DIVISION_12')],
  ['籍贯', 'nativePlace', 'R', text(50)],
  ['民族', 'ethnicity', 'R', code('ETHNICITY')],
  ['国籍/地区', 'nationality', 'R', code('NATIONALITY')],
  ['身份证件类型', 'identityDocumentType', 'R', code('IDENTITY_DOCUMENT_TYPE')],
  ['身份证件号', 'identityDocumentNumber', 'C', text(30)],
  ['港澳台侨外', 'overseasStatus', 'R', code('OVERSEAS_STATUS')],
  ['健康状况', 'healthStatus', 'R', code('HEALTH_STATUS')],
  ['政治面貌', 'politicalStatus', 'O', code('POLITICAL_STATUS')],
  ['户口性质', 'householdRegistrationType', 'R', code('HOUSEHOLD_REGISTRATION_TYPE')],
  ['户口所在地行政区划', 'householdDivisionCode', 'R', text(12, 'DIVISION')],
  ['校区号', 'campusNumber', 'O', text(20)],
  ['班号', 'classNumber', 'R', text(20)],
  ['入学年月', 'entryYearMonth', 'R', { type: 'yearMonth', maxLength: 20 }],
  ['入学方式', 'entryType', 'R', code('ENTRY_TYPE')],
  ['就读方式', 'attendanceMode', 'R', code('ATTENDANCE_MODE')],
  ['现住址', 'currentAddress', 'R', text(200)],
  ['通信地址', 'mailingAddress', 'R', text(200)],
  ['家庭地址', 'homeAddress', 'R', text(200)],
  ['联系电话', 'phone', 'R', text(30, 'PHONE')],
  ['邮政编码', 'postalCode', 'R', text(6, 'POSTAL_CODE')],
  ['是否独生子女', 'onlyChild', 'R', boolean],
  ['是否受过学前教育', 'attendedPreschool', 'R', boolean],
  ['是否留守儿童', 'leftBehindChild', 'R', code('LEFT_BEHIND_CHILD')],
  ['是否需要申请资助', 'needsFinancialAid', 'R', boolean],
  ['是否享受一补', 'receivesBoardingSubsidy', 'R', boolean],
  ['是否孤儿', 'orphan', 'R', boolean],
  ['是否烈士或优抚子女', 'martyrOrPreferentialChild', 'R', boolean],
  ['上下学距离(公里)', 'schoolDistanceKm', 'O', { type: 'decimal', maxLength: 20 }],
  ['上下学交通方式', 'commuteMode', 'O', code('COMMUTE_MODE')],
  ['是否需要乘坐校车', 'needsSchoolBus', 'O', boolean],
  ['姓名拼音', 'namePinyin', 'O', text(100)],
  ['曾用名', 'formerName', 'O', text(50, 'PERSON_NAME')],
  ['身份证件有效期', 'documentValidity', 'O', text(21, 'VALIDITY')],
  ['血型', 'bloodType', 'O', code('BLOOD_TYPE')],
  ['特长', 'specialty', 'O', text(100)],
  ['学籍辅号', 'secondaryStudentNumber', 'O', text(30)],
  ['班内学号', 'rollNumber', 'O', text(20)],
  ['学生来源', 'studentSource', 'O', code('STUDENT_SOURCE')],
  ['电子信箱', 'email', 'O', text(100, 'EMAIL')],
  ['主页地址', 'homepage', 'O', text(200)],
  ['残疾人类型', 'disabilityType', 'O', code('DISABILITY_TYPE')],
  ['是否由政府购买学位', 'governmentPurchasedPlace', 'O', boolean],
  ['随班就读', 'inclusiveEducation', 'O', code('INCLUSIVE_EDUCATION')],
  ...family(1),
  ...family(2),
  ['是否进城务工人员随迁子女', 'migrantWorkerChild', 'R', boolean],
  ['年级', 'gradeLevel', 'R', code('GRADE_LEVEL')],
  ['学生类别', 'studentCategory', 'O', code('STUDENT_CATEGORY')],
  // Required on paper; the workbook is filled in before photographs are taken [REG-DATA-10].
  ['照片文件名', 'photo', 'O', { type: 'file', maxLength: 100 }],
];

/** The Ministry's 78 columns; the order of the last three is reconstructed [REG-DATA-04]. */
export const STUDENT_TEMPLATE_78: TemplateVersion = {
  id: 'student-basic-78',
  version: '1',
  sheet: '学生基础信息',
  columns: LINES.map(([header, field, required, shape], i) => ({ position: i + 1, header, field, required, ...shape })),
};

export const INTAKE_TEMPLATES: readonly TemplateVersion[] = [STUDENT_TEMPLATE_78];

/** How a stored row names the template that it was read with: `student-basic-78/1`. */
export const templateName = ({ id, version }: TemplateVersion): string => `${id}/${version}`;

/** @throws RangeError `INTAKE_TEMPLATE_UNKNOWN` */
export function getTemplate(name: string): TemplateVersion {
  const template = INTAKE_TEMPLATES.find((one) => templateName(one) === name);
  if (!template) throw new RangeError(`INTAKE_TEMPLATE_UNKNOWN: ${name}`);
  return template;
}

export interface HeaderDifferences {
  readonly missing: readonly string[];
  /** Headers the template does not have, or has fewer times. */
  readonly unexpected: readonly string[];
  /** Known headers in another column (1-based). */
  readonly misplaced: ReadonlyArray<{ readonly header: string; readonly expected: number; readonly actual: number }>;
}

/** How a header row differs from the template; three empty lists when it fits [REG-DATA-04]. */
export function compareHeaders(actual: readonly string[], template: TemplateVersion = STUDENT_TEMPLATE_78): HeaderDifferences {
  const expected = new Map(template.columns.map((column) => [column.header, column.position]));
  const found = new Map<string, number>();
  const unexpected: string[] = [];
  actual.forEach((cell, i) => {
    const header = String(cell ?? '').normalize('NFC').trim();
    if (expected.has(header) && !found.has(header)) found.set(header, i + 1);
    else if (header !== '') unexpected.push(header);
  });
  return {
    missing: [...expected.keys()].filter((header) => !found.has(header)),
    unexpected,
    misplaced: [...found]
      .filter(([header, position]) => expected.get(header) !== position)
      .map(([header, position]) => ({ header, expected: expected.get(header)!, actual: position })),
  };
}

export function headersFit(differences: HeaderDifferences): boolean {
  return differences.missing.length + differences.unexpected.length + differences.misplaced.length === 0;
}
