import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * That a primary school has established the record of a child, as the registry tells it. Kept whatever the state of the hand-over, so that news
 * which comes before the release is not lost.
 */
@Entity('primary_enrolment')
@Index('primary_enrolment_child', ['childId'])
export class PrimaryEnrolment {
  @PrimaryColumn('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'child_id' }) childId: string;
  @Column('text', { name: 'handover_id', nullable: true }) handoverId: string | null;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('timestamptz', { name: 'taken_at' }) takenAt: Date;
}
