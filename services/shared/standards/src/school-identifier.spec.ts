import { composeSchoolIdentifier, parseSchoolIdentifier, schoolTypeOfRunningType, SCHOOL_TYPES, validateSchoolIdentifier } from './school-identifier';

describe('school identifier', () => {
  it('reads type, province and sequence [CODE-ID-02]', () => {
    expect(parseSchoolIdentifier('2161000101')).toMatchObject({ type: { digits: '21', kind: 'SCHOOL', stage: 'PRIMARY' }, province: '61', sequence: '000101' });
    expect(parseSchoolIdentifier('1134000007')).toMatchObject({ type: { kind: 'INSTITUTION', stage: 'PRESCHOOL' }, province: '34' });
  });

  it.each(['', '216100010', '21610001011', '216100010A', '２１６１０００１０１'])('refuses %j, which is not ten digits [CODE-ID-01]', (identifier) => {
    expect(validateSchoolIdentifier(identifier)).toMatchObject([{ code: 'SCHOOL_IDENTIFIER_MALFORMED', rule: 'CODE-ID-01' }]);
    expect(parseSchoolIdentifier(identifier)).toBeNull();
  });

  it("refuses an identifier that disagrees with the school's type or province [CODE-ID-02]", () => {
    const codes = (declared: { typeDigits?: string; province?: string }): string[] => validateSchoolIdentifier('2161000101', declared).map((f) => f.code);
    expect(codes({ typeDigits: '21', province: '61' })).toEqual([]);
    expect(codes({ typeDigits: '31' })).toEqual(['SCHOOL_IDENTIFIER_TYPE_DIFFERS']);
    expect(codes({ province: '34' })).toEqual(['SCHOOL_IDENTIFIER_PROVINCE_DIFFERS']);
    expect(validateSchoolIdentifier('9999000101').map((f) => f.rule)).toEqual(['CODE-ID-02', 'CODE-ID-02']);
  });

  it('composes what it can parse and nothing else [CODE-ID-01]', () => {
    expect(composeSchoolIdentifier({ typeDigits: '31', province: '41', sequence: 12 })).toBe('3141000012');
    expect(() => composeSchoolIdentifier({ typeDigits: '31', province: '41', sequence: 1_000_000 })).toThrow('SCHOOL_IDENTIFIER_INVALID');
    expect(() => composeSchoolIdentifier({ typeDigits: '31', province: '99', sequence: 1 })).toThrow('SCHOOL_IDENTIFIER_INVALID');
  });

  it('leads from the running type to the type digits [CODE-ID-02]', () => {
    expect(schoolTypeOfRunningType('312')).toMatchObject({ digits: '31', stages: expect.arrayContaining(['PRIMARY', 'JUNIOR']) });
    expect(schoolTypeOfRunningType('399')).toBeNull();
  });

  it('keeps pupils to the school types in scope [GEN-SCOPE-01]', () => {
    expect(SCHOOL_TYPES.filter((type) => type.kind === 'SCHOOL').map((type) => type.digits)).toEqual(['21', '31', '34', '37', '51']);
  });
});
