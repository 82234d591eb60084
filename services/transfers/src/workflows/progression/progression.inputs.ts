import { Field, ID, InputType, Int } from 'type-graphql';
import { TransferDocumentInput, type FileInput } from '../../filing/filing.inputs';
import type { RefuseMoveInput } from '../../transfer/move.inputs';
import type { ReviewInput } from '../../transfer/review.inputs';

@InputType({ description: '由接收学校申请，视为接收学校同意；毕业生按完整学籍号和姓名查找' })
export class FileProgressionInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '完整学籍号' }) studentNumber: string;
  @Field(() => String, { description: '姓名' }) name: string;
  @Field(() => ID, { description: '接收班级，下一学段起始年级' }) classId: string;
  @Field(() => String, { description: '线下已办妥的入学手续的凭据，如录取通知书或接收证明编号，1–200字' }) formalitiesReference: string;
  @Field(() => String, { nullable: true, description: '说明' }) comment?: string | null;
  @Field(() => [TransferDocumentInput], { defaultValue: [] }) documents: TransferDocumentInput[];
}

@InputType()
export class RetrieveArchiveInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

/** `file`, as the table sees it. */
export interface FileProgression extends FileInput {
  formalitiesReference: string;
}

export type ProgressionInput = FileProgression | ReviewInput | RefuseMoveInput;
