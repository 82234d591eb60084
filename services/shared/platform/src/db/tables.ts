import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A command already carried out: the same request id answers with the same result instead of acting twice. */
@Entity('command_request')
export class CommandRequest {
  @PrimaryColumn('text', { name: 'request_id' }) requestId: string;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Column('text') command: string;
  @Column('text', { name: 'input_hash' }) inputHash: string;
  @Column('jsonb', { nullable: true }) result: unknown;
  @Column('timestamptz', { name: 'at' }) at: Date;
}

/** One step of one case, append-only (GEN-FLOW-01). */
@Entity('case_step')
@Index('case_step_record', ['recordType', 'recordId', 'version'], { unique: true })
export class CaseStep {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @Column('text', { name: 'record_type' }) recordType: string;
  @Column('text', { name: 'record_id' }) recordId: string;
  @Column('int') version: number;
  @Column('text', { name: 'from_state', nullable: true }) fromState: string | null;
  @Column('text', { name: 'to_state' }) toState: string;
  @Column('text') command: string;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Column('text', { name: 'real_name' }) realName: string;
  @Column('text') duty: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Column('text', { name: 'organization_name' }) organizationName: string;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('jsonb', { default: () => `'[]'` }) attachments: string[];
  @Column('text', { array: true }) cites: string[];
  @Column('timestamptz', { name: 'due_at', nullable: true }) dueAt: Date | null;
  @Column('text', { name: 'request_id' }) requestId: string;
  @Column('timestamptz') at: Date;
}

/** Hash-chained audit (ACC-AUDIT-01). Sixteen chains per service, so that commits need not queue behind one another. */
@Entity('audit_entry')
@Index('audit_entry_subject', ['subjectType', 'subjectId'])
export class AuditEntry {
  @PrimaryColumn('smallint') chain: number;
  @PrimaryColumn('bigint') position: string;
  @Column('timestamptz') at: Date;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Column('text', { name: 'real_name' }) realName: string;
  @Column('text') duty: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Column('text') source: string;
  @Column('text') action: string;
  @Column('text', { name: 'subject_type' }) subjectType: string;
  @Column('text', { name: 'subject_id' }) subjectId: string;
  @Column('jsonb') detail: unknown;
  @Column('text', { name: 'previous_hash' }) previousHash: string;
  @Column('text') hash: string;
}

/** Events to be told, written with the change they tell. `seq` is drawn while the record is locked, so it orders the events of a key. */
@Entity('outbox_event')
@Index('outbox_event_unsent', ['seq'], { where: 'sent_at is null' })
export class OutboxEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq: string;
  @Index('outbox_event_id', { unique: true }) @Column('uuid') id: string;
  @Column('text') topic: string;
  @Column('text') key: string;
  @Column('jsonb') event: unknown;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt: Date | null;
}

/** Events already taken in, so that one that arrives twice acts once. */
@Entity('inbox_event')
export class InboxEvent {
  @PrimaryColumn('uuid', { name: 'event_id' }) eventId: string;
  @Column('text') type: string;
  @Column('timestamptz', { name: 'taken_at', default: () => 'now()' }) takenAt: Date;
}

/** What this service knows of an organisation, kept by the events of school-codes. */
@Entity('organization')
@Index('organization_path', ['path'])
@Index('organization_identifier', ['schoolIdentifier'])
export class OrganizationProjection {
  @PrimaryColumn('text') id: string;
  @Column('text', { name: 'parent_id', nullable: true }) parentId: string | null;
  @Column('text') path: string;
  @Column('text') level: string;
  @Column('text') name: string;
  @Column('text', { name: 'division_code' }) divisionCode: string;
  @Column('text', { nullable: true }) province: string | null;
  @Column('text', { name: 'school_identifier', nullable: true }) schoolIdentifier: string | null;
  @Column('text', { name: 'school_type', nullable: true }) schoolType: string | null;
  @Column('text', { array: true }) stages: string[];
  @Column('text') status: string;
  @Column('text', { name: 'competent_authority_id', nullable: true }) competentAuthorityId: string | null;
  @Column('int') version: number;
}

/** A data-sharing agreement that is over, kept by the events of accounts: no call under it is answered any more (AGY-IF-12). */
@Entity('ended_agreement')
export class EndedAgreement {
  @PrimaryColumn('text', { name: 'agreement_id' }) agreementId: string;
  @Column('timestamptz', { name: 'ended_at' }) endedAt: Date;
}

export const platformEntities = [CommandRequest, CaseStep, AuditEntry, OutboxEvent, InboxEvent, OrganizationProjection, EndedAgreement];

/** Tables to which the service's own role may only add. */
export const appendOnlyTables = ['case_step', 'audit_entry', 'ended_agreement'];
