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
