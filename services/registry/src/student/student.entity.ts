import { Access, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** A person answerable for data (GEN-DATA-01). */
@Access.scopes('pupil.read')
@ObjectType()
export class ResponsiblePerson {
  @Field(() => ID) accountId: string;
  @Field(() => String) realName: string;
}

/** Where the identity of a pupil comes from: an own document, a guardian's resident ID number (REG-NUM-05), or nothing yet. */
export type IdentifierSource = 'OWN_DOCUMENT' | 'GUARDIAN_ID' | 'NONE';

/** The electronic record of one pupil, for life (REG-DATA-02). `id` equals the id of the kindergarten archive it continues. */
@Access.scopes('pupil.read')
@Directive('@key(fields: "id")')
@ObjectType({ description: '学生学籍 / registry record of one pupil' })
@Entity('student')
@Index('student_national_number', ['nationalStudentNumber'], { unique: true })
@Index('student_document_number', ['documentNumber'], { unique: true, where: 'document_number is not null' })
@Index('student_holder_path', ['holderPath'])
@Index('student_class', ['classId'])
@Index('student_person', ['name', 'sex', 'birthDate'])
@Index('student_person_without_document', ['name', 'sex', 'birthDate'], { where: 'document_number is null' })
export class Student extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { description: '学籍状态 / record status' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date) declare createdAt: Date;
  @Column('text', { name: 'national_student_number' }) nationalStudentNumber: string;
  @Field(() => String, { description: 'FORMAL_ID (G), FORMAL_GENERATED (J) or TEMPORARY (L)' }) @Column('text', { name: 'number_type' }) numberType: string;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { description: '姓名' }) @Column('text') name: string;
  @Field(() => String, { description: '性别: 1 男 2 女' }) @Column('text') sex: string;
  @Field(() => String, { description: '出生日期 YYYY-MM-DD' }) @Column('date', { name: 'birth_date' }) birthDate: string;
  @Field(() => String, { description: '民族' }) @Column('text') ethnicity: string;
  @Field(() => String, { description: '国籍/地区' }) @Column('text') nationality: string;
  @Field(() => String, { name: 'identityDocumentType', description: '身份证件类型' }) @Column('text', { name: 'document_type' }) documentType: string;
  @Column('text', { name: 'document_number', nullable: true }) documentNumber: string | null;
  @Field(() => String, { description: 'OWN_DOCUMENT, GUARDIAN_ID or NONE [REG-NUM-05]' }) @Column('text', { name: 'identifier_source' }) identifierSource: IdentifierSource;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** area path of the school that holds the record */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Column('text', { name: 'class_id', nullable: true }) classId: string | null;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { description: '学段: PRIMARY, JUNIOR, SENIOR' }) @Column('text') stage: string;
  @Access.scopes('pupil.read', 'child.read') @Field(() => Int, { description: '年级: 1–12' }) @Column('int') grade: number;
  @Field(() => String, { description: '入学年月 YYYYMM' }) @Column('text', { name: 'entry_year_month' }) entryYearMonth: string;
  @Field(() => String, { description: '地区学号' }) @Column('text', { name: 'regional_student_number' }) regionalStudentNumber: string;
  /** kindergarten archive this record continues; null when none is known */
  @Column('text', { name: 'child_id', nullable: true }) childId: string | null;
  /** the other fields of the intake form, family members included */
  @Column('jsonb') details: Record<string, unknown>;
  @Column('text', { name: 'producing_organization_id' }) producingOrganizationId: string;
  @Field(() => ResponsiblePerson) @Column('jsonb', { name: 'entered_by' }) enteredBy: ResponsiblePerson;
  @Field(() => ResponsiblePerson, { nullable: true }) @Column('jsonb', { name: 'audited_by', nullable: true }) auditedBy: ResponsiblePerson | null;
}
