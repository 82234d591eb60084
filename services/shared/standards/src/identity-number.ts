import { parseCompactDay, type CstDay } from './cst-day';
import { fault, type Fault } from './fault';

/** GB/T 2261.1: 1 male, 2 female. */
export type SexCode = '1' | '2';

export interface IdentityNumberOptions {
  /** The day it is in China; a birth date after it is refused. */
  readonly today: CstDay;
  /** Accept numbers of the unassigned division 9999xx. Never on in production. */
  readonly allowSynthetic?: boolean;
  /** Whether a six-digit division is or ever was assigned; without it divisions are not looked at. */
  readonly knownDivision?: (code: string) => boolean;
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** Check character of 17 digits (GB 11643, ISO 7064 MOD 11-2). @throws RangeError `IDENTITY_NUMBER_BODY_INVALID` */
export function checkCharacter(body: string): string {
  if (!/^\d{17}$/.test(body)) throw new RangeError('IDENTITY_NUMBER_BODY_INVALID');
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += (body.charCodeAt(i) - 48) * WEIGHTS[i]!;
  return CHECK_CHARACTERS[sum % 11]!;
}

/** The form a number is stored in: no surrounding space, check character X in upper case. */
export function normalizeIdentityNumber(number: string): string {
  return number.trim().toUpperCase();
}

/** Birth date inside an 18-character number, or null when malformed or no such day. */
export function birthDateOf(number: string): CstDay | null {
  return /^\d{17}[\dX]$/.test(number) ? parseCompactDay(number.slice(6, 14)) : null;
}

/** Sex by the 17th digit: odd male, even female; null when malformed. */
export function sexOf(number: string): SexCode | null {
  if (!/^\d{17}[\dX]$/.test(number)) return null;
  return number.charCodeAt(16) % 2 === 1 ? '1' : '2';
}

export function isSyntheticIdentityNumber(number: string): boolean {
  return number.startsWith('9999');
}

/** True for a number with a real birth date and the right check character; says nothing about today or its division. */
export function isIdentityNumber(number: string): boolean {
  return birthDateOf(number) !== null && checkCharacter(number.slice(0, 17)) === number[17];
}

/**
 * Everything wrong with a resident ID number. An unknown division is only a warning: divisions are abolished,
 * people keep their number.
 */
export function validateIdentityNumber(number: string, options: IdentityNumberOptions): Fault[] {
  if (!/^\d{17}[\dX]$/.test(number)) {
    return [fault('IDENTITY_NUMBER_MALFORMED', 'REG-NUM-05', '身份证号应为17位数字加1位数字或大写X',
      'A resident ID number is 17 digits and a digit or a capital X')];
  }
  const faults: Fault[] = [];
  const birthDate = birthDateOf(number);
  if (birthDate === null) {
    faults.push(fault('IDENTITY_NUMBER_BIRTH_DATE_INVALID', 'REG-NUM-05', '身份证号第7至14位不是真实日期',
      'Digits 7 to 14 of the ID number are not a real date'));
  } else if (birthDate > options.today) {
    faults.push(fault('IDENTITY_NUMBER_BIRTH_DATE_IN_FUTURE', 'REG-NUM-05', '身份证号中的出生日期晚于今天',
      'The birth date inside the ID number is in the future'));
  }
  if (checkCharacter(number.slice(0, 17)) !== number[17]) {
    faults.push(fault('IDENTITY_NUMBER_CHECK_WRONG', 'REG-NUM-05', '身份证号校验码不正确',
      'The check character of the ID number is wrong'));
  }
  if (isSyntheticIdentityNumber(number)) {
    if (!options.allowSynthetic) {
      faults.push(fault('IDENTITY_NUMBER_SYNTHETIC', 'REG-ENROL-11', '身份证号使用了未分配的行政区划9999xx，仅供测试',
        'The ID number uses the unassigned division 9999xx, which is for tests only'));
    }
  } else if (options.knownDivision && !options.knownDivision(number.slice(0, 6))) {
    faults.push(fault('IDENTITY_NUMBER_DIVISION_UNKNOWN', 'CODE-DIV-02', `身份证号的行政区划${number.slice(0, 6)}未收录，请核对`,
      `Division ${number.slice(0, 6)} of the ID number is not on record; please check`, 'warning'));
  }
  return faults;
}

/** Where sex and birth date contradict a well-formed number; `field` names the one that does. */
export function contradictionsOf(
  number: string,
  person: { readonly sex?: string | null; readonly birthDate?: CstDay | null },
): Array<Fault & { readonly field: 'sex' | 'birthDate' }> {
  const found: Array<Fault & { readonly field: 'sex' | 'birthDate' }> = [];
  const birthDate = birthDateOf(number);
  if (person.birthDate && birthDate && person.birthDate !== birthDate) {
    found.push({ field: 'birthDate', ...fault('IDENTITY_BIRTH_DATE_DIFFERS', 'REG-DATA-03', '出生日期与身份证号不一致',
      'The birth date differs from the ID number') });
  }
  const sex = sexOf(number);
  if (person.sex && sex && person.sex !== sex) {
    found.push({ field: 'sex', ...fault('IDENTITY_SEX_DIFFERS', 'REG-DATA-03', '性别与身份证号不一致',
      'The sex differs from the ID number') });
  }
  return found;
}

/** A 15-digit number of the 1989 form as its 18 characters (people born 19xx); null when it is not one. */
export function upgradeIdentityNumber(fifteen: string): string | null {
  if (!/^\d{15}$/.test(fifteen)) return null;
  const body = `${fifteen.slice(0, 6)}19${fifteen.slice(6)}`;
  return parseCompactDay(body.slice(6, 14)) === null ? null : body + checkCharacter(body);
}

/**
 * A document number for people who may not see it whole: first four and last four stay (`6101**********1234`).
 * Shorter documents show less, never more than half; the G, J or L of a student number stays.
 */
export function maskIdentityNumber(number: string): string {
  const prefix = /^[GJL](?=.{18}$)/.exec(number)?.[0] ?? '';
  const body = number.slice(prefix.length);
  const edge = Math.min(4, Math.floor(body.length / 4));
  return prefix + body.slice(0, edge) + '*'.repeat(body.length - 2 * edge) + body.slice(body.length - edge);
}
