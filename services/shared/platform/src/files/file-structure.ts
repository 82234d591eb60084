import { crc32 } from 'node:zlib';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** frames of a JPEG that a picture begins with; C4, C8 and CC are no frames */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Segments up to the end mark, with a frame of some size and a scan; nothing behind it but a further picture, as cameras write, or padding. */
export function isWholeJpeg(content: Buffer): boolean {
  let at = 2;
  let framed = false;
  let scanned = false;
  while (at + 1 < content.length) {
    if (content[at] !== 0xff) return false;
    const marker = content[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) return framed && scanned && isPadding(content.subarray(at + 2));
    if (marker === SOI || at + 4 > content.length) return false;
    const length = content.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > content.length) return false;
    if (isFrame(marker)) framed = length >= 8 && content.readUInt16BE(at + 5) > 0 && content.readUInt16BE(at + 7) > 0;
    at += 2 + length;
    if (marker !== SOS) continue;
    scanned = true;
    // In a scan FF stands for itself only before 00 or a restart mark.
    while (at + 1 < content.length && !(content[at] === 0xff && content[at + 1] !== 0 && !(content[at + 1]! >= 0xd0 && content[at + 1]! <= 0xd7))) at += 1;
  }
  return false;
}

const isPadding = (rest: Buffer): boolean => rest.every((byte) => byte === 0) || (rest[0] === 0xff && rest[1] === SOI && isWholeJpeg(rest));

/** Chunks with right check sums from the header, of some size, to the end, and nothing behind it. */
export function isWholePng(content: Buffer): boolean {
  let at = 8;
  let nth = 0;
  let hasPicture = false;
  while (at + 12 <= content.length) {
    const length = content.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > content.length) return false;
    const type = content.toString('latin1', at + 4, at + 8);
    if (crc32(content.subarray(at + 4, end - 4)) !== content.readUInt32BE(end - 4)) return false;
    if ((nth === 0) !== (type === 'IHDR')) return false;
    if (type === 'IHDR' && (length !== 13 || content.readUInt32BE(at + 8) === 0 || content.readUInt32BE(at + 12) === 0)) return false;
    if (type === 'IDAT') hasPicture = true;
    if (type === 'IEND') return hasPicture && end === content.length;
    at = end;
    nth += 1;
  }
  return false;
}

/** How far from the end the end mark may stand. */
const TAIL_BYTES = 1024;

/** A version, objects, and at the end the place of the cross-reference and the end mark. */
export function isWholePdf(content: Buffer): boolean {
  const tail = content.toString('latin1', Math.max(0, content.length - TAIL_BYTES));
  const end = /startxref\s+(\d+)\s+%%EOF\s*\0*$/.exec(tail);
  return /^%PDF-(1\.[0-7]|2\.0)[\r\n \t]/.test(content.toString('latin1', 0, 9)) && end !== null && Number(end[1]) < content.length && content.includes('endobj');
}
