import { fileIsTooLarge, workbookXmlIsRefused } from './workbook.refusals';

/** Strings packed into one buffer: a workbook may share a million of them, and as objects they would cost several times their text. */
export class SharedStrings {
  private bytes = Buffer.allocUnsafe(1 << 16);
  private ends = new Uint32Array(1 << 12);
  private count = 0;
  private size = 0;

  constructor(private readonly maxBytes: number) {}

  add(text: string): void {
    const end = this.size + text.length * 2;
    if (end + this.count * 4 > this.maxBytes) throw fileIsTooLarge(this.maxBytes);
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes], Math.max(end, this.bytes.length * 2));
    if (this.count === this.ends.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.bytes.write(text, this.size, 'utf16le');
    this.size = this.ends[this.count++] = end;
  }

  get(index: number): string {
    const end = this.ends[index];
    if (end === undefined || index >= this.count) throw workbookXmlIsRefused('REFERENCE');
    return this.bytes.toString('utf16le', index === 0 ? 0 : this.ends[index - 1], end);
  }
}
