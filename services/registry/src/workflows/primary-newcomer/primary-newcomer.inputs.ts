import type { Finding } from '@xueji/standards';
import type { Newcomer } from '../../intake/newcomer.entity';

/** `import`: one judged row. */
export type ImportRow = Pick<Newcomer,
  | 'batchId' | 'row' | 'schoolId' | 'holderPath' | 'classId' | 'name' | 'sex' | 'birthDate' | 'documentType' | 'documentNumber' | 'childId'
  | 'accepted' | 'findings' | 'form' | 'enteredBy'>;

/** `finding`: why the kindergarten does not release. `file`: key of a stored photo or scan, also named in `attachments` for the history. */
export type NewcomerInput = Partial<ImportRow> & { reason?: string; finding?: Finding; file?: string; attachments?: string[] };
