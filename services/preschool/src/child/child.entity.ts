import { Access, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** Why the check found fault: another archive carries the same document number, or is of the same name, sex and birth date. */
export type ProblemKind = 'DUPLICATE_DOCUMENT' | 'DUPLICATE_PERSON';

/**
 * A preschool child and its archive (ST-PRE-1, 2, 7). What is null is not known before the step that brings it. Document and student numbers are
 * shown masked; the fields of the graph for them stand in the resolver.
 */
@Access.scopes('pupil.read')
@Directive('@key(fields: "id")')
@ObjectType({ description: '幼儿及其档案 / a preschool child and its archive' })
@Entity('child')
@Index('child_number', ['nationalStudentNumber'], { unique: true, where: 'national_student_number is not null' })
@Index('child_document', ['identityDocumentType', 'identityDocumentNumber'], {
  unique: true, where: `identity_document_number is not null and state in ('NUMBER_REQUESTED', 'ACTIVE', 'GRADUATED', 'LEFT', 'ENROLLED_PRIMARY')`,
})
@Index('child_document_number', ['identityDocumentNumber'])
@Index('child_person', ['name', 'sex', 'birthDate'])
@Index('child_path', ['path', 'createdAt', 'id'])
@Index('child_class', ['classId'])
@Index('child_arbiter', ['arbiterId'], { where: 'arbiter_id is not null' })
@Index('child_due', ['dueAt'], { where: 'due_at is not null' })
export class Child extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String, { description: '档案状态 / state of the archive' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true, description: '本状态的办理期限 / when this state must be left' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => Boolean, { description: '期限所在年份的节假日尚未公布 / counted without published holidays' }) declare dueFlagged: boolean;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date) declare updatedAt: Date;

  @Column('text', { name: 'institution_id' }) institutionId: string;
  /** area path of the institution */
  @Column('text') path: string;
  @Column('text', { name: 'class_id', nullable: true }) classId: string | null;
  @Field(() => String, { description: '首次入园登记日期 YYYY-MM-DD' }) @Column('date', { name: 'registered_on' }) registeredOn: string;

  @Field(() => String, { description: '姓名' }) @Column('text') name: string;
  @Field(() => String, { nullable: true, description: '性别: 1 男 2 女' }) @Column('text', { nullable: true }) sex: string | null;
  @Field(() => String, { nullable: true, description: '出生日期 YYYY-MM-DD' }) @Column('date', { name: 'birth_date', nullable: true }) birthDate: string | null;
  @Field(() => String, { nullable: true, description: '民族 (GB/T 3304)' }) @Column('text', { nullable: true }) ethnicity: string | null;
  @Field(() => String, { nullable: true, description: '国籍/地区 (GB/T 2659)' }) @Column('text', { nullable: true }) nationality: string | null;
  @Field(() => String, { nullable: true, description: '身份证件类型: 1 居民身份证 …' }) @Column('text', { name: 'identity_document_type', nullable: true }) identityDocumentType: string | null;
  @Column('text', { name: 'identity_document_number', nullable: true }) identityDocumentNumber: string | null;
  @Column('text', { name: 'guardian_name', nullable: true }) guardianName: string | null;
  @Column('text', { name: 'guardian_relationship', nullable: true }) guardianRelationship: string | null;
  @Column('text', { name: 'guardian_phone', nullable: true }) guardianPhone: string | null;
  @Field(() => String, { nullable: true, description: '纸质档案保管人或存放处 / who keeps the paper archive, and where' })
  @Column('text', { name: 'paper_archive_keeper', nullable: true }) paperArchiveKeeper: string | null;

  @Column('text', { name: 'national_student_number', nullable: true }) nationalStudentNumber: string | null;
  @Field(() => String, { nullable: true, description: 'FORMAL_ID (G), FORMAL_GENERATED (J), TEMPORARY (L)' })
  @Column('text', { name: 'student_number_type', nullable: true }) studentNumberType: string | null;

  @Column('text', { name: 'problem_kind', nullable: true }) problemKind: ProblemKind | null;
  /** the other archive of the duplicate */
  @Column('text', { name: 'problem_child_id', nullable: true }) problemChildId: string | null;
  /** the other archive is another institution's */
  @Column('boolean', { name: 'problem_disputed', default: false }) problemDisputed: boolean;
  /** bureau that was asked to arbitrate */
  @Column('text', { name: 'arbiter_id', nullable: true }) arbiterId: string | null;
  @Field(() => [String], { description: '家长提供的证明材料 / proof from the parents' }) @Column('text', { array: true, default: () => `'{}'` }) attachments: string[];

  @Field(() => String, { nullable: true, description: '毕业日期 YYYY-MM-DD' }) @Column('date', { name: 'graduated_on', nullable: true }) graduatedOn: string | null;
  @Field(() => String, { nullable: true, description: '离园日期 YYYY-MM-DD' }) @Column('date', { name: 'left_on', nullable: true }) leftOn: string | null;
}
