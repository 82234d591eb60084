import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpRoute } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { actorWith, answerJson, discard, parameter, queryOf, receiveFile } from '../files';
import { newcomers } from '../workflows/primary-newcomer';

const MB = 1 << 20;

interface FileKind {
  command: string;
  limitBytes: number;
  types: readonly (keyof typeof MAGIC)[];
}

const MAGIC = { jpg: [0xff, 0xd8, 0xff], png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], pdf: [0x25, 0x50, 0x44, 0x46, 0x2d] } as const;

const KINDS: Readonly<Record<string, FileKind>> = {
  PHOTO: { command: 'collectPhoto', limitBytes: 5 * MB, types: ['jpg', 'png'] },
  CARD_SCAN: { command: 'fileRegistryCard', limitBytes: 10 * MB, types: ['jpg', 'png', 'pdf'] },
};

const refusal = (code: string, field: string, zh: string, en: string) => new DomainError({ code, rule: 'REG-DATA-10', field, zh, en });

/**
 * `POST /uploads/pupil-files?requestId=…&newcomerId=…&kind=PHOTO|CARD_SCAN[&expectedVersion=…]`, the body is the file: JPEG or PNG up to 5 MB, a scan
 * also PDF up to 10 MB, known by its content. Moves the newcomer on [REG-DATA-10] and answers { newcomerId, state, version }.
 */
export const pupilFileUpload = ({ folder }: { folder: string }): HttpRoute => ({
  method: 'POST',
  prefix: '/uploads/pupil-files',
  async handle(request, response, context) {
    const asked = await readQuery(() => {
      actorWith(context, 'pupil.enter');
      const query = queryOf(request);
      const kind = KINDS[parameter(query, 'kind')];
      if (!kind) throw refusal('FILE_KIND_UNKNOWN', 'kind', 'kind 须为 PHOTO 或 CARD_SCAN', 'kind must be PHOTO or CARD_SCAN');
      const version = query.get('expectedVersion');
      if (version !== null && !/^\d{1,9}$/.test(version)) throw refusal('VERSION_INVALID', 'expectedVersion', '版本号须为整数', 'expectedVersion must be a number');
      return { kind, requestId: parameter(query, 'requestId'), id: parameter(query, 'newcomerId'), expectedVersion: version === null ? null : Number(version) };
    }).catch(async (error: unknown) => {
      await discard(request);
      throw error;
    });
    const { kind, requestId, id, expectedVersion } = asked;
    const received = await receiveFile(request, folder, kind.limitBytes);
    try {
      // Named after its content, so that a repeated request is the same request.
      const name = `${received.sha256}.${await typeOf(received.path, kind)}`;
      await rename(received.path, join(folder, name));
      const newcomer = await context.run(newcomers, requestId, { command: kind.command, id, input: { file: name, attachments: [name] }, expectedVersion });
      answerJson(response, { newcomerId: newcomer.id, state: newcomer.state, version: newcomer.version });
    } finally {
      await rm(received.path, { force: true });
    }
  },
});

const readQuery = async <T>(read: () => T): Promise<T> => read();

async function typeOf(path: string, { types }: FileKind): Promise<string> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(8);
    await file.read(head, 0, head.length, 0);
    const type = types.find((candidate) => MAGIC[candidate].every((byte, i) => head[i] === byte));
    if (!type) throw refusal('FILE_TYPE_REFUSED', 'file', `文件内容须为 ${types.join('、').toUpperCase()}`, `The content must be ${types.join(', ').toUpperCase()}`);
    return type;
  } finally {
    await file.close();
  }
}
