import fc from 'fast-check';
import { checkCharacter } from './identity-number';
import { intakeRecord, validateIntakeRow, type IntakeContext } from './intake-row';
import { STUDENT_TEMPLATE_78 } from './intake-template';

const context = (change: Partial<IntakeContext> = {}): IntakeContext => ({
  schoolIdentifier: '2161000101', schoolName: '示例区第一小学', classes: new Map([['202601', '一年级(1)班'], ['202602', '一年级(2)班']]),
  today: '2026-11-22', rowNumber: 2, seenDocumentNumbers: new Map(), allowSynthetic: true, ...change,
});

const idNumber = (birth: string, order: string): string => {
  const body = `999901${birth}${order}`;
  return body + checkCharacter(body);
};

/** The number with its check character replaced by a wrong one. */
const spoiled = (number: string): string => number.slice(0, 17) + (number.endsWith('0') ? '1' : '0');

const member = (n: 1 | 2): Record<string, string> => Object.fromEntries(Object.entries({
  name: n === 1 ? '测试父' : '测试母', relationship: String(n), currentAddress: '示例市示例区学府路1号', householdDivisionCode: '610113000000',
  phone: '00012345678', isGuardian: '1', identityDocumentType: '1', identityDocumentNumber: idNumber(`1988010${n}`, n === 1 ? '011' : '022'), ethnicity: '01',
}).map(([field, value]) => [`guardian${n}.${field}`, value]));

const good: Readonly<Record<string, string>> = {
  schoolName: '示例区第一小学', className: '一年级(1)班', schoolIdentifier: '2161000101', name: '测试生', sex: '1', birthDate: '20200115',
  birthplaceDivisionCode: '610113000000', nativePlace: '陕西西安', ethnicity: '01', nationality: 'CHN', identityDocumentType: '1',
  identityDocumentNumber: idNumber('20200115', '013'), overseasStatus: '00', healthStatus: '10', householdRegistrationType: '2',
  householdDivisionCode: '610113000000', classNumber: '202601', entryYearMonth: '202609', entryType: '11', attendanceMode: '1',
  currentAddress: '示例市示例区学府路1号', mailingAddress: '示例市示例区学府路1号', homeAddress: '示例市示例区学府路1号', phone: '00012345678',
  postalCode: '710061', onlyChild: '1', attendedPreschool: '1', leftBehindChild: '0', needsFinancialAid: '0', receivesBoardingSubsidy: '0',
  orphan: '0', martyrOrPreferentialChild: '0', schoolDistanceKm: '1.7', migrantWorkerChild: '0', gradeLevel: '1', studentCategory: '21100',
  ...member(1), ...member(2),
};

const cells = (change: Record<string, string> = {}): string[] => {
  const values = { ...good, ...change };
  return STUDENT_TEMPLATE_78.columns.map((column) => values[column.field] ?? '');
};
const judge = (change: Record<string, string> = {}, of: Partial<IntakeContext> = {}) => validateIntakeRow(cells(change), context(of));
const recordOf = ({ values }: ReturnType<typeof validateIntakeRow>) => intakeRecord(values);
const summary = (verdict: ReturnType<typeof validateIntakeRow>): string[] =>
  verdict.findings.map((f) => `${f.severity === 'error' ? '' : '?'}${f.field}:${f.code}`);
const columnOf = (field: string): number => STUDENT_TEMPLATE_78.columns.find((column) => column.field === field)!.position;

const withoutDocument = { identityDocumentType: 'Z', identityDocumentNumber: '' };

