import { actorWith, answerJson, beforeReading, parameter, queryOf, recordNotFound, typeOfFile, type FileFolder, type FileType, type HttpRoute } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { newcomers } from '../workflows/primary-newcomer';
import { Newcomer } from './newcomer.entity';

const MB = 1 << 20;

interface FileKind {
  command: string;
  limitBytes: number;
  types: readonly FileType['name'][];
}

const KINDS: Readonly<Record<string, FileKind>> = {
  PHOTO: { command: 'collectPhoto', limitBytes: 5 * MB, types: ['JPEG', 'PNG'] },
  CARD_SCAN: { command: 'fileRegistryCard', limitBytes: 10 * MB, types: ['JPEG', 'PNG', 'PDF'] },
};

const RULE = 'REG-DATA-10';

const refusal = (code: string, field: string, zh: string, en: string) => new DomainError({ code, rule: RULE, field, zh, en });

/**
 * `POST /uploads/pupil-files?requestId=…&newcomerId=…&kind=PHOTO|CARD_SCAN[&expectedVersion=…]`, the body is the file: JPEG or PNG up to 5 MB, a scan
 * also PDF up to 10 MB, known by its content. Moves the newcomer on [REG-DATA-10] and answers { newcomerId, state, version }.
 */
export const pupilFileUpload = ({ files }: { files: FileFolder }): HttpRoute => ({
  method: 'POST',
  prefix: '/uploads/pupil-files',
  async handle(request, response, context) {
    const asked = await beforeReading(request, async () => {
      const actor = actorWith(context, 'pupil.enter');
      const query = queryOf(request);
      const kind = KINDS[parameter(query, 'kind')];
      if (!kind) throw refusal('FILE_KIND_UNKNOWN', 'kind', 'kind 须为 PHOTO 或 CARD_SCAN', 'kind must be PHOTO or CARD_SCAN');
      const version = query.get('expectedVersion');
      if (version !== null && !/^\d{1,9}$/.test(version)) throw refusal('VERSION_INVALID', 'expectedVersion', '版本号须为整数', 'expectedVersion must be a number');
      const asked = { kind, requestId: parameter(query, 'requestId'), id: parameter(query, 'newcomerId'), expectedVersion: version === null ? null : Number(version) };
      // Whoever may not see the newcomer learns nothing from how the file is judged.
      const newcomer = await context.manager.findOneBy(Newcomer, { id: asked.id });
      if (!newcomer || !newcomers.isVisible(newcomer, actor)) throw recordNotFound(newcomers.recordType);
      return asked;
    });
    const { kind, requestId, id, expectedVersion } = asked;
    const { key, sha256 } = await files.receive(request, { limitBytes: kind.limitBytes, rule: RULE });
    try {
      const { extensions } = await typeOfFile(files.path(key), { types: kind.types, rule: RULE });
      // Named after its content, so that a repeated request is the same request.
      const name = `${sha256}.${extensions[0]}`;
      await files.rename(key, name);
      const newcomer = await context.run(newcomers, requestId, { command: kind.command, id, input: { file: name, attachments: [name] }, expectedVersion });
      answerJson(response, { newcomerId: newcomer.id, state: newcomer.state, version: newcomer.version });
    } finally {
      await files.remove(key);
    }
  },
});
