import { actorWith, attachmentHeaders, recordNotFound, type HttpRoute, type Locale } from '@xueji/platform';
import type { Finding } from '@xueji/standards';
import { writeVerdictWorkbook, type Verdict } from '../workbook';
import { IntakeBatch } from './intake-batch.entity';
import type { IntakeFiles } from './intake-upload.route';
import { Newcomer } from './newcomer.entity';

const PREFIX = '/downloads/intake/';

export const reportPath = (batchId: string): string => `${PREFIX}${batchId}.xlsx`;

/** `GET /downloads/intake/<batchId>.xlsx`: the workbook as uploaded with a column of verdicts. It holds whole identity numbers, so only the school that made it gets it. */
export const intakeDownload = ({ files }: Pick<IntakeFiles, 'files'>): HttpRoute => ({
  method: 'GET',
  prefix: PREFIX,
  async handle(request, response, context) {
    const actor = actorWith(context, 'pupil.enter');
    const id = /^\/downloads\/intake\/([\w-]{1,64})\.xlsx$/.exec((request.url ?? '').split('?')[0]!)?.[1];
    const batch = id === undefined ? null : await context.manager.findOneBy(IntakeBatch, { id, schoolId: actor.organizationId });
    if (!batch) throw recordNotFound('intake-batch');
    const rows = await context.manager.find(Newcomer, { select: { id: true, studentId: true, row: true, accepted: true, findings: true }, where: { batchId: batch.id } });
    const verdicts = new Map(rows.map((newcomer) => [newcomer.row, verdictOf(newcomer, context.locale)]));
    await context.readings.append({
      actor, source: 'download', clientAddress: context.clientAddress, traceId: context.traceId, operation: 'intake-workbook', fields: ['IntakeBatch.workbook'],
      pupils: rows.map((newcomer) => newcomer.studentId ?? newcomer.id), searches: [],
    });
    const headers = attachmentHeaders('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', batch.fileName, `${batch.id}.xlsx`);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await writeVerdictWorkbook(files.path(batch.fileKey), verdicts, response);
  },
});

const verdictOf = ({ accepted, findings }: Pick<Newcomer, 'accepted' | 'findings'>, locale: Locale): Verdict => ({
  verdict: accepted ? 'ACCEPTED' : 'REFUSED',
  text: findings.map((found: Finding) => found[locale]).join(locale === 'zh' ? '；' : '; '),
});
