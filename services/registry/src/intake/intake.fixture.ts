import { randomUUID } from 'node:crypto';
import type { Actor } from '@xueji/platform';
import { checkCharacter, STUDENT_TEMPLATE_78 } from '@xueji/standards';
import type { TestService } from '@xueji/testing';
import { textRow, workbookParts, zipOf } from '../workbook/workbook.fixture';

export const HEADER = STUDENT_TEMPLATE_78.columns.map((column) => column.header);

/** An ID number of the unassigned division 999901. The last digit of `order` gives the sex: odd 1, even 2. */
export const identityNumber = (birth: string, order: string): string => {
  const body = `999901${birth}${order}`;
  return body + checkCharacter(body);
};

const member = (n: 1 | 2): Record<string, string> => Object.fromEntries(Object.entries({
  name: n === 1 ? '测试父' : '测试母', relationship: String(n), currentAddress: '示例市示例区学府路1号', householdDivisionCode: '610113000000',
  phone: '00012345678', isGuardian: '1', identityDocumentType: '1', identityDocumentNumber: identityNumber(`1988010${n}`, n === 1 ? '011' : '022'), ethnicity: '01',
}).map(([field, value]) => [`guardian${n}.${field}`, value]));

const base: Readonly<Record<string, string>> = {
  schoolName: '示例区第一小学', className: '一年级(1)班', schoolIdentifier: '2161000101', name: '测试生', sex: '1', birthDate: '20200115',
  birthplaceDivisionCode: '610113000000', nativePlace: '陕西西安', ethnicity: '01', nationality: 'CHN', identityDocumentType: '1',
  overseasStatus: '00', healthStatus: '10', householdRegistrationType: '2', householdDivisionCode: '610113000000', classNumber: '202601',
  entryYearMonth: '202609', entryType: '11', attendanceMode: '1', currentAddress: '示例市示例区学府路1号', mailingAddress: '示例市示例区学府路1号',
  homeAddress: '示例市示例区学府路1号', phone: '00012345678', postalCode: '710061', onlyChild: '1', attendedPreschool: '1', leftBehindChild: '0',
  needsFinancialAid: '0', receivesBoardingSubsidy: '0', orphan: '0', martyrOrPreferentialChild: '0', migrantWorkerChild: '0', gradeLevel: '1',
  ...member(1), ...member(2),
};

let order = 0;

/** Cells of a row without faults, of a boy that no other row is; `change` by field of the template. */
export function pupilRow(change: Record<string, string> = {}): string[] {
  order += 1;
  const birth = `2020${String(1 + (Math.floor(order / 28) % 12)).padStart(2, '0')}${String(1 + (order % 28)).padStart(2, '0')}`;
  const values: Record<string, string> = {
    ...base, name: `测试${'甲乙丙丁戊己庚辛壬癸'[order % 10]}${'子丑寅卯辰巳午未申酉'[Math.floor(order / 10) % 10]}`, birthDate: birth,
    identityDocumentNumber: identityNumber(birth, String(101 + 2 * (order % 400)).padStart(3, '0')), ...change,
  };
  return STUDENT_TEMPLATE_78.columns.map((column) => values[column.field] ?? '');
}

export const cellOf = (row: readonly string[], field: string): string => row[STUDENT_TEMPLATE_78.columns.findIndex((column) => column.field === field)]!;

export const workbookOf = (rows: readonly string[][], header: readonly string[] = HEADER): Promise<Buffer> =>
  zipOf(workbookParts([header, ...rows].map((cells) => textRow(...cells)).join('')));

export interface HttpAnswer {
  status: number;
  body: any;
}

/** Plain HTTP to a listening test service. */
export const httpOf = (service: TestService, url: string) => {
  const root = url.replace('/graphql', '');
  const send = async (actor: Actor | null, method: string, path: string, body?: Buffer, language = 'zh-CN'): Promise<Response> =>
    fetch(`${root}${path}`, { method, ...(body ? { body: new Uint8Array(body) } : {}), headers: { ...(await service.headers(actor)), 'accept-language': language } });
  const answer = async (response: Response): Promise<HttpAnswer> => ({ status: response.status, body: await response.json() });
  return {
    get: (actor: Actor | null, path: string, language?: string) => send(actor, 'GET', path, undefined, language),
    upload: async (actor: Actor | null, body: Buffer, { requestId = randomUUID(), language }: { requestId?: string; language?: string } = {}) =>
      answer(await send(actor, 'POST', `/uploads/intake?requestId=${requestId}&fileName=${encodeURIComponent('新生.xlsx')}`, body, language)),
    uploadFile: async (actor: Actor | null, newcomerId: string, kind: string, body: Buffer, more = `requestId=${randomUUID()}`) =>
      answer(await send(actor, 'POST', `/uploads/pupil-files?newcomerId=${newcomerId}&kind=${kind}&${more}`, body)),
  };
};
