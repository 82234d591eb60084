import type { Stage } from '@xueji/standards';
import { Column, Entity, Index, LessThanOrEqual, PrimaryColumn, type EntityManager } from 'typeorm';

/** What this service knows of a pupil, kept by the events of registry. Number and name are here as keyed hashes only. */
@Entity('student_projection')
@Index('student_projection_number', ['numberHash'])
@Index('student_projection_class', ['schoolId', 'grade', 'classId'], { where: `state = 'ACTIVE'` })
export class StudentProjection {
  @PrimaryColumn('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text') stage: Stage;
  @Column('int') grade: number;
  /** null for pupils heard of before classes were kept */
  @Column('text', { name: 'class_id', nullable: true }) classId: string | null;
  @Column('text') state: 'ACTIVE' | 'GRADUATED';
  @Column('text', { name: 'number_hash' }) numberHash: string;
  @Column('text', { name: 'name_hash' }) nameHash: string;
  /** of the registry's record, so that an event that comes late changes nothing */
  @Column('int') version: number;
}

/** Adds a pupil, or sets anew what is known of one. */
export async function keepStudent(manager: EntityManager, student: StudentProjection): Promise<void> {
  await manager.query(
    `insert into student_projection as p (student_id, school_id, stage, grade, state, number_hash, name_hash, version, class_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (student_id) do update set school_id = excluded.school_id, stage = excluded.stage, grade = excluded.grade, state = excluded.state,
       class_id = excluded.class_id, number_hash = excluded.number_hash, name_hash = excluded.name_hash, version = excluded.version
     where excluded.version >= p.version`,
    [student.studentId, student.schoolId, student.stage, student.grade, student.state, student.numberHash, student.nameHash, student.version, student.classId],
  );
}

/** Changes what is known of a pupil, unless it is newer. */
export async function changeStudent(manager: EntityManager, studentId: string, change: Partial<StudentProjection> & { version: number }): Promise<void> {
  await manager.update(StudentProjection, { studentId, version: LessThanOrEqual(change.version) }, change);
}

/** How many pupils sit in a class: each is counted where the registry holds the record, wherever the pupil attends meanwhile [TRF-GEN-02]. */
export interface ClassSize {
  classId: string;
  pupils: number;
}

/** Sizes of the class that is named, else of the classes known of the grade; a class without pupils is not known. */
export async function classSizes(manager: EntityManager, { schoolId, stage, grade, classId }: { schoolId: string; stage: Stage; grade: number; classId: string | null }): Promise<ClassSize[]> {
  const query = manager.createQueryBuilder(StudentProjection, 'p').select('p.class_id', 'classId').addSelect('count(*)::int', 'pupils')
    .where(`p.school_id = :schoolId and p.state = 'ACTIVE' and p.stage = :stage and p.grade = :grade`, { schoolId, stage, grade });
  return query.andWhere(classId === null ? 'p.class_id is not null' : 'p.class_id = :classId', { classId }).groupBy('p.class_id').getRawMany();
}
