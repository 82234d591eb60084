import { findCode } from './code-tables';
import { compareHeaders, headersFit, STUDENT_TEMPLATE_78 } from './intake-template';

const headers = STUDENT_TEMPLATE_78.columns.map((column) => column.header);

describe('the 78-column template', () => {
  it('has 78 columns in order, each header and field once [REG-DATA-04]', () => {
    const { columns } = STUDENT_TEMPLATE_78;
    expect(columns.map((column) => column.position)).toEqual(Array.from({ length: 78 }, (_, i) => i + 1));
    expect([new Set(headers).size, new Set(columns.map((column) => column.field)).size]).toEqual([78, 78]);
    expect([columns[3]!.header, columns[11]!.field, columns[50]!.header, columns[70]!.field, columns[77]!.field]).toEqual(
      ['姓名', 'identityDocumentNumber', '成员1姓名', 'guardian2.identityDocumentNumber', 'photo']);
  });

  it('names codes that are in their tables [REG-DATA-04]', () => {
    for (const { codeTable, codes, type } of STUDENT_TEMPLATE_78.columns) {
      expect(type === 'code' || type === 'boolean').toBe(codeTable !== undefined);
      for (const entry of codes ?? []) expect(findCode(codeTable!, entry)).not.toBeNull();
    }
  });

  it('accepts its own header row, spaces aside [REG-DATA-04]', () => {
    expect(headersFit(compareHeaders(headers))).toBe(true);
    expect(headersFit(compareHeaders(headers.map((header) => ` ${header} `)))).toBe(true);
  });

  it('reports what is missing, unexpected and misplaced [REG-DATA-04]', () => {
    const actual = [...headers];
    [actual[3], actual[4]] = [actual[4]!, actual[3]!];
    actual[26] = '邮编';
    actual.push('姓名');
    expect(compareHeaders(actual)).toEqual({
      missing: ['邮政编码'],
      unexpected: ['邮编', '姓名'],
      misplaced: [{ header: '性别', expected: 5, actual: 4 }, { header: '姓名', expected: 4, actual: 5 }],
    });
    expect(headersFit(compareHeaders(actual))).toBe(false);
  });

  it('misses everything in an empty sheet [REG-DATA-04]', () => {
    expect(compareHeaders([])).toEqual({ missing: headers, unexpected: [], misplaced: [] });
  });
});
