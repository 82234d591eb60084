import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { DomainError } from '@xueji/workflow';

export interface ReceivedFile {
  path: string;
  /** random name in its folder */
  key: string;
  sha256: string;
  bytes: number;
}

/** More than this is not listened to, not even to answer politely. */
const PATIENCE_BYTES = 64 << 20;

const tooLarge = (limitBytes: number) =>
  new DomainError({ code: 'FILE_TOO_LARGE', rule: 'REG-DATA-04', field: 'file', zh: `文件超过 ${limitBytes >> 20} MB`, en: `The file is larger than ${limitBytes >> 20} MB`, details: { limit: limitBytes } });

const empty = () => new DomainError({ code: 'FILE_EMPTY', rule: 'REG-DATA-04', field: 'file', zh: '文件为空', en: 'The file is empty' });

/** Writes the body of a request to a file of a random name in `folder`, never holding more than a piece of it. Leaves nothing behind when it throws. */
export async function receiveFile(request: IncomingMessage, folder: string, limitBytes: number): Promise<ReceivedFile> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    await discard(request);
    throw tooLarge(limitBytes);
  }
  await mkdir(folder, { recursive: true });
  const key = randomUUID();
  const path = join(folder, key);
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces(request)) {
      bytes += piece.length;
      if (bytes > limitBytes) break;
      hash.update(piece);
      await file.write(piece);
    }
    if (bytes > limitBytes) await discard(request);
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    if (bytes === 0) throw empty();
    if (!request.complete) throw new DomainError({ code: 'UPLOAD_BROKEN_OFF', rule: 'REG-DATA-04', field: 'file', zh: '上传中断，请重新上传', en: 'The upload broke off; try again' });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return { path, key, sha256: hash.digest('hex'), bytes };
}

/** Reads on without keeping anything, so that a client still sending gets to see the refusal. */
export async function discard(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const piece of pieces(request)) {
    bytes += piece.length;
    if (bytes > PATIENCE_BYTES) return;
  }
}

// A plain `for await` would close the connection when the loop is left, before the answer is sent.
const pieces = (request: IncomingMessage) => request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
