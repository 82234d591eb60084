import { randomUUID } from 'node:crypto';
import { actorWith, recordNotFound, type HttpRoute, type ServiceContext } from '@xueji/platform';
import { Student } from '../student';
import { countsBelow } from '../statistics/enrolment';
import { dataExports } from '../workflows/data-export';
import { DataExport } from './data-export.entity';
import { ExportContent, ExportFormat } from './data-export.terms';
import { csvLine } from './safe-csv';

const PREFIX = '/downloads/exports/';
const PAGE = 1_000;

export const exportPath = ({ id, format }: Pick<DataExport, 'id' | 'format'>): string => `${PREFIX}${id}.${format === ExportFormat.CSV ? 'csv' : 'ndjson'}`;

/** Columns of a full export, with what stands over them. */
const COLUMNS: readonly [string, (student: Student) => unknown][] = [
  ['学籍号', (s) => s.nationalStudentNumber], ['姓名', (s) => s.name], ['性别', (s) => s.sex], ['出生日期', (s) => s.birthDate], ['身份证件类型', (s) => s.documentType], ['身份证件号', (s) => s.documentNumber],
  ['民族', (s) => s.ethnicity], ['国籍/地区', (s) => s.nationality], ['学段', (s) => s.stage], ['年级', (s) => s.grade], ['入学年月', (s) => s.entryYearMonth], ['地区学号', (s) => s.regionalStudentNumber], ['学籍状态', (s) => s.state],
];
const SUMMARY_COLUMNS = ['单位编号', '单位', '年级', '性别', '人数'];
/** in every row, so that a part of a leaked file still tells who fetched it */
const WATERMARK = '导出标识';

/**
 * `GET /downloads/exports/<id>.csv|ndjson`: writes an approved export for the one account it was approved for. Nothing is kept as a file. Full exports hold what
 * the own school has entered and still holds; who is in them is recorded before the first byte goes out.
 */
export const exportDownload: HttpRoute = {
  method: 'GET',
  prefix: PREFIX,
  async handle(request, response, context) {
    actorWith(context, 'identity.read');
    const [, id, ending] = /^\/downloads\/exports\/([\w-]{1,64})\.(csv|ndjson)$/.exec((request.url ?? '').split('?')[0]!) ?? [];
    const found = id === undefined ? null : await context.manager.findOneBy(DataExport, { id });
    if (!found || exportPath(found) !== `${PREFIX}${id}.${ending}`) throw recordNotFound('data-export');
    const record = await context.run(dataExports, randomUUID(), { command: 'downloadExport', id: found.id, input: {} });
    const mark = `${record.id}/${record.recipientId}/${record.downloads}`;
    const rows = record.content === ExportContent.FULL ? await fullRows(record, context) : await summaryRows(record, context);
    const isCsv = record.format === ExportFormat.CSV;
    response.writeHead(200, {
      'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson', 'content-disposition': `attachment; filename="${record.id}.${ending}"`,
    });
    // Spreadsheets take a file for UTF-8 by its byte order mark.
    if (isCsv) response.write(`\ufeff${csvLine([...rows.columns, WATERMARK])}`);
    for (const values of rows.values) {
      response.write(isCsv ? csvLine([...values, mark]) : `${JSON.stringify(Object.fromEntries([...rows.columns.map((column, n) => [column, values[n] ?? null]), [WATERMARK, mark]]))}\n`);
    }
    response.end();
  },
};

interface Rows {
  columns: readonly string[];
  values: unknown[][];
}

async function fullRows(record: DataExport, context: ServiceContext): Promise<Rows> {
  const students: Student[] = [];
  for (let after = ''; ; after = students.at(-1)!.id) {
    const page = await context.manager.createQueryBuilder(Student, 's')
      .where('s.producingOrganizationId = :own and s.schoolId = :own and s.id > :after', { own: record.organizationId, after }).orderBy('s.id').take(PAGE).getMany();
    students.push(...page);
    if (page.length < PAGE) break;
  }
  const note = { actor: context.actor, source: 'export', clientAddress: context.clientAddress, traceId: context.traceId, operation: `data-export:${record.id}`, fields: COLUMNS.map(([column]) => `Student:${column}`), searches: [] };
  for (let from = 0; from === 0 || from < students.length; from += PAGE) await context.readings.append({ ...note, pupils: students.slice(from, from + PAGE).map(({ id }) => id) });
  return { columns: COLUMNS.map(([column]) => column), values: students.map((student) => COLUMNS.map(([, value]) => value(student))) };
}

async function summaryRows(record: DataExport, context: ServiceContext): Promise<Rows> {
  const { areas } = await countsBelow(context.manager, record.holderPath, true);
  return { columns: SUMMARY_COLUMNS, values: areas.flatMap((area) => area.cells.map(({ grade, sex, count }) => [area.id, area.name, grade, sex, count ?? '*'])) };
}
