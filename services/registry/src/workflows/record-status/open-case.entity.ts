import { Column, Entity, Index, PrimaryColumn, type EntityManager } from 'typeorm';

/**
 * A transfer of a pupil as the events of `transfers` tell it. A closed case stays as a tombstone, so that a late or repeated "filed" cannot open it
 * again; that a pupil has one open case at most is kept by its owner [GEN-FLOW-06].
 */
@Entity('open_case')
@Index('open_case_student', ['studentId'], { where: 'is_open' })
export class OpenCase {
  @PrimaryColumn('text', { name: 'case_id' }) caseId: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('boolean', { name: 'is_open' }) isOpen: boolean;
}

export const closeCase = async (manager: EntityManager, { transferId, studentId }: { transferId: string; studentId: string }): Promise<void> => {
  await manager.upsert(OpenCase, { caseId: transferId, studentId, isOpen: false }, ['caseId']);
};
