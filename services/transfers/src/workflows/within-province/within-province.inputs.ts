import { Field, ID, InputType } from 'type-graphql';
import { TransferDocumentInput, type FileInput } from '../../filing/filing.inputs';
import type { RefuseMoveInput } from '../../transfer/move.inputs';
import type { ReviewInput } from '../../transfer/review.inputs';

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

export type WithinProvinceInput = FileInput | ReviewInput | RefuseMoveInput;
