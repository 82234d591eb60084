import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '@xueji/gateway';
import { DEFAULT_LOGIN } from '@xueji/gateway/dist/src/explorer';
import { getOperationAST, parse } from 'graphql';
import { composedDocuments } from './journey/composed-documents';
import { explorerConfig } from './explorer-config';

/** A document written out in a source: a literal that begins with the kind of an operation and has nothing inserted. */
const WRITTEN_OUT = /`((?:query|mutation) [^`$]*(?:\$[^{`][^`$]*)*)`|'((?:query|mutation) (?:[^'\\\n])*)'/g;

const documentsIn = (source: string): string[] => [...source.matchAll(WRITTEN_OUT)].map(([, template, quoted]) => (template ?? quoted)!);

/** The clients of this repository, as the compiler wrote them. */
const CLIENTS = ['journey/journey.js', 'journey/client.js'];

/** The operations that our own clients send, as a manifest of persisted queries; the gateway runs no others in production. */
export function trustedDocuments(): string {
  const { operations, login } = explorerConfig();
  const texts = new Set([
    ...operations.map(({ query }) => query), login?.query ?? DEFAULT_LOGIN.query,
    ...CLIENTS.flatMap((path) => documentsIn(readFileSync(join(__dirname, path), 'utf8'))), ...composedDocuments(),
  ]);
  const described = [...texts].map((body) => {
    const operation = getOperationAST(parse(body));
    if (!operation?.name) throw new Error(`a trusted document needs one operation with a name: ${body.slice(0, 80)}`);
    return { id: hashOf(body), name: operation.name.value, type: operation.operation, body };
  });
  described.sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1));
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: described }, null, 2)}\n`;
}
