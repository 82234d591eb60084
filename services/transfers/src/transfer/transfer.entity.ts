import { Access, WorkflowEntity } from '@xueji/platform';
import type { Choice, Stage } from '@xueji/standards';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';
import { CLOSED, READERS, ReviewStep, TransferState, type DocumentReference, type Refusal, type MinistryCheck, type OutTerms, type ReviewChain } from './transfer.terms';

registerEnumType(TransferState, { name: 'TransferState', description: '转学状态' });
registerEnumType(ReviewStep, { name: 'TransferReviewStep', description: '审核环节；COUNTY 为学校的主管部门' });

const IS_OPEN = `state not in (${CLOSED.map((state) => `'${state}'`).join(', ')})`;

/** One transfer of one pupil, whatever procedure it follows. The profile in force when it was filed stays with it. */
@Access.scopes('pupil.read')
@Directive('@key(fields: "id")')
@ObjectType({ description: '转学 / transfer of a pupil' })
@Entity('transfer_case')
@Index('transfer_case_open_student', ['studentId'], { unique: true, where: IS_OPEN })
@Index('transfer_case_student', ['studentId', 'createdAt'])
@Index('transfer_case_out_school', ['outSchoolId', 'createdAt', 'id'])
@Index('transfer_case_in_school', ['inSchoolId', 'createdAt', 'id'])
@Index('transfer_case_out_authority', ['outAuthorityId', 'createdAt', 'id'])
@Index('transfer_case_in_authority', ['inAuthorityId', 'createdAt', 'id'])
@Index('transfer_case_out_city', ['outCityId', 'createdAt', 'id'])
@Index('transfer_case_in_city', ['inCityId', 'createdAt', 'id'])
// Over expressions, which only the migration can say.
@Index('transfer_case_out_area_4', { synchronize: false })
@Index('transfer_case_out_area_5', { synchronize: false })
@Index('transfer_case_in_area_4', { synchronize: false })
@Index('transfer_case_in_area_5', { synchronize: false })
@Index('transfer_case_awaited', { synchronize: false })
@Index('transfer_case_created', ['createdAt', 'id'])
@Index('transfer_case_updated', ['updatedAt'])
@Index('transfer_case_out_path', ['outPath'], { where: IS_OPEN })
@Index('transfer_case_in_path', ['inPath'], { where: IS_OPEN })
@Index('transfer_case_open', ['createdAt', 'id'], { where: IS_OPEN })
@Index('transfer_case_in_transit', ['updatedAt', 'id'], { where: `state in ('MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'ARCHIVE_WAITING', 'ARCHIVE_TRANSFERRING', 'APPROVED', 'MOVING')` })
@Index('transfer_case_due', ['dueAt', 'id'], { where: 'due_at is not null' })
export class TransferCase extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Access.scopes(...READERS) @Field(() => TransferState) declare state: TransferState;
  @Access.scopes(...READERS) @Field(() => Int) declare version: number;
  @Access.scopes(...READERS) @Field(() => Date, { nullable: true, description: '当前环节的办理期限' }) declare dueAt: Date | null;
  @Access.scopes(...READERS) @Field(() => String, { nullable: true, description: '期限依据' }) declare dueRule: string | null;
  @Access.scopes(...READERS) @Field(() => Boolean, { description: '期限所在年度的节假日安排尚未公布，按周一至周五计' }) declare dueFlagged: boolean;
  @Access.scopes(...READERS) @Field(() => Date, { name: 'filedAt' }) declare createdAt: Date;
  /** name in the list of procedures */
  @Access.scopes(...READERS) @Field(() => String, { description: '办理程序' }) @Column('text') procedure: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Access.scopes(...READERS) @Field(() => String, { description: '学段' }) @Column('text') stage: Stage;
  @Access.scopes(...READERS) @Field(() => Int, { description: '年级: 1–12' }) @Column('int') grade: number;
  @Column('text', { name: 'out_school_id' }) outSchoolId: string;
  @Column('text', { name: 'in_school_id' }) inSchoolId: string;
  @Column('text', { name: 'out_authority_id' }) outAuthorityId: string;
  @Column('text', { name: 'in_authority_id' }) inAuthorityId: string;
  /** the units below the province that the schools lie in; null where they take no part */
  @Column('text', { name: 'out_city_id', nullable: true }) outCityId: string | null;
  @Column('text', { name: 'in_city_id', nullable: true }) inCityId: string | null;
  /** area paths of the two schools: whoever stands above either sees the case */
  @Column('text', { name: 'out_path' }) outPath: string;
  @Column('text', { name: 'in_path' }) inPath: string;
  @Field(() => String, { description: '申请时有效的政策方案' }) @Column('text', { name: 'profile_id' }) profileId: string;
  @Field(() => String, { description: '该方案版本的生效日期 YYYY-MM-DD' }) @Column('date', { name: 'profile_effective_from' }) profileEffectiveFrom: string;
  @Column('jsonb') chain: ReviewChain;
  @Column('jsonb', { name: 'refusal_reasons' }) refusalReasons: readonly Choice[];
  @Access.scopes(...READERS) @Field(() => String, { description: '转学理由代码' }) @Column('text', { name: 'reason_code' }) reasonCode: string;
  @Column('jsonb') documents: DocumentReference[];
  @Access.scopes(...READERS) @Field(() => String, { nullable: true, description: '收到监护人申请的日期 [TRF-GEN-01]' }) @Column('date', { name: 'received_on', nullable: true }) receivedOn: string | null;
  @Access.scopes(...READERS) @Field(() => String, { nullable: true, description: '到转入学校就读的起始日期，可早于申请 [TRF-GEN-02]' }) @Column('date', { name: 'attendance_start_date', nullable: true }) attendanceStartDate: string | null;
  @Column('text', { name: 'class_id', nullable: true }) classId: string | null;
  @Column('jsonb', { nullable: true }) refusal: Refusal | null;
  /** null where both sides are bound by one policy */
  @Column('jsonb', { name: 'out_terms', nullable: true }) outTerms: OutTerms | null;
  /** null before the check, and where there is none */
  @Column('jsonb', { name: 'ministry_check', nullable: true }) ministryCheck: MinistryCheck | null;
  /** SHA-256 of the archive the giving side packed, hex: the receiving school proves that it read it, so it is told to nobody */
  @Column('text', { name: 'archive_hash', nullable: true }) archiveHash: string | null;
  @Field(() => String, { nullable: true, description: '线下入学手续的凭据 [TRF-PROG-02]' }) @Column('text', { name: 'formalities_reference', nullable: true }) formalitiesReference: string | null;
}
