import fc from 'fast-check';
import {
  birthDateOf, checkCharacter, contradictionsOf, isIdentityNumber, maskIdentityNumber, normalizeIdentityNumber, sexOf,
  upgradeIdentityNumber, validateIdentityNumber,
} from './identity-number';

const today = '2026-11-22';
const codes = (number: string, options = {}): string[] =>
  validateIdentityNumber(number, { today, allowSynthetic: true, ...options }).map((f) => f.code);

const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2026-11-21'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10).replaceAll('-', ''));
const numbers = fc.tuple(fc.integer({ min: 110000, max: 659999 }), day, fc.integer({ min: 0, max: 999 }))
  .map(([division, born, order]) => `${division}${born}${String(order).padStart(3, '0')}`)
  .map((body) => body + checkCharacter(body));

describe('resident ID number', () => {
  it.each([
    ['11010519491231002X', '2', '1949-12-31'],
    ['440524188001010014', '1', '1880-01-01'],
    ['99990120150822013X', '1', '2015-08-22'],
    ['99990120160229002X', '2', '2016-02-29'],
    ['999901201508220244', '2', '2015-08-22'],
    ['999902200803150017', '1', '2008-03-15'],
    ['999901202109010084', '2', '2021-09-01'],
    ['999901202109011001', '2', '2021-09-01'],
  ])('accepts %s and reads sex %s and birth date %s from it [REG-NUM-05]', (number, sex, birthDate) => {
    expect(codes(number)).toEqual([]);
    expect([sexOf(number), birthDateOf(number)]).toEqual([sex, birthDate]);
  });

  it('computes the published check character of a body [REG-NUM-05]', () => {
    expect(checkCharacter('51310119820113001')).toBe('4');
    expect(() => checkCharacter('5131011982011300X')).toThrow('IDENTITY_NUMBER_BODY_INVALID');
  });

  it('refuses a birth date in the future though the check character is right [REG-NUM-05]', () => {
    expect(isIdentityNumber('999903209912319990')).toBe(true);
    expect(codes('999903209912319990')).toEqual(['IDENTITY_NUMBER_BIRTH_DATE_IN_FUTURE']);
  });

  it('accepts any body with its check character [REG-NUM-05]', () => {
    fc.assert(fc.property(numbers, (number) => { expect(codes(number, { allowSynthetic: false })).toEqual([]); }));
  });

  it('refuses any number with one character changed [REG-NUM-05]', () => {
    fc.assert(fc.property(numbers, fc.integer({ min: 0, max: 17 }), fc.integer({ min: 1, max: 9 }), (number, at, step) => {
      const digit = number[at] === 'X' ? 10 : Number(number[at]);
      const changed = number.slice(0, at) + ((digit + step) % 10) + number.slice(at + 1);
      fc.pre(changed !== number);
      expect(codes(changed)).not.toEqual([]);
    }));
  });

  it.each(['', '1101051949123100', '11010519491231002x', '11010519491231002X\n', '１１０１０５１９４９１２３１００２X'])(
    'refuses the malformed %j [REG-NUM-05]', (number) => {
      expect(codes(number)).toEqual(['IDENTITY_NUMBER_MALFORMED']);
    });

  it('refuses a month 13 inside the number [REG-NUM-05]', () => {
    const body = '99990120191301001';
    expect(codes(body + checkCharacter(body))).toEqual(['IDENTITY_NUMBER_BIRTH_DATE_INVALID']);
  });

  it('refuses the synthetic division unless it is allowed [REG-ENROL-11]', () => {
    expect(codes('99990120150822013X', { allowSynthetic: false })).toEqual(['IDENTITY_NUMBER_SYNTHETIC']);
  });

  it('only warns of an unknown division, which may have been abolished [CODE-DIV-02]', () => {
    const found = validateIdentityNumber('11010519491231002X', { today, knownDivision: () => false });
    expect(found).toMatchObject([{ severity: 'warning', rule: 'CODE-DIV-02' }]);
    expect(codes('11010519491231002X', { knownDivision: (c: string) => c === '110105' })).toEqual([]);
  });

  it('says which of sex and birth date contradicts the number [REG-DATA-03]', () => {
    const number = '99990120150822013X';
    expect(contradictionsOf(number, { sex: '1', birthDate: '2015-08-22' })).toEqual([]);
    expect(contradictionsOf(number, { sex: '2', birthDate: '2015-08-22' }).map((f) => f.field)).toEqual(['sex']);
    expect(contradictionsOf(number, { sex: '1', birthDate: '2015-08-23' }).map((f) => f.field)).toEqual(['birthDate']);
    expect(contradictionsOf('nonsense', { sex: '1', birthDate: '2015-08-23' })).toEqual([]);
  });

  it('stores the check character in upper case', () => {
    expect(normalizeIdentityNumber(' 11010519491231002x ')).toBe('11010519491231002X');
  });

  it('turns a 15-digit number of a guardian into 18 characters [REG-NUM-05]', () => {
    expect(upgradeIdentityNumber('110105491231002')).toBe('11010519491231002X');
    expect(upgradeIdentityNumber('110105491331002')).toBeNull();
    expect(upgradeIdentityNumber('11010549123100')).toBeNull();
  });

  it.each([
    ['999901201508221234', '9999**********1234'],
    ['G999901201508221234', 'G9999**********1234'],
    ['L610113202009010001', 'L6101**********0001'],
    ['E12345678', 'E1*****78'],
    ['G12345678', 'G1*****78'],
    ['', ''],
  ])('masks %s as %s [ACC-PERM-03]', (number, masked) => {
    expect(maskIdentityNumber(number)).toBe(masked);
  });

  it('never shows more than half of a document number [ACC-PERM-03]', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('1', 'K'), maxLength: 40 }), (number) => {
      const masked = maskIdentityNumber(number);
      expect(masked).toHaveLength(number.length);
      expect(masked.replaceAll('*', '').length).toBeLessThanOrEqual(number.length / 2);
    }));
  });
});
