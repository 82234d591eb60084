import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { BODY_LIMIT_BYTES } from '@xueji/platform';

const BODY_TIMEOUT_MS = 10_000;

const DECODERS = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

export type BodyFault = 'late' | 'too large' | 'encoding' | 'no json';

/** The JSON of a request, at most 256 KB when unpacked and whole within ten seconds. */
export async function readJson(request: IncomingMessage): Promise<{ body: unknown } | { fault: BodyFault }> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decode = DECODERS[encoding as keyof typeof DECODERS];
  if (!decode && encoding !== 'identity') return { fault: 'encoding' };
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return { fault: 'too large' };
  const bytes = await readBytes(request);
  if (typeof bytes === 'string') return { fault: bytes };
  try {
    const plain = decode ? await decode(bytes, { maxOutputLength: BODY_LIMIT_BYTES }) : bytes;
    const body = JSON.parse(plain.toString('utf8')) as unknown;
    return typeof body === 'object' && body !== null ? { body } : { fault: 'no json' };
  } catch (error) {
    return { fault: (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'no json' };
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer | BodyFault> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const done = (result: Buffer | BodyFault) => {
      clearTimeout(timer);
      request.off('data', take);
      resolve(result);
    };
    const timer = setTimeout(() => done('late'), BODY_TIMEOUT_MS);
    const take = (piece: Buffer) => {
      length += piece.length;
      if (length > BODY_LIMIT_BYTES) done('too large');
      else pieces.push(piece);
    };
    request.on('data', take)
      .once('end', () => done(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, length)))
      .once('error', () => done('no json'))
      .once('close', () => done('no json'));
  });
}
