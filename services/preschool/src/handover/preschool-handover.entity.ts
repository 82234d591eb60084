import { Access, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** The hand-over of one child to a primary school (ST-PRE-6). Its id was given by the receiving side. */
@Access.scopes('pupil.read')
@Directive('@key(fields: "id")')
@ObjectType({ description: '幼小交接 / hand-over of a child to primary school' })
@Entity('handover')
@Index('handover_one_open', ['childId'], { unique: true, where: `state in ('HANDOVER_REQUESTED', 'RELEASED')` })
@Index('handover_child', ['childId'])
@Index('handover_path', ['path', 'createdAt', 'id'])
@Index('handover_due', ['dueAt'], { where: 'due_at is not null' })
export class PreschoolHandover extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true, description: '交接期限 / when the hand-over must be finished' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => Boolean, { description: '期限所在年份的节假日尚未公布 / counted without published holidays' }) declare dueFlagged: boolean;
  @Field(() => Date) declare createdAt: Date;
  @Field(() => Date) declare updatedAt: Date;

  @Column('text', { name: 'child_id' }) childId: string;
  /** null with the path when nobody here knows the child */
  @Column('text', { name: 'institution_id', nullable: true }) institutionId: string | null;
  @Column('text', { nullable: true }) path: string | null;
  @Column('text', { name: 'receiving_school_id' }) receivingSchoolId: string;
  @Field(() => String, { description: '发起日期 YYYY-MM-DD' }) @Column('date', { name: 'requested_on' }) requestedOn: string;
  @Field(() => String, { nullable: true, description: '幼儿园报告的数据问题 / data fault reported by the kindergarten' })
  @Column('text', { name: 'data_fault', nullable: true }) dataFault: string | null;
  @Field(() => String, { nullable: true, description: '不能办理的原因代码 / code of the refusal' }) @Column('text', { name: 'declined_code', nullable: true }) declinedCode: string | null;
  @Field(() => String, { nullable: true, description: '不能办理所依据的规则 / rule of the refusal' }) @Column('text', { name: 'declined_rule', nullable: true }) declinedRule: string | null;
}
