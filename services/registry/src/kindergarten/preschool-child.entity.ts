import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the registry knows of a kindergarten archive. HANDED_OVER is the end: the archive went on as a school record. */
export type ChildState = 'ACTIVE' | 'GRADUATED' | 'LEFT' | 'HANDED_OVER';

/** Local copy of the kindergarten archives, kept by the events of preschool, so that identity is collected once (GEN-DATA-02). */
@Entity('preschool_child')
@Index('preschool_child_document', ['documentNumber'])
@Index('preschool_child_person', ['name', 'sex', 'birthDate'])
export class PreschoolChild {
  @PrimaryColumn('text') id: string;
  @Column('text') number: string;
  @Column('text', { name: 'number_type' }) numberType: string;
  @Column('text') name: string;
  @Column('text') sex: string;
  @Column('date', { name: 'birth_date' }) birthDate: string;
  @Column('text', { name: 'document_type' }) documentType: string;
  @Column('text', { name: 'document_number', nullable: true }) documentNumber: string | null;
  @Column('text') ethnicity: string;
  @Column('text') nationality: string;
  @Column('text', { name: 'institution_id' }) institutionId: string;
  @Column('text') state: ChildState;
}
