import { STUDENT_TEMPLATE_78, validateIntakeRow } from '@xueji/standards';
import { pupilCells } from './synthetic-pupils';

const SCHOOL = { identifier: '2161000102', name: '示例区第二小学', classNumber: '202601', className: '一年级(1)班' };
const NUMBER = STUDENT_TEMPLATE_78.columns.findIndex(({ field }) => field === 'identityDocumentNumber');

describe('invented pupils', () => {
  it('are all accepted and all different, over more rows than any benchmark sends [REG-DATA-04]', () => {
    const seenDocumentNumbers = new Map<string, number>();
    const context = { schoolIdentifier: SCHOOL.identifier, schoolName: SCHOOL.name, classes: new Map([[SCHOOL.classNumber, SCHOOL.className]]), today: '2026-09-01' as never, seenDocumentNumbers, allowSynthetic: true };
    const refused = Array.from({ length: 160 }, (_, i) => i * 997).filter((nth) => !validateIntakeRow(pupilCells(nth, SCHOOL), { ...context, rowNumber: nth }).accepted);
    expect(refused).toEqual([]);
    expect(new Set(Array.from({ length: 160_000 }, (_, nth) => pupilCells(nth, SCHOOL)[NUMBER])).size).toBe(160_000);
  });

  it('have numbers of the unassigned division 999901 only', () => {
    for (const cell of pupilCells(12_345, SCHOOL)) if (/^\d{17}[\dX]$/.test(cell)) expect(cell.slice(0, 6)).toBe('999901');
  });
});
