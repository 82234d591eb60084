import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Refusal } from './refusal';

/** The operations of our own clients, written by the build: id is the SHA-256 of the text in hexadecimal. */
const manifestShape = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string().regex(/^[0-9a-f]{64}$/), name: z.string(), type: z.enum(['query', 'mutation', 'subscription']), body: z.string() })),
});

/** Text of a document by its hash. */
export type TrustedDocuments = ReadonlyMap<string, string>;

export const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');

/** @throws Error TRUSTED_DOCUMENTS_INVALID when the manifest is no manifest, or a text is not what its hash says. */
export function readTrustedDocuments(json: string): TrustedDocuments {
  const parsed = manifestShape.safeParse(JSON.parse(json));
  if (!parsed.success) throw new Error('TRUSTED_DOCUMENTS_INVALID: not a manifest of operations');
  const { operations } = parsed.data;
  const wrong = operations.find(({ id, body }) => hashOf(body) !== id);
  if (wrong) throw new Error(`TRUSTED_DOCUMENTS_INVALID: ${wrong.name} is not what its id says`);
  return new Map(operations.map(({ id, body }) => [id, body]));
}

/** What a request brings to say which document it means. */
export interface DocumentRequest {
  query?: unknown;
  /** `sha256:<hex>` */
  documentId?: unknown;
  /** `persistedQuery.sha256Hash`, as some client libraries send it */
  extensions?: unknown;
}

const RULE = { rule: 'OPS-RUN-06' };

const notTrusted = (): Refusal => ({
  status: 400, code: 'DOCUMENT_NOT_TRUSTED', zh: '该操作不在已登记的操作之列', en: 'This operation is not among those registered.', extensions: { ...RULE, field: 'documentId' },
});

const mismatch = (): Refusal => ({
  status: 400, code: 'DOCUMENT_HASH_MISMATCH', zh: '操作内容与其摘要不符', en: 'The document is not what its hash says.', extensions: { ...RULE, field: 'documentId' },
});

/**
 * The text of the document that a request means. Nothing is ever registered by a request. `onlyTrusted`: a text that the build has not written into
 * the manifest is refused, whether it comes by hash or as it is.
 * @returns the text, null when the request brings none at all, or why it is refused
 */
export function documentAsked({ query, documentId, extensions }: DocumentRequest, trusted: TrustedDocuments, { onlyTrusted }: { onlyTrusted: boolean }): { query: string | null } | { refusal: Refusal } {
  const hash = hashIn(documentId, extensions);
  const text = typeof query === 'string' ? query : null;
  // An editor puts line ends around a text; they say nothing.
  if (hash === null) return text !== null && onlyTrusted && !trusted.has(hashOf(text.trim())) ? { refusal: notTrusted() } : { query: text };
  if (text !== null && hashOf(text) !== hash) return { refusal: mismatch() };
  const known = trusted.get(hash) ?? (onlyTrusted ? null : text);
  return known === null ? { refusal: notTrusted() } : { query: known };
}

/** null: the request names no hash. What is no hash is one that nobody knows. */
function hashIn(documentId: unknown, extensions: unknown): string | null {
  if (documentId !== undefined && documentId !== null) return typeof documentId === 'string' ? documentId.replace(/^sha256:/, '') : '';
  const persisted = typeof extensions === 'object' && extensions !== null && Object.hasOwn(extensions, 'persistedQuery') ? (extensions as { persistedQuery?: { sha256Hash?: unknown } | null }).persistedQuery : undefined;
  if (persisted === undefined || persisted === null) return null;
  return typeof persisted.sha256Hash === 'string' ? persisted.sha256Hash : '';
}
