import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '@xueji/workflow';

export interface ReceivedFile {
  /** random name in its folder */
  key: string;
  /** hex */
  sha256: string;
  bytes: number;
}

export interface Receiving {
  limitBytes: number;
  /** the rule that refuses what is empty, too large or broken off */
  rule: string;
  /** a body that is silent for so long is given up */
  patienceMs?: number;
}

/** More than this is not listened to, not even to answer politely. */
const PATIENCE_BYTES = 64 << 20;
const PATIENCE_MS = 30_000;

const tooLarge = ({ limitBytes, rule }: Receiving) =>
  new DomainError({ code: 'FILE_TOO_LARGE', rule, field: 'file', zh: `文件超过 ${limitBytes >> 20} MB`, en: `The file is larger than ${limitBytes >> 20} MB`, details: { limit: limitBytes } });

const empty = (rule: string) => new DomainError({ code: 'FILE_EMPTY', rule, field: 'file', zh: '文件为空', en: 'The file is empty' });

const brokenOff = (rule: string) => new DomainError({ code: 'UPLOAD_BROKEN_OFF', rule, field: 'file', zh: '上传中断，请重新上传', en: 'The upload broke off; try again' });

const tooSlow = (rule: string) => new DomainError({ code: 'UPLOAD_TOO_SLOW', rule, field: 'file', zh: '上传停滞过久，请重新上传', en: 'The upload stood still for too long; try again' });

/** Writes the body of a request to a new file, never holding more than a piece of it. The file is on the disk when this returns; nothing is left behind when it throws. */
export async function receiveFile(request: IncomingMessage, path: string, receiving: Receiving): Promise<Omit<ReceivedFile, 'key'>> {
  const { limitBytes, rule, patienceMs = PATIENCE_MS } = receiving;
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    await discard(request);
    throw tooLarge(receiving);
  }
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces(request, patienceMs, rule)) {
      bytes += piece.length;
      if (bytes > limitBytes) break;
      hash.update(piece);
      await file.write(piece);
    }
    if (bytes > limitBytes) {
      await discard(request);
      throw tooLarge(receiving);
    }
    if (bytes === 0) throw empty(rule);
    if (!request.complete) throw brokenOff(rule);
    await file.datasync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Reads on without keeping anything, so that a client still sending gets to see the refusal. */
export async function discard(request: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const piece of pieces(request, PATIENCE_MS, 'GEN-FLOW-01')) {
      bytes += piece.length;
      if (bytes > PATIENCE_BYTES) return;
    }
  } catch {
    // Whoever went away, or stands still, hears nothing: the refusal that is on its way counts.
  }
}

/** The body piece by piece. A plain `for await` would close the connection when the loop is left, before the answer is sent. */
async function* pieces(request: IncomingMessage, patienceMs: number, rule: string): AsyncGenerator<Buffer> {
  const body = (request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(tooSlow(rule)), patienceMs)));
    const next = body.next().catch(() => {
      throw brokenOff(rule);
    });
    next.catch(() => undefined);
    try {
      const { done, value } = await Promise.race([next, silence]);
      if (done) return;
      yield value;
    } finally {
      clearTimeout(timer);
    }
  }
}
