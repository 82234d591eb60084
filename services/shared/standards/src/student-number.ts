import { isCstDay, type CstDay } from './cst-day';
import { fault, type Fault } from './fault';
import { birthDateOf, checkCharacter, isIdentityNumber, normalizeIdentityNumber } from './identity-number';

export type StudentNumberType = 'FORMAL_ID' | 'FORMAL_GENERATED' | 'TEMPORARY';

export interface StudentNumber {
  readonly number: string;
  readonly type: StudentNumberType;
}

export interface StudentNumberRequest {
  /** Code of the identity document list: `1` is the resident ID card, `Z` and empty mean none yet. */
  readonly documentType: string;
  readonly documentNumber: string | null;
  /** Six-digit division of the school's location. */
  readonly schoolDivision: string;
  readonly birthDate: CstDay;
  /** Next free number among pupils of the same division and birth date; up to 999 for J, 9999 for L. */
  readonly sequence: number;
}

const RESIDENT_ID_CARD = '1';
const NO_DOCUMENT = ['', 'Z'];
const TYPES: Readonly<Record<string, StudentNumberType>> = { G: 'FORMAL_ID', J: 'FORMAL_GENERATED', L: 'TEMPORARY' };

/**
 * The number a pupil gets [REG-NUM-01, REG-NUM-06]:
 * `G` + the resident ID number; `J` + 18 made characters for other documents, whose holders will have no ID number;
 * `L` + 18 digits while there is no document, to be replaced when one arrives. Who gets J and who L is our reading.
 * @throws RangeError `STUDENT_NUMBER_IDENTITY_INVALID` (not a valid ID number, or of another birth date: never number a
 * child by a guardian's card), `STUDENT_NUMBER_DIVISION_INVALID`, `STUDENT_NUMBER_BIRTH_DATE_INVALID`,
 * `STUDENT_NUMBER_SEQUENCE_INVALID`
 */
export function assignStudentNumber(request: StudentNumberRequest): StudentNumber {
  const documentNumber = normalizeIdentityNumber(request.documentNumber ?? '');
  if (!isCstDay(request.birthDate)) throw new RangeError('STUDENT_NUMBER_BIRTH_DATE_INVALID');
  if (request.documentType === RESIDENT_ID_CARD && documentNumber !== '') {
    if (!isIdentityNumber(documentNumber) || birthDateOf(documentNumber) !== request.birthDate) {
      throw new RangeError('STUDENT_NUMBER_IDENTITY_INVALID');
    }
    return { number: `G${documentNumber}`, type: 'FORMAL_ID' };
  }
  if (!/^\d{6}$/.test(request.schoolDivision)) throw new RangeError('STUDENT_NUMBER_DIVISION_INVALID');
  const stem = request.schoolDivision + request.birthDate.replaceAll('-', '');
  if (documentNumber === '' || NO_DOCUMENT.includes(request.documentType)) {
    return { number: `L${stem}${digits(request.sequence, 4)}`, type: 'TEMPORARY' };
  }
  const body = stem + digits(request.sequence, 3);
  return { number: `J${body}${checkCharacter(body)}`, type: 'FORMAL_GENERATED' };
}

function digits(sequence: number, width: number): string {
  if (!Number.isInteger(sequence) || sequence < 0 || sequence >= 10 ** width) throw new RangeError('STUDENT_NUMBER_SEQUENCE_INVALID');
  return String(sequence).padStart(width, '0');
}

/** Null when the text is no student number. */
export function studentNumberType(number: string): StudentNumberType | null {
  const body = number.slice(1);
  switch (number[0]) {
    case 'G':
    case 'J':
      return isIdentityNumber(body) ? TYPES[number[0]]! : null;
    case 'L':
      return /^\d{18}$/.test(body) && birthDateOf(body) !== null ? 'TEMPORARY' : null;
    default:
      return null;
  }
}

export function validateStudentNumber(number: string): Fault[] {
  if (studentNumberType(number) !== null) return [];
  return [fault('STUDENT_NUMBER_INVALID', 'REG-NUM-06', '学籍号应为G或J加18位（校验码正确），或L加18位数字',
    'A student number is G or J and 18 characters with the right check character, or L and 18 digits')];
}

/** Keeping a number is always right; otherwise only a temporary one may become formal (L → G, L → J) [REG-NUM-06]. */
export function isPermittedNumberChange(from: string, to: string): boolean {
  if (from === to) return true;
  const next = studentNumberType(to);
  return studentNumberType(from) === 'TEMPORARY' && (next === 'FORMAL_ID' || next === 'FORMAL_GENERATED');
}
