import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { displayName, fileFolder, typeOfFile, type FileType } from '@xueji/platform';
import type { DomainError } from '@xueji/workflow';
import { sampleJpeg, samplePdf, samplePng } from '../demo';

const EVERY: readonly FileType['name'][] = ['JPEG', 'PNG', 'PDF'];
const folder = mkdtempSync(join(tmpdir(), 'xueji-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const typed = (content: Buffer, types = EVERY): Promise<string> => {
  const path = join(folder, 'looked-at');
  writeFileSync(path, content);
  return typeOfFile(path, { types, rule: 'TRF-GEN-09' }).then(({ mediaType }) => mediaType, (error: DomainError) => `${error.code} [${error.rule}] ${error.field}${error.details.found ? ` ${error.details.found}` : ''}`);
};
const changed = (content: Buffer, at: number): Buffer => {
  const other = Buffer.from(content);
  other[at]! ^= 0x01;
  return other;
};
const packed = (objects: string, dictionary = ''): Buffer => {
  const content = deflateSync(Buffer.from(objects));
  return Buffer.concat([Buffer.from(`<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${content.length} ${dictionary}>>\nstream\n`), content, Buffer.from('\nendstream')]);
};

describe('the type of a file', () => {
  it.each([
    ['a JPEG', sampleJpeg(), 'image/jpeg'],
    ['a JPEG behind which the camera put a smaller one', Buffer.concat([sampleJpeg(), sampleJpeg()]), 'image/jpeg'],
    ['a PNG', samplePng(), 'image/png'],
    ['a PDF', samplePdf(), 'application/pdf'],
    ['a PDF with objects packed in a stream', samplePdf('x', { objects: [packed('7 0 << /Type /Font >>')] }), 'application/pdf'],
  ])('is seen from its content: %s [TRF-GEN-09]', async (_what, content, mediaType) => {
    expect(await typed(content)).toBe(mediaType);
  });

  it.each([
    ['a program', Buffer.from('MZ\x90\0 a program'), 'FILE_TYPE_REFUSED'],
    ['a page with a script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), 'FILE_TYPE_REFUSED'],
    ['an archive', Buffer.from('PK\x03\x04 an archive'), 'FILE_TYPE_REFUSED'],
    ['a page that poses as a JPEG', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('<script>1</script>')]), 'FILE_DAMAGED'],
    ['a JPEG cut off', sampleJpeg().subarray(0, -2), 'FILE_DAMAGED'],
    ['a JPEG of no size', changed(sampleJpeg(), sampleJpeg().indexOf(Buffer.from([0xff, 0xc0])) + 6), 'FILE_DAMAGED'],
    ['a JPEG with an archive behind it', Buffer.concat([sampleJpeg(), Buffer.from('PK\x03\x04')]), 'FILE_DAMAGED'],
    ['a PNG with a changed byte', changed(samplePng(), 20), 'FILE_DAMAGED'],
    ['a PNG with an archive behind it', Buffer.concat([samplePng(), Buffer.from('PK\x03\x04')]), 'FILE_DAMAGED'],
    ['a PNG without a picture', Buffer.concat([samplePng().subarray(0, 33), samplePng().subarray(-12)]), 'FILE_DAMAGED'],
    ['a PDF cut off', samplePdf().subarray(0, -10), 'FILE_DAMAGED'],
    ['a PDF by its first line only', Buffer.from('%PDF-1.7\nMZ'), 'FILE_DAMAGED'],
  ])('is refused for %s [TRF-GEN-09]', async (_what, content, code) => {
    expect(await typed(content)).toBe(`${code} [TRF-GEN-09] file`);
  });

  it('is refused where another one is wanted', async () => {
    expect(await typed(samplePdf(), ['JPEG', 'PNG'])).toBe('FILE_TYPE_REFUSED [TRF-GEN-09] file');
  });

  it.each([
    ['runs a script when opened', samplePdf('x', { catalog: '/OpenAction << /S /JavaScript /JS (1) >>' }), 'PDF_ACTIVE', 'JavaScript'],
    ['spells its script in numbers', samplePdf('x', { catalog: '/OpenAction << /S /J#61va#53cript /JS (1) >>' }), 'PDF_ACTIVE', 'JavaScript'],
    ['starts a program', samplePdf('x', { catalog: '/OpenAction << /S /Launch /F (a.exe) >>' }), 'PDF_ACTIVE', 'Launch'],
    ['carries another file', samplePdf('x', { objects: ['<< /Type /EmbeddedFile /Length 0 >>\nstream\n\nendstream'] }), 'PDF_ACTIVE', 'EmbeddedFile'],
    ['packs its script away', samplePdf('x', { objects: [packed('7 0 << /S /JavaScript /JS (1) >>')] }), 'PDF_ACTIVE', 'JavaScript'],
    ['packs its script away where objects are not looked for', samplePdf('x', { objects: [packed('7 0 << /S /JavaScript /JS (1) >>', '/X (1 0 obj) ')] }), 'PDF_UNREADABLE', null],
    ['packs its objects in an unusual way', samplePdf('x', { objects: [packed('7 0 << >>', '/DecodeParms 9 0 R ')] }), 'PDF_UNREADABLE', null],
    ['packs more than can be looked into', samplePdf('x', { objects: [packed(' '.repeat(33 << 20))] }), 'PDF_UNREADABLE', null],
    ['is encrypted', samplePdf('x', { catalog: '/Encrypt 9 0 R' }), 'PDF_UNREADABLE', null],
  ])('is refused for a PDF that %s [TRF-GEN-09]', async (_what, content, code, found) => {
    expect(await typed(content)).toBe(`${code} [TRF-GEN-09] file${found ? ` ${found}` : ''}`);
  });
});

