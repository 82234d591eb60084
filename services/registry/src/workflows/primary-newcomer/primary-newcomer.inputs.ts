import type { Finding } from '@xueji/standards';

/** `accepted`: `import`, the verdict on the row. `finding`: why the kindergarten does not release. `file`: key of a stored photo or scan, also named in `attachments` for the history. */
export type NewcomerInput = { accepted?: boolean; reason?: string; finding?: Finding; file?: string; attachments?: string[] };
