import { randomUUID } from 'node:crypto';
import { actorWith, answerJson, beforeReading, displayName, parameter, queryOf, recordNotFound, typeOfFile, type FileType, type HttpRoute, type ServiceContext } from '@xueji/platform';
import { scopeRule } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { TransferEvidence } from './evidence.entity';
import { EVIDENCE_LIMITS, EVIDENCE_RULE, type EvidenceScan } from './evidence.terms';
import { keepEvidence, removeEvidence, reserveEvidence, scanEvidence, type EvidenceKeeping } from './keep-evidence';

/** What an upload is answered with; `evidenceId` is what a filing names. */
export interface UploadedEvidence {
  evidenceId: string;
  fileName: string;
  size: number;
  sha256: string;
  mediaType: string;
  scan: EvidenceScan;
}

const refusal = (code: string, field: string, zh: string, en: string) => new DomainError({ code, rule: EVIDENCE_RULE, field, zh, en });

/**
 * `POST /uploads/evidence?requestId=…&fileName=…`, the body is the file: JPEG, PNG or PDF up to 10 MB. Answers UploadedEvidence; a repeated request gets the
 * first answer. The scanner is asked at once; when it cannot say, the file is answered as PENDING and the clock asks again.
 */
export const evidenceUpload = (keeping: EvidenceKeeping): HttpRoute => ({
  method: 'POST',
  prefix: '/uploads/evidence',
  async handle(request, response, context) {
    const { files } = keeping;
    const { requestId, reserved } = await beforeReading(request, async () => {
      mayFile(context);
      const query = queryOf(request);
      const asked = { requestId: parameter(query, 'requestId'), fileName: displayName(parameter(query, 'fileName')) };
      if (!asked.fileName) throw refusal('FILE_NAME_INVALID', 'fileName', '文件名无效', 'This is no name of a file');
      return { requestId: asked.requestId, reserved: await context.command('reserveEvidence', randomUUID(), null, (scope) => reserveEvidence(scope, asked.fileName!)) };
    });
    const { id, fileKey, fileName } = reserved;
    const giveBack = () => context.command('releaseEvidence', randomUUID(), { id }, (scope) => removeEvidence(scope, files, id, 'NOT_RECEIVED'));
    let evidenceId: string;
    try {
      const { bytes: size, sha256 } = await files.receive(request, { limitBytes: EVIDENCE_LIMITS.fileBytes, rule: EVIDENCE_RULE }, fileKey);
      const type = await typeOfFile(files.path(fileKey), { types: ['JPEG', 'PNG', 'PDF'], rule: EVIDENCE_RULE });
      assertCalledWhatItIs(type, fileName, request.headers['content-type']);
      ({ evidenceId } = await context.command('uploadEvidence', requestId, { fileName, sha256 }, async (scope) => {
        await keepEvidence(scope, id, { mediaType: type.mediaType, size, sha256 });
        return { evidenceId: id };
      }));
    } catch (error) {
      // Should this fail as well, the row expires and the clock does it.
      await giveBack().catch(() => undefined);
      throw error;
    }
    if (evidenceId === id) await scanNow(context, keeping, { id, fileKey });
    else await giveBack();
    answerJson(response, await uploaded(context, evidenceId));
  },
});

/** Schools file transfers: no policy lets a guardian or a kindergarten do so. */
function mayFile(context: ServiceContext): void {
  const { level } = actorWith(context, 'pupil.enter');
  if (level !== 'SCHOOL') throw new DomainError({ code: 'DUTY_NOT_PERMITTED', rule: scopeRule['pupil.enter'], zh: '转学由学校申请', en: 'Transfers are filed by schools' });
}

function assertCalledWhatItIs({ name, mediaType, extensions }: FileType, fileName: string, contentType: string | undefined): void {
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (!extensions.includes(extension)) throw refusal('FILE_TYPE_DIFFERS', 'fileName', `文件内容是 ${name}，与扩展名不符`, `The content is ${name}, which the file name does not say`);
  const declared = contentType?.split(';')[0]!.trim().toLowerCase() || null;
  if (declared !== null && declared !== 'application/octet-stream' && declared !== mediaType) {
    throw refusal('FILE_TYPE_DIFFERS', 'content-type', `文件内容是 ${name}，与声明的类型不符`, `The content is ${name}, which the declared type does not say`);
  }
}

async function scanNow(context: ServiceContext, keeping: EvidenceKeeping, evidence: Pick<TransferEvidence, 'id' | 'fileKey'>): Promise<void> {
  try {
    await scanEvidence(keeping, evidence, (command, work) => context.command(command, randomUUID(), { id: evidence.id }, work));
  } catch (error) {
    context.log.warn({ error: (error as Error).name, evidenceId: evidence.id }, 'the virus scanner gave no verdict; the file is held and scanned again');
  }
}

async function uploaded(context: ServiceContext, id: string): Promise<UploadedEvidence> {
  const evidence = await context.manager.findOneBy(TransferEvidence, { id });
  if (!evidence) throw recordNotFound('transfer-evidence');
  const { fileName, size, sha256, mediaType, scan } = evidence;
  return { evidenceId: id, fileName, size: size!, sha256: sha256!, mediaType: mediaType!, scan };
}