describe('the name of a file', () => {
  it.each([
    ['户口簿 第1页.pdf', '户口簿 第1页.pdf'],
    ['../../etc/passwd.pdf', 'passwd.pdf'],
    ['C:\\文件\\申请.pdf', '申请.pdf'],
    ['申请\u202Efdp.exe\u0000\u200B.pdf', '申请fdp.exe.pdf'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie: x.pdf'],
    ['...', null],
    ['', null],
    [null, null],
    ['𠮷'.repeat(200) + '.pdf', '𠮷'.repeat(116) + '.pdf'],
  ])('%j is shown as %j [TRF-GEN-09]', (name, shown) => {
    expect(displayName(name)).toBe(shown);
  });
});

describe('a body that is received', () => {
  const files = fileFolder(join(folder, 'received'));
  let server: Server;
  let answered: string[];
  let patienceMs: number;
  let settled: () => void;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      answered.push(await files.receive(request, { limitBytes: 1 << 20, rule: 'TRF-GEN-09', patienceMs }, 'one').then(({ key, bytes }) => `${key} ${bytes}`, ({ code, rule, field }: DomainError) => `${code} [${rule}] ${field}`));
      response.end();
      settled();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  beforeEach(() => {
    answered = [];
    patienceMs = 10_000;
  });
  afterAll(() => server.close());

  const left = () => readdirSync(join(folder, 'received'));
  const sent = (send: (request: ReturnType<typeof httpRequest>) => void): Promise<void> =>
    new Promise((resolve) => {
      settled = resolve;
      const request = httpRequest({ port: (server.address() as AddressInfo).port, method: 'POST', path: '/' });
      request.on('error', () => undefined);
      send(request);
    });

  it('lies under its key', async () => {
    await sent((request) => request.end('whole'));
    expect([answered, left()]).toEqual([['one 5'], ['one']]);
    await files.remove('one');
  });

  it.each<[string, string, (request: ReturnType<typeof httpRequest>) => void]>([
    ['is empty', 'FILE_EMPTY', (request) => request.end()],
    ['is larger than it may be, said at once', 'FILE_TOO_LARGE', (request) => request.end(Buffer.alloc((1 << 20) + 1))],
    ['is larger than it may be, in pieces', 'FILE_TOO_LARGE', (request) => {
      request.write(Buffer.alloc(1 << 20));
      request.end('x');
    }],
    ['breaks off', 'UPLOAD_BROKEN_OFF', (request) => {
      request.write(Buffer.alloc(1000), () => request.destroy());
    }],
  ])('leaves nothing behind when it %s [TRF-GEN-09]', async (_what, code, send) => {
    await sent(send);
    expect([answered, left()]).toEqual([[`${code} [TRF-GEN-09] file`], []]);
  });

  it('leaves nothing behind when it stands still [TRF-GEN-09]', async () => {
    patienceMs = 20;
    await sent((request) => request.write('a'));
    expect([answered, left()]).toEqual([['UPLOAD_TOO_SLOW [TRF-GEN-09] file'], []]);
    server.closeAllConnections();
  });

  it('never lies outside its folder', async () => {
    for (const key of ['../x', '/etc/x', '..', '.x', 'a/b', 'a\0', '']) expect(() => files.path(key)).toThrow('no key of a file');
  });
});
