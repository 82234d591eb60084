import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { actorWith, attachmentHeaders, recordNotFound, type CommandScope, type HttpRoute } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { TransferCase } from '../transfer/transfer.entity';
import { isVisible } from '../transfer/transfer.rows';
import { TransferEvidence } from './evidence.entity';
import { EVIDENCE_RULE } from './evidence.terms';
import type { EvidenceKeeping } from './keep-evidence';

const PREFIX = '/downloads/evidence/';

export const evidencePath = (id: string): string => `${PREFIX}${id}`;

/** `GET /downloads/evidence/<id>`: the file, for whoever sees its case; everybody else finds nothing. That it was fetched stands in the audit before the first byte leaves. */
export const evidenceDownload = ({ files }: Pick<EvidenceKeeping, 'files'>): HttpRoute => ({
  method: 'GET',
  prefix: PREFIX,
  async handle(request, response, context) {
    const actor = actorWith(context, 'pupil.read');
    const id = /^\/downloads\/evidence\/([\w-]{1,64})$/.exec((request.url ?? '').split('?')[0]!)?.[1] ?? '';
    let evidence!: TransferEvidence;
    let studentId!: string;
    await context.command('downloadEvidence', randomUUID(), { id }, async (scope) => {
      ({ evidence, studentId } = await readableEvidence(scope, id));
      scope.audit('evidence.download', 'transfer-evidence', id, { caseId: evidence.caseId, sha256: evidence.sha256 });
    });
    await context.readings.append({
      actor, source: 'download', clientAddress: context.clientAddress, traceId: context.traceId, operation: 'transfer-evidence', fields: ['TransferEvidence.content'], pupils: [studentId], searches: [],
    });
    const content = files.read(evidence.fileKey);
    await once(content, 'open');
    const headers = attachmentHeaders(evidence.mediaType!, evidence.fileName, `${id}.${evidence.fileName.split('.').at(-1)!}`);
    response.writeHead(200, { ...headers, 'content-length': evidence.size! });
    await pipeline(content, response);
  },
});

async function readableEvidence({ manager, actor }: CommandScope, id: string): Promise<{ evidence: TransferEvidence; studentId: string }> {
  const evidence = await manager.findOneBy(TransferEvidence, { id });
  const transfer = evidence?.caseId ? await manager.findOneBy(TransferCase, { id: evidence.caseId }) : null;
  if (!evidence || !transfer || !isVisible(transfer, actor)) throw recordNotFound('transfer-evidence');
  if (evidence.scan === 'INFECTED') throw new DomainError({ code: 'EVIDENCE_INFECTED', rule: EVIDENCE_RULE, zh: '文件查出病毒，不可下载', en: 'A virus was found in the file; it is not handed out' });
  if (evidence.scan !== 'CLEAN') throw new DomainError({ code: 'EVIDENCE_HELD', rule: EVIDENCE_RULE, zh: '文件尚未查毒完毕，请稍后再试', en: 'The file has not been scanned yet; try again later' });
  return { evidence, studentId: transfer.studentId };
}