describe('an uploaded row', () => {
  it('becomes a typed record when nothing is wrong with it [REG-ENROL-04]', () => {
    const verdict = judge();
    expect(verdict.findings).toEqual([]);
    expect(verdict.accepted).toBe(true);
    expect(recordOf(verdict)).toMatchObject({
      birthDate: '2020-01-15', onlyChild: true, orphan: false, schoolDistanceKm: 1.7, entryYearMonth: '202609', politicalStatus: null,
      guardian1: { name: '测试父', isGuardian: true, employer: null }, guardian2: { relationship: '2' },
    });
    expect(Object.keys(recordOf(verdict))).toHaveLength(78 - 24 + 2);
  });

  it.each<[string, string, string, string]>([
    ['identityDocumentNumber', spoiled(idNumber('20200115', '013')), 'IDENTITY_NUMBER_CHECK_WRONG', 'REG-NUM-05'],
    ['identityDocumentNumber', idNumber('20201315', '013'), 'IDENTITY_NUMBER_BIRTH_DATE_INVALID', 'REG-NUM-05'],
    ['identityDocumentNumber', '12345', 'IDENTITY_NUMBER_MALFORMED', 'REG-NUM-05'],
    ['identityDocumentNumber', '', 'INTAKE_DOCUMENT_REQUIRED', 'REG-DATA-04'],
    ['identityDocumentType', '7X', 'INTAKE_CODE_UNKNOWN', 'REG-DATA-04'],
    ['birthDate', '20200116', 'IDENTITY_BIRTH_DATE_DIFFERS', 'REG-DATA-03'],
    ['birthDate', '2020-01-15', 'INTAKE_DATE_INVALID', 'REG-DATA-04'],
    ['birthDate', '20200230', 'INTAKE_DATE_INVALID', 'REG-DATA-04'],
    ['birthDate', '20261123', 'INTAKE_DATE_IN_FUTURE', 'REG-DATA-04'],
    ['sex', '2', 'IDENTITY_SEX_DIFFERS', 'REG-DATA-03'],
    ['sex', '9', 'INTAKE_CODE_UNKNOWN', 'REG-DATA-04'],
    ['name', '', 'INTAKE_REQUIRED', 'REG-DATA-04'],
    ['name', ' \u3000 ', 'INTAKE_REQUIRED', 'REG-DATA-04'],
    ['name', '测试\u200b生', 'INTAKE_CHARACTER', 'REG-DATA-04'],
    ['name', '测\u0000试生', 'INTAKE_CHARACTER', 'REG-DATA-04'],
    ['name', '测\u202e试生', 'INTAKE_CHARACTER', 'REG-DATA-04'],
    ['name', '测\ud800试生', 'INTAKE_CHARACTER', 'REG-DATA-04'],
    ['name', '测'.repeat(51), 'INTAKE_TOO_LONG', 'REG-DATA-04'],
    ['ethnicity', '77', 'INTAKE_CODE_UNKNOWN', 'REG-DATA-04'],
    ['nationality', 'CN', 'INTAKE_CODE_UNKNOWN', 'REG-DATA-04'],
    ['schoolIdentifier', '2161000102', 'INTAKE_OTHER_SCHOOL', 'ACC-PERM-03'],
    ['schoolIdentifier', '21610001', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['schoolName', '示例区第二小学', 'INTAKE_SCHOOL_NAME_DIFFERS', 'REG-DATA-04'],
    ['classNumber', '202699', 'INTAKE_CLASS_UNKNOWN', 'REG-ENROL-03'],
    ['className', '一年级(2)班', 'INTAKE_CLASS_NAME_DIFFERS', 'REG-ENROL-03'],
    ['postalCode', '71006', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['entryYearMonth', '2026-09', 'INTAKE_YEAR_MONTH_INVALID', 'REG-DATA-04'],
    ['entryYearMonth', '202613', 'INTAKE_YEAR_MONTH_INVALID', 'REG-DATA-04'],
    ['birthplaceDivisionCode', '610113', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['phone', 'none', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['email', 'nobody', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['documentValidity', '2020-2030', 'INTAKE_FORMAT', 'REG-DATA-04'],
    ['onlyChild', '是', 'INTAKE_CODE_UNKNOWN', 'REG-DATA-04'],
    ['schoolDistanceKm', '1,7', 'INTAKE_NUMBER_INVALID', 'REG-DATA-04'],
    ['guardian1.name', '', 'INTAKE_REQUIRED', 'REG-DATA-04'],
    ['guardian2.phone', '', 'INTAKE_REQUIRED', 'REG-DATA-04'],
    ['guardian2.identityDocumentNumber', spoiled(idNumber('19880102', '022')), 'IDENTITY_NUMBER_CHECK_WRONG', 'REG-NUM-05'],
    ['guardian1.identityDocumentType', '', 'INTAKE_GUARDIAN_DOCUMENT_TYPE_EMPTY', 'REG-DATA-04'],
  ])('is refused for %s = %j with %s [%s]', (field, value, code, rule) => {
    const verdict = judge({ [field]: value });
    expect(verdict.accepted).toBe(false);
    expect(verdict.findings).toEqual([
      expect.objectContaining({ field, column: columnOf(field), code, rule, severity: 'error', zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/[a-z]/) }),
    ]);
  });

  it('is refused for a second pupil with the same number, naming the first row [REG-ENROL-12]', () => {
    const seenDocumentNumbers = new Map<string, number>();
    expect(judge({}, { seenDocumentNumbers, rowNumber: 5 }).accepted).toBe(true);
    const again = judge({ name: '另一生' }, { seenDocumentNumbers, rowNumber: 9 });
    expect(summary(again)).toEqual(['identityDocumentNumber:INTAKE_DUPLICATE']);
    expect(again.findings[0]!.zh).toContain('第5行');
    expect(judge({ name: '另一生' }, { seenDocumentNumbers, rowNumber: 10 }).findings[0]!.en).toContain('row 5');
  });

  it('is refused for the same name, sex and birth date where neither has a number [REG-ENROL-12]', () => {
    const seenDocumentNumbers = new Map<string, number>();
    expect(judge(withoutDocument, { seenDocumentNumbers, rowNumber: 5 }).accepted).toBe(true);
    expect(summary(judge(withoutDocument, { seenDocumentNumbers, rowNumber: 9 }))).toEqual(['name:INTAKE_DUPLICATE']);
    expect(judge({ ...withoutDocument, name: '测试孪' }, { seenDocumentNumbers, rowNumber: 10 }).accepted).toBe(true);
    const nameless = { ...withoutDocument, name: '' };
    expect([11, 12].map((rowNumber) => summary(judge(nameless, { seenDocumentNumbers, rowNumber })))).toEqual([['name:INTAKE_REQUIRED'], ['name:INTAKE_REQUIRED']]);
  });

  it("needs both family members' numbers when the pupil has none [REG-NUM-05]", () => {
    expect(judge(withoutDocument).accepted).toBe(true);
    expect(summary(judge({ ...withoutDocument, 'guardian2.identityDocumentNumber': '' }))).toEqual(['guardian2.identityDocumentNumber:INTAKE_GUARDIAN_DOCUMENT_REQUIRED']);
  });

  it("stores a guardian's 15-digit number as 18 characters [REG-NUM-05]", () => {
    const verdict = judge({ 'guardian1.identityDocumentNumber': '999901880101011' });
    expect(verdict.findings).toEqual([]);
    expect(recordOf(verdict)).toMatchObject({ guardian1: { identityDocumentNumber: idNumber('19880101', '011') } });
  });

  it('takes a foreign pupil with a passport [REG-DATA-13]', () => {
    const foreign = { identityDocumentType: 'A', identityDocumentNumber: 'e1234567', nationality: 'FRA', overseasStatus: '51', name: 'Zoé Étoile' };
    expect(judge(foreign).findings).toEqual([]);
    expect(recordOf(judge(foreign))).toMatchObject({ identityDocumentNumber: 'E1234567' });
    expect(summary(judge({ ...foreign, identityDocumentNumber: '护照一' }))).toEqual(['identityDocumentNumber:INTAKE_DOCUMENT_FORMAT']);
  });

  it('refuses synthetic numbers where they are not allowed [REG-ENROL-11]', () => {
    expect(new Set(judge({}, { allowSynthetic: false }).findings.map((f) => f.code))).toEqual(new Set(['IDENTITY_NUMBER_SYNTHETIC']));
  });

  it('refuses an unknown division of birth or household, with the table version [CODE-DIV-01]', () => {
    const verdict = judge({ birthplaceDivisionCode: '619999000000' }, { knownDivision: (code) => code === '610113', divisionVersion: '2023-06-30' });
    expect(summary(verdict)).toEqual(['birthplaceDivisionCode:INTAKE_DIVISION_UNKNOWN']);
    expect(verdict.findings[0]).toMatchObject({ rule: 'CODE-DIV-01', en: expect.stringContaining('2023-06-30') });
  });

  it.each([
    [{ name: '测试3号' }, '?name:INTAKE_NAME_UNUSUAL'],
    [{ 'guardian1.isGuardian': '0', 'guardian2.isGuardian': '0' }, '?guardian1.isGuardian:INTAKE_NO_GUARDIAN'],
    [{ nationality: 'FRA' }, '?overseasStatus:INTAKE_OVERSEAS_STATUS_UNLIKELY'],
    [{ 'guardian1.identityDocumentNumber': '' }, '?guardian1.identityDocumentNumber:INTAKE_GUARDIAN_DOCUMENT_EMPTY'],
  ] as Array<[Record<string, string>, string]>)('is accepted with a warning for %j [REG-ENROL-04]', (change, warning) => {
    const verdict = judge(change);
    expect(summary(verdict)).toEqual([warning]);
    expect(verdict.accepted).toBe(true);
  });

  it('keeps rare characters and names with a dot, and brings compatibility forms together [REG-DATA-03]', () => {
    for (const name of ['𠮷𡋾', '阿卜杜拉·买买提', '王㛃']) {
      expect(judge({ name }).findings).toEqual([]);
      expect(recordOf(judge({ name }))).toMatchObject({ name });
    }
    expect(recordOf(judge({ name: '\uf9f4试' }))).toMatchObject({ name: '林试' });
    expect(judge({ name: '𠮷'.repeat(50) }).accepted).toBe(true);
  });

  it('trims cells and reads a lower-case check character [REG-DATA-04]', () => {
    const number = ['001', '003', '005', '007', '009', '011', '021', '031', '041', '051'].map((order) => idNumber('20200115', order)).find((n) => n.endsWith('X'))!;
    const verdict = judge({ identityDocumentNumber: ` ${number.toLowerCase()}\n`, postalCode: '\u3000710061 ' });
    expect(verdict.findings).toEqual([]);
    expect(recordOf(verdict)).toMatchObject({ identityDocumentNumber: number, postalCode: '710061' });
  });

  it('lists findings in column order and says nothing twice about one empty cell [REG-DATA-11]', () => {
    const verdict = judge({ 'guardian1.name': '', schoolIdentifier: '2161000102', identityDocumentNumber: '' });
    expect(verdict.findings.map((f) => f.column)).toEqual([3, 12, 51]);
  });

  it('asks for every required column of an empty row [REG-DATA-04]', () => {
    const required = STUDENT_TEMPLATE_78.columns.filter((column) => column.required === 'R').map((column) => column.field);
    const verdict = validateIntakeRow([], context());
    expect(verdict.findings.map((f) => f.field)).toEqual(required);
  });

  it('refuses a cell beyond the template, not an empty one [REG-DATA-04]', () => {
    expect(validateIntakeRow([...cells(), ' ', ''], context()).accepted).toBe(true);
    expect(validateIntakeRow([...cells(), '', 'more'], context()).findings).toMatchObject([{ field: 'row', column: 80, code: 'INTAKE_EXTRA_CELL' }]);
  });

  it('never throws and always decides, whatever the cells hold [REG-DATA-11]', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constant(''), fc.anything() as fc.Arbitrary<string>);
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 80 }), anything), { maxLength: 12 }), (changes) => {
      const row = cells();
      for (const [at, value] of changes) row[at] = value;
      const verdict = validateIntakeRow(row, context());
      expect(verdict.accepted).toBe(!verdict.findings.some((f) => f.severity === 'error'));
    }));
  });
});
