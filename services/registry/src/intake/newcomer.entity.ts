import { Access, WorkflowEntity } from '@xueji/platform';
import { getTemplate, intakeRecord, type Finding, type IntakeRecord, type IntakeValue } from '@xueji/standards';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';
import { ResponsiblePerson } from '../student/student.entity';

/** One row of an uploaded workbook on its way to a record (ST-REG-1). */
@Access.scopes('pupil.read')
@ObjectType({ description: '小学新生 / primary newcomer' })
@Entity('newcomer')
@Index('newcomer_row', ['batchId', 'row'], { unique: true })
@Index('newcomer_child', ['childId'], { where: 'child_id is not null' })
@Index('newcomer_pending_document', ['documentNumber'], { unique: true, where: `document_number is not null and state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED')` })
@Index('newcomer_pending_person', ['name', 'sex', 'birthDate'], { where: `state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED')` })
@Index('newcomer_pending_person_without_document', ['name', 'sex', 'birthDate'], { where: `document_number is null and state in ('VALIDATED', 'SCHOOL_REVIEW', 'SUBMITTED')` })
export class Newcomer extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Column('text', { name: 'batch_id' }) batchId: string;
  @Field(() => Int, { description: '工作表行号 / row as the spreadsheet shows it' }) @Column('int', { name: 'row_number' }) row: number;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Column('text', { name: 'class_id', nullable: true }) classId: string | null;
  @Field(() => String, { nullable: true }) @Column('text', { nullable: true }) name: string | null;
  @Column('text', { nullable: true }) sex: string | null;
  @Column('date', { name: 'birth_date', nullable: true }) birthDate: string | null;
  @Column('text', { name: 'document_type', nullable: true }) documentType: string | null;
  @Column('text', { name: 'document_number', nullable: true }) documentNumber: string | null;
  /** kindergarten archive that the record will continue */
  @Column('text', { name: 'child_id', nullable: true }) childId: string | null;
  @Column('boolean') accepted: boolean;
  @Column('jsonb') findings: Finding[];
  /** name of the template that gives the values their order */
  @Column('text', { name: 'form_template' }) formTemplate: string;
  /** the row as it was read, one value per column: without the names of the fields a row takes a third of the room */
  @Column('json', { name: 'form_values' }) formValues: readonly IntakeValue[];
  @Column('jsonb', { name: 'entered_by' }) enteredBy: ResponsiblePerson;
  @Column('text', { name: 'student_id', nullable: true }) studentId: string | null;
  @Column('text', { name: 'photo_file', nullable: true }) photoFile: string | null;
  @Column('text', { name: 'card_file', nullable: true }) cardFile: string | null;

  /** The row under the names of its fields. A refused one lacks what could not be read. */
  get form(): IntakeRecord {
    return intakeRecord(this.formValues, getTemplate(this.formTemplate));
  }
}
