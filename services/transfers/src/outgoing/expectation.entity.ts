import { Access } from '@xueji/platform';
import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** That a school knows of a pupil who is leaving, so that it can follow up until the transfer is done. */
@Access.scopes('pupil.read')
@ObjectType({ description: '预计转出的学生 [TRF-GEN-08]' })
@Entity('transfer_expectation')
@Index('transfer_expectation_student', ['studentId', 'schoolId'], { unique: true, where: 'dropped_at is null' })
@Index('transfer_expectation_path', ['schoolPath'])
export class TransferExpectation {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'school_path' }) schoolPath: string;
  @Field(() => String, { description: '据监护人所述的去向学校' }) @Column('text', { name: 'to_school_name' }) toSchoolName: string;
  @Column('text', { name: 'recorded_by' }) recordedBy: string;
  @Field(() => Date, { name: 'recordedAt' }) @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** the pupil stays after all, or the record was a mistake */
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'dropped_at', nullable: true }) droppedAt: Date | null;
}
