import { randomUUID } from 'node:crypto';
import { samplePdf } from '@xueji/testing/dist/src/demo';
import type { Client } from './client';

export interface UploadedDocument {
  kind: string;
  evidenceId: string;
  scan: string;
}

/** Uploads a page for each kind of document, as the school that files a transfer does. */
export async function uploadDocuments(client: Client, school: readonly [string, string], documents: readonly (readonly [kind: string, fileName: string])[]): Promise<UploadedDocument[]> {
  const uploaded: UploadedDocument[] = [];
  for (const [kind, fileName] of documents) {
    const { status, body } = await client.upload(school, `/uploads/evidence?requestId=${randomUUID()}&fileName=${encodeURIComponent(fileName)}`, samplePdf(kind));
    if (status !== 200) throw new Error(`the upload was answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    uploaded.push({ kind, evidenceId: body.evidenceId, scan: body.scan });
  }
  return uploaded;
}

/** As a filing names it. */
export const named = ({ kind, evidenceId }: UploadedDocument) => ({ kind, evidenceId });
