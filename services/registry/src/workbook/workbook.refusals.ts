import { DomainError } from '@xueji/workflow';

const refusal = (code: string, zh: string, en: string, details?: Record<string, unknown>) =>
  new DomainError({ code, rule: 'REG-DATA-04', field: 'file', zh, en, details });

export const fileIsNotXlsx = (reason: 'NOT_ZIP' | 'XLS' | 'DAMAGED' | 'DUPLICATE_PART' | 'NO_WORKBOOK') =>
  refusal('FILE_NOT_XLSX', '文件不是有效的 .xlsx 工作簿，请用表格软件另存为 .xlsx 后重新上传', 'The file is not a valid .xlsx workbook; save it as .xlsx and upload it again', { reason });

export const fileIsTooLarge = (limit: number) =>
  refusal('FILE_TOO_LARGE', `文件过大：上限为 ${Math.floor(limit / (1 << 20))} MB，请拆分后上传`, `The file is too large: the limit is ${Math.floor(limit / (1 << 20))} MB; split it`, { limit });

export const fileIsZipBomb = (reason: 'ENTRIES' | 'RATIO' | 'TOTAL' | 'FALSE_SIZE' | 'MEMORY' | 'TIME' | 'CRASH') =>
  refusal('FILE_ZIP_BOMB', '文件展开后异常庞大，已停止读取', 'The file unpacks to far more than a workbook should hold; reading was stopped', { reason });

export const fileIsEncrypted = () => refusal('FILE_ENCRYPTED', '文件已加密，请去除打开密码后重新上传', 'The file is encrypted; remove its password and upload it again');

export const sheetIsEmpty = () => refusal('SHEET_EMPTY', '工作表中没有数据行', 'The sheet holds no data rows');

export const sheetHasTooManyRows = (limit: number) =>
  refusal('SHEET_TOO_MANY_ROWS', `数据超过 ${limit} 行，请拆分后上传`, `The sheet holds more than ${limit} data rows; split it`, { limit });

export const sheetHasTooManyColumns = (limit: number) =>
  refusal('SHEET_TOO_MANY_COLUMNS', `数据超过 ${limit} 列`, `The sheet holds more than ${limit} columns`, { limit });

export const workbookXmlIsRefused = (reason: 'DOCTYPE' | 'MALFORMED' | 'ENCODING' | 'DEPTH' | 'TOKEN_TOO_LONG' | 'CELL_TOO_LONG' | 'REFERENCE' | 'ORDER' | 'TOO_MANY') =>
  refusal('WORKBOOK_XML_REFUSED', '工作簿内部结构异常，已拒绝读取；请用表格软件重新另存为 .xlsx', 'The workbook is built in a way that is not accepted; save it again as .xlsx', { reason });
