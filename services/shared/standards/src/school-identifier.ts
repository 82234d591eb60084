import { findCode } from './code-tables';
import { fault, type Fault } from './fault';

/** 学段. PRIMARY and JUNIOR are compulsory education. */
export type Stage = 'PRESCHOOL' | 'PRIMARY' | 'JUNIOR' | 'SENIOR';

/** INSTITUTION = kindergarten; SCHOOL = within the registry; OTHER has an identifier but no pupils here. */
export type SchoolKind = 'INSTITUTION' | 'SCHOOL' | 'OTHER';

export interface SchoolType {
  /** Digits 1-2 of the identifier. */
  readonly digits: string;
  readonly kind: SchoolKind;
  /** The stage the type is named for; null where there is none in the registry. */
  readonly stage: Stage | null;
  /** All stages such a school may run: a nine-year school is of type 31 and has primary pupils too. */
  readonly stages: readonly Stage[];
  readonly zh: string;
  readonly en: string;
}

const school = (digits: string, zh: string, en: string, stage: Stage | null, stages: readonly Stage[]): SchoolType =>
  ({ digits, kind: 'SCHOOL', stage, stages, zh, en });
const other = (digits: string, zh: string, en: string): SchoolType =>
  ({ digits, kind: 'OTHER', stage: null, stages: [], zh, en });

/** Type digits of the 2010 coding rules. */
export const SCHOOL_TYPES: readonly SchoolType[] = [
  { digits: '11', kind: 'INSTITUTION', stage: 'PRESCHOOL', stages: ['PRESCHOOL'], zh: '幼儿园', en: 'Kindergarten' },
  school('21', '小学', 'Primary school', 'PRIMARY', ['PRESCHOOL', 'PRIMARY']),
  other('22', '成人小学', 'Adult primary school'),
  school('31', '普通初中', 'Junior secondary school', 'JUNIOR', ['PRESCHOOL', 'PRIMARY', 'JUNIOR']),
  other('32', '职业初中', 'Vocational junior secondary school'),
  other('33', '成人初中', 'Adult junior secondary school'),
  school('34', '普通高中', 'Senior secondary school', 'SENIOR', ['PRESCHOOL', 'PRIMARY', 'JUNIOR', 'SENIOR']),
  other('35', '成人高中', 'Adult senior secondary school'),
  other('36', '中等职业学校', 'Secondary vocational school'),
  school('37', '工读学校', 'Specialised (reform) school', null, ['PRIMARY', 'JUNIOR', 'SENIOR']),
  other('41', '普通高等学校', 'Higher education institution'),
  other('42', '成人高等学校', 'Adult higher education institution'),
  school('51', '特殊教育学校', 'Special-education school', null, ['PRESCHOOL', 'PRIMARY', 'JUNIOR', 'SENIOR']),
  other('91', '培养研究生的科研机构', 'Research institute training graduates'),
  other('92', '民办的其他高等教育机构', 'Other private higher education institution'),
  other('93', '中等职业培训机构', 'Secondary vocational training institution'),
];

const byDigits = new Map(SCHOOL_TYPES.map((type) => [type.digits, type]));

export interface SchoolIdentifier {
  readonly type: SchoolType;
  /** First two digits of the province's division code. */
  readonly province: string;
  readonly sequence: string;
}

export function findSchoolType(digits: string): SchoolType | null {
  return byDigits.get(digits) ?? null;
}

/** The type a 办学类型 (three digits, e.g. 312 nine-year school) belongs to: its first two digits. */
export function schoolTypeOfRunningType(runningType: string): SchoolType | null {
  return findCode('SCHOOL_RUNNING_TYPE', runningType) === null ? null : findSchoolType(runningType.slice(0, 2));
}

/** Null when the text is no school identifier. There is no check digit. */
export function parseSchoolIdentifier(identifier: string): SchoolIdentifier | null {
  if (!/^\d{10}$/.test(identifier)) return null;
  const type = findSchoolType(identifier.slice(0, 2));
  const province = identifier.slice(2, 4);
  return type !== null && findCode('PROVINCE', province) !== null ? { type, province, sequence: identifier.slice(4) } : null;
}

/** Faults of an identifier, alone or against the school's declared type and province [CODE-ID-01, CODE-ID-02]. */
export function validateSchoolIdentifier(
  identifier: string,
  declared: { readonly typeDigits?: string; readonly province?: string } = {},
): Fault[] {
  if (!/^\d{10}$/.test(identifier)) {
    return [fault('SCHOOL_IDENTIFIER_MALFORMED', 'CODE-ID-01', '学校标识码应为10位数字', 'A school identifier is ten digits')];
  }
  const faults: Fault[] = [];
  const digits = identifier.slice(0, 2);
  const province = identifier.slice(2, 4);
  if (findSchoolType(digits) === null || (declared.typeDigits !== undefined && declared.typeDigits !== digits)) {
    faults.push(fault('SCHOOL_IDENTIFIER_TYPE_DIFFERS', 'CODE-ID-02', `标识码第1至2位${digits}与学校类别不符`,
      `Digits 1-2 (${digits}) do not agree with the school's type`));
  }
  if (findCode('PROVINCE', province) === null || (declared.province !== undefined && declared.province !== province)) {
    faults.push(fault('SCHOOL_IDENTIFIER_PROVINCE_DIFFERS', 'CODE-ID-02', `标识码第3至4位${province}与所在省份不符`,
      `Digits 3-4 (${province}) do not agree with the school's province`));
  }
  return faults;
}

/** @throws RangeError `SCHOOL_IDENTIFIER_INVALID` for an unknown type or province, or a sequence outside 0..999999 */
export function composeSchoolIdentifier(parts: { readonly typeDigits: string; readonly province: string; readonly sequence: number }): string {
  const identifier = `${parts.typeDigits}${parts.province}${String(parts.sequence).padStart(6, '0')}`;
  if (parseSchoolIdentifier(identifier) === null) throw new RangeError(`SCHOOL_IDENTIFIER_INVALID: ${identifier}`);
  return identifier;
}
