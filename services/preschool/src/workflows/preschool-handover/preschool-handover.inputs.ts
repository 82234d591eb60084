import type { CstDay } from '@xueji/standards';
import { Field, ID, InputType, Int } from 'type-graphql';

/** What a command on a hand-over carries; each uses its own part. */
export interface HandoverInput {
  /** `request` and `decline`: what the primary school asks for */
  request?: { childId: string; receivingSchoolId: string; requestedOn: CstDay };
  /** `decline`: the refusal */
  refusal?: { code: string; rule: string };
  /** `reportDataFault` */
  reason?: string;
}

@InputType()
export class ReleaseHandoverInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) handoverId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class ReportHandoverDataFaultInput extends ReleaseHandoverInput {
  @Field(() => String, { description: '数据问题 / what is wrong with the data' }) reason: string;
}
