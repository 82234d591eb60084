import { isCode, isCstDay, type CodeTableId, type Fault } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';

export const refuse = (field: string, { code, rule, zh, en }: Pick<Fault, 'code' | 'rule' | 'zh' | 'en'>): never => {
  throw new DomainError({ code, rule, field, zh, en });
};

/** Control, zero-width and direction characters, which look like nothing and make two names differ. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;

/** Text as it is stored: composed, without spaces around it. Throws TEXT_INVALID naming `field` when empty, longer than `max` characters or not printable. */
export function readText(field: string, value: string, max: number): string {
  const text = value.normalize('NFC').trim();
  const length = [...text].length;
  if (length < 1 || length > max || INVISIBLE.test(text)) {
    refuse(field, { code: 'TEXT_INVALID', rule: 'GEN-DATA-01', zh: `须为1至${max}个可见字符`, en: `1 to ${max} visible characters are wanted` });
  }
  return text;
}

/** An optional reason of a step; null and blank are none. */
export const readReason = (value: string | null | undefined): { reason?: string } => (value?.trim() ? { reason: readText('reason', value, 500) } : {});

/** Throws DAY_INVALID naming `field`. */
export function readDay(field: string, value: string): string {
  if (!isCstDay(value)) refuse(field, { code: 'DAY_INVALID', rule: 'GEN-DATA-01', zh: '须为真实日期，格式 YYYY-MM-DD', en: 'A real day written YYYY-MM-DD is wanted' });
  return value;
}

/** Throws CODE_UNKNOWN naming `field`. */
export function readCode(field: string, table: CodeTableId, value: string): string {
  if (!isCode(table, value)) refuse(field, { code: 'CODE_UNKNOWN', rule: 'GEN-DATA-01', zh: '代码不在代码表中', en: 'The code is not in its list' });
  return value;
}
