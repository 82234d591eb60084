import { documentAsked, hashOf, readTrustedDocuments } from './trusted-documents';

const KNOWN = 'query Motto { motto }';
const OTHER = 'query Other { motto }';
const manifest = (operations: object[]) => JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
const trusted = readTrustedDocuments(manifest([{ id: hashOf(KNOWN), name: 'Motto', type: 'query', body: KNOWN }]));
const codeOf = (asked: ReturnType<typeof documentAsked>) => ('refusal' in asked ? asked.refusal.code : asked.query);

describe.each([[true], [false]])('the document of a request, only trusted ones: %s', (onlyTrusted) => {
  const asked = (request: object) => codeOf(documentAsked(request, trusted, { onlyTrusted }));

  it('is found by its hash, in either way of writing it', () => {
    expect(asked({ documentId: `sha256:${hashOf(KNOWN)}` })).toBe(KNOWN);
    expect(asked({ documentId: hashOf(KNOWN), query: KNOWN })).toBe(KNOWN);
    expect(asked({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(KNOWN) } } })).toBe(KNOWN);
    expect(asked({ query: `\n${KNOWN}\n` })).toBe(`\n${KNOWN}\n`);
  });

  it('is refused when its hash is right and its text another, or the reverse', () => {
    expect(asked({ documentId: `sha256:${hashOf(KNOWN)}`, query: OTHER })).toBe('DOCUMENT_HASH_MISMATCH');
    expect(asked({ extensions: { persistedQuery: { sha256Hash: hashOf(OTHER) } }, query: KNOWN })).toBe('DOCUMENT_HASH_MISMATCH');
  });

  it('is refused when nobody knows the hash, or it is none', () => {
    for (const documentId of [`sha256:${hashOf(OTHER)}`, '', 7, {}, '__proto__', 'constructor']) expect(asked({ documentId })).toBe('DOCUMENT_NOT_TRUSTED');
    for (const sha256Hash of [hashOf(OTHER), undefined, null]) expect(asked({ extensions: { persistedQuery: { sha256Hash } } })).toBe('DOCUMENT_NOT_TRUSTED');
  });

  it('is, without a hash, taken as it is in development only', () => {
    expect(asked({ query: OTHER })).toBe(onlyTrusted ? 'DOCUMENT_NOT_TRUSTED' : OTHER);
    expect(asked({})).toBeNull();
  });

  it('is never learned from a request', () => {
    asked({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(OTHER) } }, query: OTHER });
    expect(asked({ documentId: hashOf(OTHER) })).toBe('DOCUMENT_NOT_TRUSTED');
  });
});

describe('the manifest', () => {
  it('is refused when a text is not what its id says, and when it is no manifest', () => {
    expect(() => readTrustedDocuments(manifest([{ id: hashOf(OTHER), name: 'Motto', type: 'query', body: KNOWN }]))).toThrow('Motto is not what its id says');
    expect(() => readTrustedDocuments('{}')).toThrow('TRUSTED_DOCUMENTS_INVALID');
  });
});
