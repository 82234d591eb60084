import { open as openFile, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { DomainError } from '@xueji/workflow';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { fileIsEncrypted, fileIsNotXlsx, fileIsTooLarge, fileIsZipBomb } from './workbook.refusals';
import type { WorkbookLimits } from './workbook.limits';

const OLE_MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** A zip whose directory has been found harmless. Parts are streamed by name, never extracted to disk. */
export class ZipArchive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  static async open(filePath: string, limits: WorkbookLimits): Promise<ZipArchive> {
    await refuseBySizeAndMagic(filePath, limits);
    const zip = await openPromise(filePath, { autoClose: false, validateEntrySizes: false }).catch(() => {
      throw fileIsNotXlsx('DAMAGED');
    });
    try {
      return new ZipArchive(zip, await checkDirectory(zip, limits));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The unpacked bytes of a part. The directory may lie about sizes, so they are counted again here. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw fileIsNotXlsx('DAMAGED');
    const stream = await this.zip.openReadStreamPromise(entry).catch(() => {
      throw fileIsNotXlsx('DAMAGED');
    });
    let size = 0;
    let checksum = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > entry.uncompressedSize) throw fileIsZipBomb('FALSE_SIZE');
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } catch (error) {
      throw isInflateError(error) ? fileIsNotXlsx('DAMAGED') : error;
    }
    if (size !== entry.uncompressedSize || checksum !== entry.crc32) throw fileIsNotXlsx('DAMAGED');
  }

  close(): void {
    this.zip.close();
  }
}

async function checkDirectory(zip: ZipFile, limits: WorkbookLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) throw fileIsZipBomb('ENTRIES');
  const entries = new Map<string, Entry>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw fileIsEncrypted();
      if (entries.has(entry.fileName)) throw fileIsNotXlsx('DUPLICATE_PART');
      total += entry.uncompressedSize;
      if (total > limits.totalBytes) throw fileIsZipBomb('TOTAL');
      if (entry.uncompressedSize > limits.ratioFromBytes && entry.uncompressedSize > entry.compressedSize * limits.ratio) throw fileIsZipBomb('RATIO');
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    throw error instanceof DomainError ? error : fileIsNotXlsx('DAMAGED');
  }
  return entries;
}

async function refuseBySizeAndMagic(filePath: string, limits: WorkbookLimits): Promise<void> {
  const file = await openFile(filePath);
  try {
    if ((await file.stat()).size > limits.fileBytes) throw fileIsTooLarge(limits.fileBytes);
    const head = await readAt(file, 0, 512);
    if (head.subarray(0, 8).equals(OLE_MAGIC)) throw (await holdsEncryptedPackage(file, head)) ? fileIsEncrypted() : fileIsNotXlsx('XLS');
    if (head.subarray(0, 2).toString('latin1') !== 'PK') throw fileIsNotXlsx('NOT_ZIP');
  } finally {
    await file.close();
  }
}

/** A workbook with an opening password is an OLE container whose directory names a stream `EncryptedPackage` ([MS-OFFCRYPTO] 2.3.4). */
async function holdsEncryptedPackage(file: FileHandle, head: Buffer): Promise<boolean> {
  const sectorSize = 1 << head.readUInt16LE(30);
  const directory = await readAt(file, (head.readUInt32LE(48) + 1) * sectorSize, 4096);
  return directory.includes(Buffer.from('EncryptedPackage', 'utf16le'));
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const isInflateError = (error: unknown) => /^Z_/.test((error as { code?: string }).code ?? '');
