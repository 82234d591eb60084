import { Access } from '@xueji/platform';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { EvidenceScan } from './evidence.terms';

registerEnumType(EvidenceScan, { name: 'TransferEvidenceScan', description: 'RECEIVING 接收中，PENDING 待查毒（不可下载），CLEAN 未发现问题，INFECTED 有病毒（不可下载）' });

/** An uploaded document. Until a case has it, it is its school's and expires; from then on it is the case's for good. */
@Access.scopes('pupil.read')
@ObjectType({ description: '转学证明材料的文件 / an uploaded document of a transfer [TRF-GEN-09]' })
@Entity('transfer_evidence')
@Index('transfer_evidence_case', ['caseId'], { where: 'case_id is not null' })
@Index('transfer_evidence_waiting', ['organizationId'], { where: 'case_id is null' })
@Index('transfer_evidence_expiry', ['expiresAt'], { where: 'expires_at is not null' })
@Index('transfer_evidence_scan', ['scanAfter'], { where: `scan = 'PENDING'` })
@Check('transfer_evidence_received', `(scan = 'RECEIVING') = (sha256 is null)`)
@Check('transfer_evidence_bound', `(case_id is null) = (expires_at is not null) and (case_id is null) = (kind is null) and (case_id is null or scan <> 'RECEIVING')`)
export class TransferEvidence {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  /** random name in the folder of the files, told to nobody */
  @Column('text', { name: 'file_key' }) fileKey: string;
  @Field(() => String) @Column('text', { name: 'file_name' }) fileName: string;
  /** found by the content; null, as size and digest, while the body comes in */
  @Field(() => String) @Column('text', { name: 'media_type', nullable: true }) mediaType: string | null;
  @Field(() => Int, { description: '字节数' }) @Column('int', { nullable: true }) size: number | null;
  @Field(() => String, { description: '64位小写十六进制' }) @Column('text', { nullable: true }) sha256: string | null;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Field(() => String, { description: '上传人' }) @Column('text', { name: 'uploaded_by' }) uploadedBy: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Field(() => Date) @Column('timestamptz', { name: 'uploaded_at' }) uploadedAt: Date;
  /** when it is removed unless a case has it by then; null once one has */
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Field(() => EvidenceScan) @Column('text') scan: EvidenceScan;
  /** not to be given to a scanner before: somebody is at it, or it failed a moment ago */
  @Column('timestamptz', { name: 'scan_after', nullable: true }) scanAfter: Date | null;
  @Column('int', { name: 'scan_attempts', default: 0 }) scanAttempts: number;
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'scanned_at', nullable: true }) scannedAt: Date | null;
  @Field(() => String, { nullable: true, description: '查毒方式；test-signature 仅识别测试特征' }) @Column('text', { name: 'scanned_by', nullable: true }) scannedBy: string | null;
  @Field(() => String, { nullable: true, description: '查出的病毒名称' }) @Column('text', { nullable: true }) finding: string | null;
  @Column('text', { name: 'case_id', nullable: true }) caseId: string | null;
  @Field(() => String, { description: '材料种类代码' }) @Column('text', { nullable: true }) kind: string | null;
  @Column('timestamptz', { name: 'bound_at', nullable: true }) boundAt: Date | null;
}
