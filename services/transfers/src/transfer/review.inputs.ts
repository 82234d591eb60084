import { Field, ID, InputType, Int } from 'type-graphql';

@InputType()
export class ApproveTransferInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => ID, { nullable: true, description: '转入班级；转入学校同意时必填' }) classId?: string | null;
  @Field(() => String, { nullable: true, description: '意见' }) comment?: string | null;
}

@InputType()
export class ApproveTransfersInput {
  @Field(() => ID) requestId: string;
  @Field(() => [ID], { description: '1–100' }) ids: string[];
  @Field(() => String, { nullable: true, description: '意见' }) comment?: string | null;
}

@InputType()
export class RefuseTransferInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: '不同意的理由代码' }) reasonCode: string;
  @Field(() => String, { description: '理由说明' }) reason: string;
}

@InputType()
export class WithdrawTransferInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: '说明' }) comment?: string | null;
}

/** `approve`, `refuse` and `withdraw`, as the tables see them. */
export interface ReviewInput {
  classId?: string | null;
  reasonCode?: string;
  reason?: string | null;
}
