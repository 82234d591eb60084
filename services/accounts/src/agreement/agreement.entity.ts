import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import type { Purpose } from '@xueji/standards';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { Organization } from '../account/organization.stub';

/** 数据共享协议 (ST-AGY-1): which fields an agency may read, of which area, for what, until when. Its id is the agency's OAuth client id. */
@Access.scopes('bureau.approve', 'account.issue')
@ObjectType({ description: '数据共享协议：部门、用途、依据、字段、区域、期限 [AGY-IF-02]' })
@Entity('agreement')
@Index('agreement_area', ['areaPath'])
@Index('agreement_due', ['dueAt'], { where: 'due_at is not null' })
export class Agreement extends WorkflowEntity {
  @Field(() => ID, { description: '亦为接口客户端编号' }) declare id: string;
  @Field(() => String, { description: 'REQUESTED, ACTIVE, REFUSED, SUSPENDED, EXPIRED' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date, { nullable: true }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => String, { description: '使用部门' }) @Column('text', { name: 'agency_name' }) agencyName: string;
  @Field(() => String, { description: '用途 [AGY-IF-07]' }) @Column('text') purpose: Purpose;
  @Field(() => String, { description: '法律依据' }) @Column('text', { name: 'legal_basis' }) legalBasis: string;
  @Field(() => [String], { description: '字段，形如 Student.name；未列出的一律拒绝 [AGY-IF-08]' }) @Column('text', { array: true }) fields: string[];
  @Column('text', { name: 'area_id' }) areaId: string;
  @Column('text', { name: 'area_path' }) areaPath: string;
  @Field(() => Date) @Column('timestamptz', { name: 'valid_from' }) validFrom: Date;
  @Field(() => Date) @Column('timestamptz', { name: 'valid_until' }) validUntil: Date;
  @Field(() => Int, { description: '每日调用上限' }) @Column('int', { name: 'daily_quota' }) dailyQuota: number;
  @Field(() => String, { description: '申请人' }) @Column('text', { name: 'requested_by_name' }) requestedByName: string;
  @Field(() => String, { nullable: true, description: '批准人' }) @Column('text', { name: 'approved_by_name', nullable: true }) approvedByName: string | null;
  @Column('text', { name: 'approved_by', nullable: true }) approvedBy: string | null;

  @Field(() => Organization, { description: '数据区域' })
  area(): Organization {
    return Object.assign(new Organization(), { id: this.areaId });
  }
}

/** A public key with which an agency proves to be the party of its agreement. */
@Access.scopes('bureau.approve', 'account.issue')
@ObjectType({ description: '接口客户端公钥' })
@Entity('agency_key')
@Index('agency_key_agreement', ['agreementId'])
export class AgencyKey {
  /** RFC 7638 thumbprint */
  @Field(() => ID, { description: 'RFC 7638 指纹' }) @PrimaryColumn('text') kid: string;
  @PrimaryColumn('text', { name: 'agreement_id' }) agreementId: string;
  /** Ed25519 public JWK as base64url */
  @Column('text', { name: 'public_key' }) publicKey: string;
  @Field(() => Date) @Column('timestamptz', { name: 'added_at' }) addedAt: Date;
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt: Date | null;
}

/** A signed assertion already used; kept until it would be too old anyway. */
@Entity('spent_assertion')
@Index('spent_assertion_expiry', ['expiresAt'])
export class SpentAssertion {
  /** SHA-256 of client and jti */
  @PrimaryColumn('text') hash: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
}

export const AgreementConnection = connectionOf('Agreement', () => Agreement);
