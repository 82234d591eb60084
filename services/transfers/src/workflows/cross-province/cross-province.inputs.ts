import { Field, ID, InputType, Int } from 'type-graphql';
import { TransferDocumentInput, type FileInput } from '../../filing/filing.inputs';
import type { RefuseMoveInput } from '../../transfer/move.inputs';
import type { ReviewInput } from '../../transfer/review.inputs';

@InputType({ description: '由转入学校申请；学生按完整学籍号和姓名查找' })
export class FileCrossProvinceTransferInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '完整学籍号' }) studentNumber: string;
  @Field(() => String, { description: '姓名' }) name: string;
  @Field(() => ID, { description: '转入班级' }) classId: string;
  @Field(() => String, { description: '转学理由代码' }) reasonCode: string;
  @Field(() => String, { nullable: true, description: '说明' }) comment?: string | null;
  @Field(() => [TransferDocumentInput]) documents: TransferDocumentInput[];
  @Field(() => String, { nullable: true, description: '收到监护人申请的日期 YYYY-MM-DD' }) receivedOn?: string | null;
  @Field(() => String, { nullable: true, description: '开始就读日期 YYYY-MM-DD，可早于申请' }) attendanceStartDate?: string | null;
}

@InputType()
export class RequestTransferArchiveInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class AcknowledgeTransferArchiveInput extends RequestTransferArchiveInput {
  @Field(() => String, { description: '收到的档案全文的SHA-256，64位小写十六进制' }) contentHash: string;
}

/** `startTransfer` and `acknowledgeArchive`. */
export interface ArchiveInput {
  contentHash: string;
}

export type CrossProvinceInput = FileInput | ReviewInput | RefuseMoveInput | ArchiveInput;
