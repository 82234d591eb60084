import { Column, PrimaryColumn } from 'typeorm';

/** Columns of every record that a workflow governs. `version` counts its changes; `dueAt` is the instant its state must be left. */
export abstract class WorkflowEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') state: string;
  @Column('int') version: number;
  /** account that submitted the case for review; null before that */
  @Column('text', { name: 'submitted_by', nullable: true }) submittedBy: string | null;
  @Column('timestamptz', { name: 'due_at', nullable: true }) dueAt: Date | null;
  @Column('text', { name: 'due_rule', nullable: true }) dueRule: string | null;
  /** the holiday calendar does not cover the period: counted Monday to Friday */
  @Column('boolean', { name: 'due_flagged', default: false }) dueFlagged: boolean;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;
}

/** The same columns for a migration. */
export const workflowColumns = `id text primary key, state text not null, version int not null, submitted_by text, due_at timestamptz, due_rule text,
  due_flagged boolean not null default false, created_at timestamptz not null, updated_at timestamptz not null`;
