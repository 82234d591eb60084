import { Field, ID, InputType, Int } from 'type-graphql';
import { PolicyDocumentScalar } from './policy-profile.entity';
import type { PolicyDocument, WrittenProfile } from './policy-profile.terms';

@InputType({ description: '为本省起草；教育部起草的为全国方案' })
export class DraftPolicyProfileInput {
  @Field(() => ID) requestId: string;
  @Field(() => String, { description: '方案名，大写字母、数字和下划线；沿用本省现有的，或取新名' }) profileId: string;
  @Field(() => String, { description: '中文名称' }) zh: string;
  @Field(() => String, { description: '英文名称' }) en: string;
  @Field(() => String, { description: '起日 YYYY-MM-DD，晚于今天' }) effectiveFrom: string;
  @Field(() => String, { nullable: true, description: '止日，含当日；之后无后一版本时适用全国方案' }) effectiveTo?: string | null;
  @Field(() => String, { description: '法规依据' }) legalSource: string;
  @Field(() => PolicyDocumentScalar) document: PolicyDocument;
}

@InputType()
export class RevisePolicyProfileInput extends DraftPolicyProfileInput {
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class PolicyProfileCommandInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: '说明' }) comment?: string | null;
}

@InputType()
export class RefusePolicyProfileInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) id: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
  @Field(() => String, { description: '理由 [GEN-FLOW-03]' }) reason: string;
}

/** What the table sees: a text to write, a last day to set, or no more than a remark. */
export type PolicyProfileInput = WrittenProfile | { lastDay: string | null } | { reason: string | null };
