import { CODE_TABLES, codeName, codeTable, findCode, isCode } from './code-tables';

describe('code tables', () => {
  it.each(CODE_TABLES.map((table) => [table.id, table] as const))('%s names every code once, in Chinese and English', (_id, table) => {
    const codes = table.entries.map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(table.entries.filter(([code, zh, en]) => code.trim() !== code || !code || !/\p{Script=Han}|^\d|^[A-Z]+型$/u.test(zh) || !en)).toEqual([]);
    expect([table.standard, table.version]).not.toContain('');
  });

  it('has the 56 ethnic groups and two codes beside them [REG-DATA-03]', () => {
    expect(codeTable('ETHNICITY').entries).toHaveLength(58);
    expect([isCode('ETHNICITY', '56'), isCode('ETHNICITY', '57'), isCode('ETHNICITY', '77')]).toEqual([true, false, false]);
  });

  it('has every country and region by three letters [REG-DATA-13]', () => {
    expect(codeTable('NATIONALITY').entries).toHaveLength(249);
    expect(codeTable('NATIONALITY').entries.filter(([code]) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect([codeName('NATIONALITY', 'CHN'), codeName('NATIONALITY', 'HKG'), codeName('NATIONALITY', 'FRA', 'en')]).toEqual(['中国', '中国香港', 'France']);
  });

  it('finds nothing for a code that is not listed', () => {
    expect(findCode('RELATIONSHIP', '7')).toBeNull();
    expect(codeName('RELATIONSHIP', '7')).toBeNull();
    expect(findCode('RELATIONSHIP', '1')).toEqual(['1', '父亲', 'Father']);
  });
});
