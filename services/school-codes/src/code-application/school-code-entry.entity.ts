import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The ledger of school identifiers, to which the service may only add: an identifier is issued once, and what was voided stays voided
 * (CODE-ID-01, CODE-ID-06).
 */
@Entity('school_code_entry')
export class SchoolCodeEntry {
  @PrimaryColumn('text') identifier: string;
  @PrimaryColumn('text') act: 'ISSUED' | 'VOIDED';
  /** null for an identifier voided before this ledger began */
  @Column('text', { name: 'school_id', nullable: true }) schoolId: string | null;
  @Column('text', { name: 'application_id', nullable: true }) applicationId: string | null;
  @Column('timestamptz') at: Date;
}
