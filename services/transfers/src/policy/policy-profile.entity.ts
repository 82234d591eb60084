import { Access, WorkflowEntity } from '@xueji/platform';
import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Exclusion, Index } from 'typeorm';
import { PolicyProfileState, type PolicyDocument } from './policy-profile.terms';

registerEnumType(PolicyProfileState, { name: 'PolicyProfileState', description: 'DRAFT 草拟，SUBMITTED 待批准，APPROVED 已批准（在起止日之间有效），WITHDRAWN 已撤回' });

export const PolicyDocumentScalar = new GraphQLScalarType({
  name: 'PolicyDocument',
  description: '政策方案全文（JSON）；取现行方案的 document 修改即可 / the whole of a profile: read the one in force and change it',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

/** One period for one province at a time. A code of two digits is a range of one number, so no extension is needed; an approval ends its predecessor in the same transaction. */
const PERIOD = `using gist (int4range(coalesce(province::int, 0), coalesce(province::int, 0), '[]') with &&, daterange(effective_from, effective_to, '[]') with &&)
  where (state = 'APPROVED') deferrable initially deferred`;

/** A version of the policy of a province, or of the country. What was approved never changes; only its last day follows from its successor. */
@Access.authenticated()
@ObjectType('PolicyProfile', { description: '省级（或全国）政策方案的一个版本 [GEN-SCOPE-07]' })
@Entity('policy_profile')
@Index('policy_profile_edition', ['profileId', 'edition'], { unique: true })
@Index('policy_profile_named', ['profileId', 'effectiveFrom'], { unique: true, where: `state = 'APPROVED'` })
@Index('policy_profile_listed', ['effectiveFrom', 'id'])
@Exclusion('policy_profile_period', PERIOD)
export class PolicyProfileVersion extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => PolicyProfileState) declare state: PolicyProfileState;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true, description: '最迟批准时刻：起日之前' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true, description: '期限依据' }) declare dueRule: string | null;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => String, { description: '方案名，各版本相同' }) @Column('text', { name: 'profile_id' }) profileId: string;
  @Field(() => Int, { description: '第几版' }) @Column('int') edition: number;
  @Field(() => String, { nullable: true, description: '两位省级代码；全国方案为空' }) @Column('text', { nullable: true }) province: string | null;
  @Column('text') zh: string;
  @Column('text') en: string;
  @Field(() => String, { description: '起日 YYYY-MM-DD，含当日' }) @Column('date', { name: 'effective_from' }) effectiveFrom: string;
  @Field(() => String, { nullable: true, description: '止日，含当日；空为至后一版本' }) @Column('date', { name: 'effective_to', nullable: true }) effectiveTo: string | null;
  @Field(() => String, { description: '法规依据' }) @Column('text', { name: 'legal_source' }) legalSource: string;
  @Field(() => PolicyDocumentScalar) @Column('jsonb') document: PolicyDocument;
  /** accounts whose text it is: none of them approves it */
  @Column('text', { name: 'written_by', array: true }) writtenBy: string[];
  /** the version whose last day its approval set */
  @Column('text', { name: 'succeeds_id', nullable: true }) succeedsId: string | null;
}
