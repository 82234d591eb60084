import { Field, InputType } from 'type-graphql';
import type { DocumentReference } from '../transfer/transfer.terms';

@InputType({ description: '证明材料 / evidence, by reference' })
export class TransferDocumentInput implements DocumentReference {
  @Field(() => String, { description: '材料种类代码' }) kind: string;
  @Field(() => String) fileName: string;
  @Field(() => String, { description: 'SHA-256，64位小写十六进制' }) sha256: string;
}

/** `file`, as the table sees it: who is concerned stands in the facts. */
export interface FileInput {
  classId: string | null;
  reasonCode: string;
  reason: string | null;
  documents: DocumentReference[];
  /** digests of the documents, for the history */
  attachments: string[];
  receivedOn: string | null;
  attendanceStartDate: string | null;
}

/** What the mutations that file have in common. */
interface Sent {
  classId?: string | null;
  comment?: string | null;
  documents: DocumentReference[];
  receivedOn?: string | null;
  attendanceStartDate?: string | null;
}

export const fileInputOf = ({ classId, comment, documents, receivedOn, attendanceStartDate }: Sent, reasonCode: string): FileInput => ({
  classId: classId ?? null, reasonCode, reason: comment ?? null, documents, attachments: documents.map(({ sha256 }) => sha256),
  receivedOn: receivedOn ?? null, attendanceStartDate: attendanceStartDate ?? null,
});
