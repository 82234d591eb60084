import { readFile } from 'node:fs/promises';
import { DomainError } from '@xueji/workflow';
import { isWholeJpeg, isWholePdf, isWholePng } from './file-structure';
import { concealedIn } from './pdf-content';

export interface FileType {
  readonly name: 'JPEG' | 'PNG' | 'PDF';
  readonly mediaType: string;
  /** the first is the usual one */
  readonly extensions: readonly string[];
}

const KNOWN: readonly (FileType & { starts: Buffer; isWhole(content: Buffer): boolean })[] = [
  { name: 'JPEG', mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'], starts: Buffer.from([0xff, 0xd8, 0xff]), isWhole: isWholeJpeg },
  { name: 'PNG', mediaType: 'image/png', extensions: ['png'], starts: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), isWhole: isWholePng },
  { name: 'PDF', mediaType: 'application/pdf', extensions: ['pdf'], starts: Buffer.from('%PDF-'), isWhole: isWholePdf },
];

export interface Expected {
  types: readonly FileType['name'][];
  /** the rule that refuses what does not fit */
  rule: string;
}

/**
 * What a file is, by its content: how it begins, and that it is whole. A PDF that does something by itself, carries other files or cannot be looked into is
 * refused. What a client calls the file or declares it to be is not asked here. Throws FILE_TYPE_REFUSED, FILE_DAMAGED, PDF_ACTIVE, PDF_UNREADABLE.
 * Reads the whole file: receive it with a limit first.
 */
export async function typeOfFile(path: string, { types, rule }: Expected): Promise<FileType> {
  const refusal = (code: string, zh: string, en: string, details: Record<string, unknown> = {}) => new DomainError({ code, rule, field: 'file', zh, en, details });
  const content = await readFile(path);
  const known = KNOWN.find(({ name, starts }) => types.includes(name) && content.subarray(0, starts.length).equals(starts));
  if (!known) throw refusal('FILE_TYPE_REFUSED', `文件内容须为 ${types.join('、')}`, `The content must be ${types.join(', ')}`, { allowed: types });
  if (!known.isWhole(content)) throw refusal('FILE_DAMAGED', `不是完整的 ${known.name} 文件，请重新扫描或导出`, `This is no whole ${known.name} file; scan or export it again`);
  const concealed = known.name === 'PDF' ? await concealedIn(content) : null;
  if (concealed === 'UNREADABLE') throw refusal('PDF_UNREADABLE', 'PDF 已加密或结构无法检查，请去除密码后重新导出', 'The PDF is encrypted or cannot be looked into; export it again without a password');
  if (concealed) throw refusal('PDF_ACTIVE', 'PDF 含有脚本、附件或自动动作，请重新打印为 PDF', 'The PDF holds a script, an attached file or an action; print it to a new PDF', { found: concealed });
  const { name, mediaType, extensions } = known;
  return { name, mediaType, extensions };
}
