import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { clamdScanner } from './clamd.scanner';
import { TEST_SIGNATURE, testSignatureScanner } from './scanner';

const contentOf = (...pieces: Buffer[]) => Readable.from(pieces);

describe('the scanner that stands in for one', () => {
  it('finds the test signature, even in two pieces, and claims nothing else', async () => {
    expect(await testSignatureScanner.scan(contentOf(Buffer.from('a harmless page')))).toEqual({ finding: null });
    expect(await testSignatureScanner.scan(contentOf(Buffer.concat([Buffer.alloc(70_000), TEST_SIGNATURE])))).toEqual({ finding: 'EICAR-Test-Signature' });
    expect(await testSignatureScanner.scan(contentOf(TEST_SIGNATURE.subarray(0, 30), TEST_SIGNATURE.subarray(30)))).toEqual({ finding: 'EICAR-Test-Signature' });
    expect(testSignatureScanner.name).toBe('test-signature');
  });
});

/** Speaks INSTREAM as clamd does: takes frames until the empty one, then answers. */
function clamdDouble(answer: (content: Buffer, socket: Socket) => void): Server {
  return createServer((socket) => {
    let seen = Buffer.alloc(0);
    let answered = false;
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      seen = Buffer.concat([seen, piece]);
      if (answered || seen.length < 10) return;
      if (seen.toString('latin1', 0, 10) !== 'zINSTREAM\0') return void socket.end('UNKNOWN COMMAND\0');
      const frames: Buffer[] = [];
      for (let at = 10; at + 4 <= seen.length; ) {
        const length = seen.readUInt32BE(at);
        if (length === 0) {
          answered = true;
          return answer(Buffer.concat(frames), socket);
        }
        if (at + 4 + length > seen.length) return;
        frames.push(seen.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
    });
  });
}

describe('clamd', () => {
  let server: Server | undefined;
  const listening = async (double: Server): Promise<string> => {
    server = double;
    await new Promise<void>((resolve) => double.listen(0, '127.0.0.1', resolve));
    return `tcp://127.0.0.1:${(double.address() as AddressInfo).port}`;
  };
  afterEach(() => new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve())));

  it('is sent the whole file in frames, and its verdict is taken over', async () => {
    const received: Buffer[] = [];
    const url = await listening(clamdDouble((content, socket) => {
      received.push(content);
      socket.end(content.includes(TEST_SIGNATURE) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0');
    }));
    const large = [Buffer.alloc(300_000, 'a'), Buffer.alloc(1, 'b'), Buffer.alloc(200_000, 'c')];
    expect(await clamdScanner(url).scan(contentOf(...large))).toEqual({ finding: null });
    expect(received[0]!.equals(Buffer.concat(large))).toBe(true);
    expect(await clamdScanner(url).scan(contentOf(TEST_SIGNATURE))).toEqual({ finding: 'Win.Test.EICAR_HDB-1' });
  });

  it.each<[string, (content: Buffer, socket: Socket) => void, RegExp]>([
    ['says that the file is over its limit', (_content, socket) => void socket.end('INSTREAM size limit exceeded. ERROR\0'), /no verdict/],
    ['closes without a word', (_content, socket) => void socket.end(), /no verdict/],
    ['says something else', (_content, socket) => void socket.end('stream: OK, I think\0'), /no verdict/],
    ['talks without end', (_content, socket) => void socket.write('x'.repeat(5000)), /does not speak/],
    ['is silent', () => undefined, /silent/],
  ])('passes nothing when it %s', async (_what, answer, fault) => {
    const url = await listening(clamdDouble(answer));
    await expect(clamdScanner(url, 50).scan(contentOf(Buffer.from('x')))).rejects.toThrow(fault);
  });

  it('passes nothing when it is down', async () => {
    const url = await listening(clamdDouble(() => undefined));
    await new Promise<void>((resolve) => server!.close(() => resolve()));
    await expect(clamdScanner(url).scan(contentOf(Buffer.from('x')))).rejects.toThrow(/ECONNREFUSED/);
  });

  it('has an address with a port', () => {
    for (const url of ['http://localhost:3310', 'tcp://localhost']) expect(() => clamdScanner(url)).toThrow('tcp://host:port');
  });
});
