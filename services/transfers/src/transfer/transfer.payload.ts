import { Access } from '@xueji/platform';
import { Field, ID, ObjectType } from 'type-graphql';
import { TransferCase } from './transfer.entity';

@Access.authenticated()
@ObjectType()
export class TransferPayload {
  @Field(() => TransferCase) transferCase: TransferCase;
}

@Access.authenticated()
@ObjectType({ description: '一件转学的审核结果 / what became of one case of a list' })
export class TransferVerdict {
  @Field(() => ID) id: string;
  @Field(() => Boolean) approved: boolean;
  @Field(() => TransferCase, { nullable: true }) transferCase: TransferCase | null;
  @Field(() => String, { nullable: true }) code: string | null;
  @Field(() => String, { nullable: true }) rule: string | null;
  @Field(() => String, { nullable: true }) field: string | null;
  @Field(() => String, { nullable: true }) message: string | null;
}

@Access.authenticated()
@ObjectType()
export class ApproveTransfersPayload {
  @Field(() => [TransferVerdict]) verdicts: TransferVerdict[];
}
