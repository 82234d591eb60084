import { Field, ID, InputType } from 'type-graphql';
import type { ReviewInput } from '../../transfer/review.inputs';
import type { DocumentReference } from '../../transfer/transfer.terms';

@InputType({ description: '证明材料 / evidence, by reference' })
export class TransferDocumentInput implements DocumentReference {
  @Field(() => String, { description: '材料种类代码' }) kind: string;
  @Field(() => String) fileName: string;
  @Field(() => String, { description: 'SHA-256，64位小写十六进制' }) sha256: string;
}

@InputType({ description: '由转出学校发起时填 studentId 和 inSchoolId；由转入学校发起时填 studentNumber 和 name' })
export class FileTransferInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID, { nullable: true }) studentId?: string | null;
  @Field(() => String, { nullable: true, description: '完整学籍号' }) studentNumber?: string | null;
  @Field(() => String, { nullable: true, description: '姓名' }) name?: string | null;
  @Field(() => ID, { nullable: true, description: '缺省为本校' }) inSchoolId?: string | null;
  @Field(() => ID, { nullable: true, description: '转入班级；由转入学校发起时必填' }) classId?: string | null;
  @Field(() => String, { description: '转学理由代码' }) reasonCode: string;
  @Field(() => String, { nullable: true, description: '说明' }) comment?: string | null;
  @Field(() => [TransferDocumentInput]) documents: TransferDocumentInput[];
  @Field(() => String, { nullable: true, description: '收到监护人申请的日期 YYYY-MM-DD' }) receivedOn?: string | null;
  @Field(() => String, { nullable: true, description: '开始就读日期 YYYY-MM-DD，可早于申请' }) attendanceStartDate?: string | null;
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

/** `refuseMove`: what the registry said. */
export interface RefuseMoveInput {
  code: string;
  rule: string;
  zh: string;
  en: string;
  reason: string;
}

export type WithinProvinceInput = FileInput | ReviewInput | RefuseMoveInput;
