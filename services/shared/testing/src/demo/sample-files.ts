import { crc32, deflateSync } from 'node:zlib';

/** A PDF of one page with a line of text; `objects` are further ones, numbered from 6, and `catalog` further entries of the catalogue. */
export function samplePdf(text = 'sample', { objects = [], catalog = '' }: { objects?: readonly (string | Buffer)[]; catalog?: string } = {}): Buffer {
  const drawn = `BT /F1 18 Tf 72 720 Td (${text.replace(/[^ -~]|[()\\]/g, '?')}) Tj ET`;
  const bodies = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>', ...objects,
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const places: number[] = [];
  let length = parts[0]!.length;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  bodies.forEach((body, nth) => {
    places.push(length);
    add(Buffer.concat([Buffer.from(`${nth + 1} 0 obj\n`), Buffer.from(body as string), Buffer.from('\nendobj\n')]));
  });
  const crossReference = length;
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  add(Buffer.from(`xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R >>\nstartxref\n${crossReference}\n%%EOF\n`));
  return Buffer.concat(parts);
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
};

/** A PNG of one grey point. */
export const samplePng = (): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
    chunk('IDAT', deflateSync(Buffer.from([0, 0x80]))), chunk('IEND', Buffer.alloc(0)),
  ]);

const segment = (marker: number, data: readonly number[]): number[] => [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data];
const oneCode = (place: number): number[] => segment(0xc4, [place, 1, ...Array<number>(15).fill(0), 0]);

/** A JPEG of one grey point, with whatever segments stand before the picture. */
export const sampleJpeg = (before: readonly number[] = []): Buffer =>
  Buffer.from([
    0xff, 0xd8, ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]), ...before, ...segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    ...segment(0xc0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]), ...oneCode(0x00), ...oneCode(0x10), ...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x3f, 0xff, 0xd9,
  ]);
