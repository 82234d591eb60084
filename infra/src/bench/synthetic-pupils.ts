import { checkCharacter, STUDENT_TEMPLATE_78 } from '@xueji/standards';

const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜';
const GIVEN = '安宁和远思明清文若雨晨嘉泽子欣然一诺可心怡辰宇轩浩博睿涵语桐';
/** Children of one intake were born within a year. */
const FIRST_BIRTHDAY = Date.UTC(2019, 8, 1);
const DAYS = 366;
const PER_DAY = 998;

const day = (nth: number): string => new Date(FIRST_BIRTHDAY + (nth % DAYS) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
const letter = (letters: string, nth: number): string => letters[nth % letters.length]!;

/** An ID number of the unassigned division 999901. */
const identityNumber = (birth: string, sequence: number): string => {
  const body = `999901${birth}${String(sequence).padStart(3, '0')}`;
  return body + checkCharacter(body);
};

export interface SchoolOfPupils {
  identifier: string;
  name: string;
  classNumber: string;
  className: string;
}

const guardian = (n: 1 | 2, nth: number): Record<string, string> => Object.fromEntries(Object.entries({
  name: `${letter(SURNAMES, nth)}示${letter(GIVEN, nth * 7 + n)}`, relationship: String(n), currentAddress: `示例市示例区学府路${nth % 400}号`, householdDivisionCode: '610113000000',
  phone: `000${String(nth).padStart(8, '0')}`, isGuardian: '1', identityDocumentType: '1', identityDocumentNumber: identityNumber(`1988010${n}`, 2 * (nth % 400) + n), ethnicity: '01',
  employer: '示例单位',
}).map(([field, value]) => [`guardian${n}.${field}`, value]));

/** The cells of one invented pupil without faults, by the template of 78 columns. Up to 366 × 998 numbers give different children. */
export function pupilCells(nth: number, school: SchoolOfPupils): string[] {
  const birth = day(nth);
  const sequence = 1 + (Math.floor(nth / DAYS) % PER_DAY);
  const address = `示例市示例区学府路${nth % 400}号${nth % 30}栋${nth % 2000}室`;
  const values: Record<string, string> = {
    schoolName: school.name, className: school.className, schoolIdentifier: school.identifier, classNumber: school.classNumber,
    name: `${letter(SURNAMES, nth)}${letter(GIVEN, Math.floor(nth / SURNAMES.length))}${letter(GIVEN, Math.floor(nth / (SURNAMES.length * GIVEN.length)) + nth)}`,
    sex: sequence % 2 === 1 ? '1' : '2', birthDate: birth, birthplaceDivisionCode: '610113000000', nativePlace: '陕西西安', ethnicity: '01', nationality: 'CHN',
    identityDocumentType: '1', identityDocumentNumber: identityNumber(birth, sequence), overseasStatus: '00', healthStatus: '10', householdRegistrationType: '2',
    householdDivisionCode: '610113000000', entryYearMonth: '202609', entryType: '11', attendanceMode: '1', currentAddress: address, mailingAddress: address, homeAddress: address,
    phone: `000${String(nth).padStart(8, '0')}`, postalCode: '710061', onlyChild: '1', attendedPreschool: '1', leftBehindChild: '0', needsFinancialAid: '0', receivesBoardingSubsidy: '0',
    orphan: '0', martyrOrPreferentialChild: '0', schoolDistanceKm: '1.5', needsSchoolBus: '0', documentValidity: '2020.01.01-2030.01.01', specialty: '绘画', migrantWorkerChild: '0', gradeLevel: '1',
    ...guardian(1, nth), ...guardian(2, nth),
  };
  return STUDENT_TEMPLATE_78.columns.map((column) => values[column.field] ?? '');
}
