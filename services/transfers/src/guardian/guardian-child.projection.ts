import { Column, Entity, Index, PrimaryColumn, type EntityManager } from 'typeorm';

/** That an account is of a guardian of a pupil, kept by the events of registry. An ended one stays, so that late news cannot open it again. */
@Entity('guardian_child')
@Index('guardian_child_account', ['accountId'])
export class GuardianChild {
  @PrimaryColumn('text', { name: 'binding_id' }) bindingId: string;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('boolean') ended: boolean;
}

export const isChildOf = (manager: EntityManager, studentId: string, accountId: string): Promise<boolean> => manager.existsBy(GuardianChild, { studentId, accountId, ended: false });
