import { Access, connectionOf } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TicketMessageKind } from './ticket.terms';

registerEnumType(TicketMessageKind, { name: 'TicketMessageKind', description: '提问、消息、解答、上报说明、异议' });

/** Something said on a ticket; added, never changed. `version` is that of the ticket once it was said. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '问题单上的一条消息' })
@Entity('ticket_message')
@Index('ticket_message_ticket', ['ticketId', 'version'], { unique: true })
export class TicketMessage {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'ticket_id' }) ticketId: string;
  @Field(() => Int) @Column('int') version: number;
  @Field(() => TicketMessageKind) @Column('text') kind: TicketMessageKind;
  @Field(() => String) @Column('text') text: string;
  @Field(() => ID) @Column('text', { name: 'account_id' }) accountId: string;
  @Field(() => String) @Column('text', { name: 'real_name' }) realName: string;
  @Field(() => String) @Column('text', { name: 'organization_name' }) organizationName: string;
  @Field(() => Date) @Column('timestamptz') at: Date;
}

export const TicketMessageConnection = connectionOf('TicketMessage', () => TicketMessage);
