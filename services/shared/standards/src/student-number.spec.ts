import fc from 'fast-check';
import { assignStudentNumber, isPermittedNumberChange, studentNumberType, validateStudentNumber, type StudentNumberRequest } from './student-number';

const request: StudentNumberRequest = {
  documentType: '1', documentNumber: '99990120150822013X', schoolDivision: '610113', birthDate: '2015-08-22', sequence: 7,
};
const G = assignStudentNumber(request).number;
const J = assignStudentNumber({ ...request, documentType: 'A', documentNumber: 'E1234567' }).number;
const L = assignStudentNumber({ ...request, documentType: 'Z', documentNumber: null }).number;

describe('student number', () => {
  it('is G and the resident ID number where there is one [REG-NUM-01] [REG-NUM-06]', () => {
    expect(assignStudentNumber(request)).toEqual({ number: 'G99990120150822013X', type: 'FORMAL_ID' });
  });

  it('is J and 18 made characters for the holder of another document [REG-NUM-06] [REG-DATA-13]', () => {
    expect(assignStudentNumber({ ...request, documentType: 'A', documentNumber: 'E1234567' }).type).toBe('FORMAL_GENERATED');
    expect(J).toMatch(/^J61011320150822007[\dX]$/);
    expect(studentNumberType(J)).toBe('FORMAL_GENERATED');
  });

  it.each([['Z', null], ['Z', ''], ['1', null], ['', 'whatever']])('is a temporary L while there is no document (%j, %j) [REG-NUM-06]', (documentType, documentNumber) => {
    expect(assignStudentNumber({ ...request, documentType, documentNumber })).toEqual({ number: 'L610113201508220007', type: 'TEMPORARY' });
  });

  it("never numbers a child by a guardian's card [REG-NUM-05]", () => {
    expect(() => assignStudentNumber({ ...request, documentNumber: '999902200803150017' })).toThrow('STUDENT_NUMBER_IDENTITY_INVALID');
    expect(() => assignStudentNumber({ ...request, documentNumber: '999901201508220131' })).toThrow('STUDENT_NUMBER_IDENTITY_INVALID');
  });

  it('gives each sequence its own well-formed number [REG-NUM-06]', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999 }), (a, b) => {
      const numberOf = (sequence: number): string => assignStudentNumber({ ...request, documentType: 'A', documentNumber: 'E1234567', sequence }).number;
      expect(validateStudentNumber(numberOf(a))).toEqual([]);
      expect(numberOf(a) === numberOf(b)).toBe(a === b);
    }));
  });

  it.each([
    [{ documentType: 'A', documentNumber: 'E1', sequence: 1000 }, 'STUDENT_NUMBER_SEQUENCE_INVALID'],
    [{ documentType: 'Z', sequence: 10_000 }, 'STUDENT_NUMBER_SEQUENCE_INVALID'],
    [{ documentType: 'Z', sequence: 1.5 }, 'STUDENT_NUMBER_SEQUENCE_INVALID'],
    [{ documentType: 'Z', schoolDivision: '6101' }, 'STUDENT_NUMBER_DIVISION_INVALID'],
    [{ documentType: 'Z', birthDate: '2015-02-29' }, 'STUDENT_NUMBER_BIRTH_DATE_INVALID'],
  ])('refuses %j with %s', (change, error) => {
    expect(() => assignStudentNumber({ ...request, ...change })).toThrow(error);
  });

  it.each(['', 'G', 'X99990120150822013X', 'G999901201508220131', 'J610113201508220071', 'L61011320151322007', 'L610113201513220007', 'g99990120150822013X'])(
    'refuses the format of %j [REG-NUM-06]', (number) => {
      expect(validateStudentNumber(number)).toMatchObject([{ code: 'STUDENT_NUMBER_INVALID', rule: 'REG-NUM-06' }]);
    });

  it.each([
    ['L', 'G', true], ['L', 'J', true], ['G', 'G', true],
    ['G', 'L', false], ['J', 'G', false], ['G', 'J', false], ['J', 'L', false],
  ])('a change from %s to %s is permitted: %s [REG-NUM-01] [REG-NUM-06]', (from, to, permitted) => {
    const number: Record<string, string> = { G, J, L };
    expect(isPermittedNumberChange(number[from]!, number[to]!)).toBe(permitted);
  });

  it('never changes one formal number into another [REG-NUM-01]', () => {
    expect(isPermittedNumberChange(G, 'G999901201508220244')).toBe(false);
    expect(isPermittedNumberChange(L, 'L610113201508220008')).toBe(false);
  });
});
