import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { VirusScanner } from './scanner';

/** Without a byte in either direction for so long the scanner counts as down. */
const SILENCE_MS = 10_000;
const LONGEST_REPLY = 4096;

/** INSTREAM: each piece after its length, and a piece of no length at the end. */
async function* framed(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const piece of content as AsyncIterable<Buffer>) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.length);
    yield length;
    yield piece;
  }
  yield Buffer.alloc(4);
}

/** A clamd at `tcp://host:port`, by its INSTREAM command. The files need not be where clamd is. */
export function clamdScanner(url: string, silenceMs = SILENCE_MS): VirusScanner {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'tcp:' || !port) throw new Error('the address of the virus scanner is not tcp://host:port');
  return {
    name: 'clamd',
    async scan(content) {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.setTimeout(silenceMs, () => socket.destroy(new Error('the virus scanner is silent')));
      let reply = '';
      const replied = new Promise<void>((resolve, reject) => {
        socket.on('data', (piece) => {
          reply += piece.toString('utf8');
          if (reply.includes('\0')) resolve();
          else if (reply.length > LONGEST_REPLY) reject(new Error('the virus scanner does not speak as clamd does'));
        });
        socket.once('end', resolve);
        socket.once('error', reject);
      });
      replied.catch(() => undefined);
      try {
        await pipeline(framed(content), socket, { end: false });
        await replied;
      } finally {
        socket.destroy();
      }
      const answer = /^stream: (?:(OK)|(.+) FOUND)\0?\s*$/.exec(reply);
      // Among the rest: a file over its own limit, which it did not look at.
      if (!answer) throw new Error('the virus scanner gave no verdict');
      return { finding: answer[2] ?? null };
    },
  };
}
