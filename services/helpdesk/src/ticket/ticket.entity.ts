import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';
import { Organization, organizationStub } from '../organization/organization.stub';
import { TicketChannel, TicketResult, type ProblemReport } from './ticket.terms';

registerEnumType(TicketChannel, { name: 'TicketChannel', description: '受理渠道 / channel of a question [HLP-DESK-07]' });
registerEnumType(TicketResult, { name: 'TicketResult', description: '处理结果：用户确认，或在规定时间内未回复' });

@Access.authenticated()
@ObjectType({ description: '问题记录单 / the problem as written on the form' })
export class Problem implements ProblemReport {
  @Field(() => String, { description: '遇到的问题' }) what: string;
  @Field(() => String, { description: '操作步骤' }) steps: string;
  @Field(() => String, { description: '所在功能模块' }) systemPart: string;
}

@Access.authenticated()
@ObjectType()
export class TicketPerson {
  @Field(() => ID) accountId: string;
  @Field(() => String) realName: string;
}

/** A question to the support desks, from asking to closing (ST-HLP-1). Never deleted (HLP-DESK-06). `submittedBy` is the user who asked. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '问题单 / support ticket' })
@Entity('ticket')
@Index('ticket_user', ['submittedBy'])
@Index('ticket_desk', ['deskOrganizationId', 'createdAt'])
@Index('ticket_waiting', ['deskPath'], { where: 'waiting_since is not null' })
@Index('ticket_holder_path', ['holderPath'])
@Index('ticket_due', ['dueAt'], { where: 'due_at is not null' })
export class Ticket extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => String, { description: '状态: LIVE_CHAT, QUEUED, IN_PROGRESS, ANSWERED, CLOSED' }) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date, { nullable: true, description: '已解答的问题单在此刻自动关闭' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => String, { description: '主题' }) @Column('text') subject: string;
  @Field(() => TicketChannel) @Column('text') channel: TicketChannel;
  @Field(() => Problem, { nullable: true }) @Column('jsonb', { nullable: true }) problem: Problem | null;
  @Column('text', { name: 'user_name' }) userName: string;
  @Column('text', { name: 'user_organization_id' }) userOrganizationId: string;
  /** area path of the user's organisation */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => String, { description: '受理层级 / level of the desk that has it' }) @Column('text') level: string;
  @Column('text', { name: 'desk_organization_id' }) deskOrganizationId: string;
  @Column('text', { name: 'desk_path' }) deskPath: string;
  @Field(() => Date, { nullable: true, description: '自此刻起等待受理；已有人受理时为空' }) @Column('timestamptz', { name: 'waiting_since', nullable: true }) waitingSince: Date | null;
  @Column('text', { name: 'handler_id', nullable: true }) handlerId: string | null;
  @Column('text', { name: 'handler_name', nullable: true }) handlerName: string | null;
  @Field(() => String, { nullable: true, description: '解答' }) @Column('text', { nullable: true }) answer: string | null;
  @Field(() => TicketResult, { nullable: true }) @Column('text', { nullable: true }) result: TicketResult | null;
  @Field(() => Date, { nullable: true, description: '首次响应时间 [HLP-DESK-08]' }) @Column('timestamptz', { name: 'first_response_at', nullable: true }) firstResponseAt: Date | null;
  @Column('text', { name: 'first_response_level', nullable: true }) firstResponseLevel: string | null;
  @Field(() => Date, { nullable: true, description: '解答时间 [HLP-DESK-08]' }) @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt: Date | null;
  @Field(() => Date, { nullable: true }) @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;

  @Field(() => TicketPerson, { description: '提问人' })
  user(): TicketPerson {
    return { accountId: this.submittedBy!, realName: this.userName };
  }

  @Field(() => Organization, { description: '提问人所在单位' })
  userOrganization(): Organization {
    return organizationStub(this.userOrganizationId);
  }

  @Field(() => Organization, { description: '受理单位' })
  desk(): Organization {
    return organizationStub(this.deskOrganizationId);
  }

  @Field(() => TicketPerson, { nullable: true, description: '受理人' })
  handler(): TicketPerson | null {
    return this.handlerId ? { accountId: this.handlerId, realName: this.handlerName! } : null;
  }
}

export const TicketConnection = connectionOf('Ticket', () => Ticket);
