import { actorWith, answerJson, beforeReading, displayName, parameter, queryOf, type FileFolder, type HttpRoute, type ServiceContext } from '@xueji/platform';
import { compareHeaders, headersFit } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { openInWorker, WORKBOOK_LIMITS } from '../workbook';
import { intakeSetting } from './intake-setting';
import { assertMayImport, takeIn, type IntakeOutcome, type UploadedFile } from './take-in';

export interface IntakeFiles {
  /** the workbooks, under random keys */
  files: FileFolder;
  allowSynthetic: boolean;
}

/**
 * `POST /uploads/intake?requestId=…&fileName=…`, the body is the workbook itself. Answers IntakeOutcome; a repeated request gets the first answer.
 * Whether the school may take in newcomers now is looked at before the body is read, and again in the transaction.
 */
export const intakeUpload = ({ files, allowSynthetic }: IntakeFiles): HttpRoute => ({
  method: 'POST',
  prefix: '/uploads/intake',
  async handle(request, response, context) {
    const query = queryOf(request);
    const asked = await beforeReading(request, () => mayUpload(context, query));
    const { key, sha256 } = await files.receive(request, { limitBytes: WORKBOOK_LIMITS.fileBytes, rule: 'REG-DATA-04' });
    const file: UploadedFile = { fileName: asked.fileName, fileKey: key, sha256 };
    let kept = false;
    let outcome: IntakeOutcome;
    try {
      outcome = await context.command('uploadIntake', asked.requestId, { fileName: file.fileName, sha256 }, async (scope): Promise<IntakeOutcome> => {
        const setting = await intakeSetting(scope.manager, scope.actor.organizationId, scope.now);
        const workbook = await openInWorker(files.path(key));
        try {
          assertHeaders(workbook.header);
          const taken = await takeIn(scope, setting, file, workbook.batches, { allowSynthetic });
          kept = true;
          return taken;
        } finally {
          await workbook.close();
        }
      });
    } catch (error) {
      kept = false;
      throw error;
    } finally {
      if (!kept) await files.remove(key);
    }
    answerJson(response, outcome);
  },
});

async function mayUpload(context: ServiceContext, query: URLSearchParams): Promise<{ requestId: string; fileName: string }> {
  const actor = actorWith(context, 'pupil.enter');
  const asked = { requestId: parameter(query, 'requestId'), fileName: displayName(query.get('fileName')) ?? 'intake.xlsx' };
  const now = context.clock.now();
  assertMayImport({ actor, now }, await intakeSetting(context.manager, actor.organizationId, now));
  return asked;
}

function assertHeaders(header: readonly string[]): void {
  const differences = compareHeaders(header);
  if (headersFit(differences)) return;
  throw new DomainError({
    code: 'INTAKE_HEADERS_DIFFER', rule: 'REG-DATA-04', field: 'file', details: { ...differences },
    zh: '表头与78项模板不一致，请使用最新模板', en: 'The header row differs from the template of 78 columns',
  });
}
