import { Field, ID, InputType } from 'type-graphql';
import type { NamedEvidence } from '../evidence/evidence.terms';

@InputType({ description: '证明材料：先以 POST /uploads/evidence 上传文件，每个文件用于一件转学' })
export class TransferDocumentInput implements NamedEvidence {
  @Field(() => String, { description: '材料种类代码' }) kind: string;
  @Field(() => ID, { description: '上传后得到的编号，24小时内有效' }) evidenceId: string;
}

/** `file`, as the table sees it: who is concerned stands in the facts. */
export interface FileInput {
  classId: string | null;
  reasonCode: string;
  reason: string | null;
  documents: NamedEvidence[];
  /** digests of the files, for the history; known once they are found */
  attachments: string[];
  receivedOn: string | null;
  attendanceStartDate: string | null;
}

/** What the mutations that file have in common. */
interface Sent {
  classId?: string | null;
  comment?: string | null;
  documents: NamedEvidence[];
  receivedOn?: string | null;
  attendanceStartDate?: string | null;
}

export const fileInputOf = ({ classId, comment, documents, receivedOn, attendanceStartDate }: Sent, reasonCode: string): FileInput => ({
  classId: classId ?? null, reasonCode, reason: comment ?? null, documents: documents.map(({ kind, evidenceId }) => ({ kind, evidenceId })), attachments: [],
  receivedOn: receivedOn ?? null, attendanceStartDate: attendanceStartDate ?? null,
});
