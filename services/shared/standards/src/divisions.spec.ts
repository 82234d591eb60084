import { allDivisions, childrenOf, divisionLevel, divisionTableVersion, divisionsIn, findDivision, isCurrentDivision, isInDivision, isKnownDivision, validateDivision, withdrawnDivisions } from './divisions';

describe('division table', () => {
  it('holds 34 provinces, 338 cities and 2975 counties', () => {
    const count = { PROVINCE: 0, CITY: 0, COUNTY: 0 };
    for (const { level } of allDivisions()) count[level] += 1;
    expect(count).toEqual({ PROVINCE: 34, CITY: 338, COUNTY: 2975 });
    expect(divisionTableVersion()).toBe('2023-06-30');
  });

  it('gives every unit a known parent of a higher level, provinces none [CODE-DIV-01]', () => {
    const rank = { PROVINCE: 0, CITY: 1, COUNTY: 2 };
    const wrong = [...allDivisions(), ...withdrawnDivisions()].filter(({ level, parentCode }) => (level === 'PROVINCE' ? parentCode !== null : parentCode === null || rank[findDivision(parentCode)!.level] >= rank[level]));
    expect(wrong).toEqual([]);
  });

  it('finds a unit in its 2, 4, 6 and 12-digit form', () => {
    expect(findDivision('61')).toMatchObject({ code: '610000', name: '陕西省', level: 'PROVINCE', parentCode: null });
    expect(findDivision('6101')).toMatchObject({ code: '610100', name: '西安市', level: 'CITY', parentCode: '610000' });
    expect(findDivision('610113')).toMatchObject({ code: '610113', name: '雁塔区', level: 'COUNTY', parentCode: '610100' });
    expect(findDivision('610113001002')).toBe(findDivision('610113'));
    expect(['71', '81', '82'].map((code) => findDivision(code)?.level)).toEqual(['PROVINCE', 'PROVINCE', 'PROVINCE']);
  });

  it('puts a county directly under its province [CODE-DIV-01]', () => {
    expect(findDivision('419001')).toMatchObject({ name: '济源市', level: 'COUNTY', parentCode: '410000' });
    expect(findDivision('4190')).toBeNull();
    expect(childrenOf('41').map(({ code }) => code)).toEqual(expect.arrayContaining(['410100', '419001']));
  });

  it('takes a township code of a city without counties as that city', () => {
    expect(findDivision('441900003001')).toMatchObject({ code: '441900', name: '东莞市', level: 'CITY' });
    expect(childrenOf('4419')).toEqual([]);
    expect(isKnownDivision('460400')).toBe(true);
  });

  it.each(['', '6', '610', '61011', '999901', '990000', '610199', '61011300', '6101130', 'ABCDEF', ' 610113'])('refuses %p as unknown [CODE-DIV-01]', (code) => {
    expect(findDivision(code)).toBeNull();
    expect(isKnownDivision(code)).toBe(false);
    expect(divisionLevel(code)).toBeNull();
    expect(validateDivision(code)).toEqual([expect.objectContaining({ code: 'DIVISION_UNKNOWN', rule: 'CODE-DIV-01', zh: expect.stringContaining('2023-06-30'), en: expect.stringContaining('2023-06-30') })]);
  });

  it('keeps the synthetic area 99 out of the table', () => {
    expect([...allDivisions(), ...withdrawnDivisions()].filter(({ code }) => code.startsWith('99'))).toEqual([]);
  });

  it('accepts a withdrawn code for old data and refuses it for something new [CODE-DIV-02]', () => {
    expect(findDivision('610126')).toMatchObject({ name: '高陵县', level: 'COUNTY', parentCode: '610100', validTo: 2014 });
    expect(isKnownDivision('610126')).toBe(true);
    expect(validateDivision('610126')).toEqual([]);
    expect(isCurrentDivision('610126')).toBe(false);
    expect(validateDivision('610126', { forNew: true })).toEqual([expect.objectContaining({ code: 'DIVISION_WITHDRAWN', rule: 'CODE-DIV-02' })]);
    expect(validateDivision('610117', { forNew: true })).toEqual([]);
  });

  it('has no code both withdrawn and current, and dates every withdrawal [CODE-DIV-02]', () => {
    const current = new Set(allDivisions().map(({ code }) => code));
    expect(withdrawnDivisions().length).toBe(92);
    expect(withdrawnDivisions().filter(({ code, validTo }) => current.has(code) || !(validTo! >= 2002 && validTo! <= 2023))).toEqual([]);
  });

  it('selects every unit of a prefix and no other [CODE-DIV-03]', () => {
    const shaanxi = divisionsIn('61');
    expect(shaanxi.map(({ level }) => level).filter((level) => level === 'CITY')).toHaveLength(10);
    expect(shaanxi).toEqual(allDivisions().filter(({ code }) => code.slice(0, 2) === '61'));
    expect(divisionsIn('610000')).toEqual(shaanxi);
    expect(divisionsIn('6101').map(({ code }) => code)).toEqual(['610100', ...childrenOf('6101').map(({ code }) => code)]);
    expect(divisionsIn('610113').map(({ code }) => code)).toEqual(['610113']);
    expect(divisionsIn('')).toEqual([]);
  });

  it('tells whether a code lies in an area [CODE-DIV-03]', () => {
    expect(isInDivision('610113', '61')).toBe(true);
    expect(isInDivision('610113001002', '610100')).toBe(true);
    expect(isInDivision('610113', '34')).toBe(false);
    expect(isInDivision('61', '6101')).toBe(false);
    expect(isInDivision('610113', '')).toBe(false);
    expect(isInDivision('610113', '610')).toBe(false);
  });

  it('lists the direct children only, without withdrawn ones', () => {
    expect(childrenOf('61').every(({ level }) => level === 'CITY')).toBe(true);
    expect(childrenOf('6101').map(({ code }) => code)).not.toContain('610126');
    expect(childrenOf('9999')).toEqual([]);
  });
});
