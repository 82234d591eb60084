import type { Stage } from '@xueji/standards';
import { Column, Entity, Index, LessThanOrEqual, PrimaryColumn, type EntityManager } from 'typeorm';

/** What this service knows of a pupil, kept by the events of registry. Number and name are here as keyed hashes only. */
@Entity('student_projection')
@Index('student_projection_number', ['numberHash'])
export class StudentProjection {
  @PrimaryColumn('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text') stage: Stage;
  @Column('int') grade: number;
  @Column('text') state: 'ACTIVE' | 'GRADUATED';
  @Column('text', { name: 'number_hash' }) numberHash: string;
  @Column('text', { name: 'name_hash' }) nameHash: string;
  /** of the registry's record, so that an event that comes late changes nothing */
  @Column('int') version: number;
}

/** Adds a pupil, or sets anew what is known of one. */
export async function keepStudent(manager: EntityManager, student: StudentProjection): Promise<void> {
  await manager.query(
    `insert into student_projection as p (student_id, school_id, stage, grade, state, number_hash, name_hash, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (student_id) do update set school_id = excluded.school_id, stage = excluded.stage, grade = excluded.grade, state = excluded.state,
       number_hash = excluded.number_hash, name_hash = excluded.name_hash, version = excluded.version
     where excluded.version >= p.version`,
    [student.studentId, student.schoolId, student.stage, student.grade, student.state, student.numberHash, student.nameHash, student.version],
  );
}

/** Changes what is known of a pupil, unless it is newer. */
export async function changeStudent(manager: EntityManager, studentId: string, change: Partial<StudentProjection> & { version: number }): Promise<void> {
  await manager.update(StudentProjection, { studentId, version: LessThanOrEqual(change.version) }, change);
}
