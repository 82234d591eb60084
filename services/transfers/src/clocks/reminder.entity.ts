import { Access } from '@xueji/platform';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TransferState } from '../transfer/transfer.terms';
import { ReminderKind } from './reminder.instants';

registerEnumType(ReminderKind, { name: 'TransferReminderKind', description: 'BEFORE 到期前，DUE 到期，OVERDUE 逾期（报上级），ESCALATED 再逾期（报再上一级）' });

/** That an organisation was reminded of a step: once for each step of a case and each kind, whoever's clock it was. Never changed. */
@Access.scopes('pupil.read')
@ObjectType({ description: '办理提醒 [TRF-SLA-03]' })
@Entity('transfer_reminder')
@Index('transfer_reminder_once', ['caseId', 'version', 'kind'], { unique: true })
@Index('transfer_reminder_addressed', ['addressedId', 'firedAt', 'id'])
export class TransferReminder {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'case_id' }) caseId: string;
  /** of the case, when it waited for the step */
  @Column('int') version: number;
  @Field(() => ReminderKind) @Column('text') kind: ReminderKind;
  @Field(() => TransferState, { description: '当时等待办理的状态' }) @Column('text') state: TransferState;
  @Field(() => Date, { description: '应提醒的时刻' }) @Column('timestamptz', { name: 'due_at' }) dueAt: Date;
  @Field(() => Date, { description: '发出提醒的时刻' }) @Column('timestamptz', { name: 'fired_at' }) firedAt: Date;
  @Column('text', { name: 'addressed_id' }) addressedId: string;
}
