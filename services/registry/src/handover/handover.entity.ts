import { Access, WorkflowEntity } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** The hand-over of one child from kindergarten to primary school (PRE-CHG-03). */
@Access.scopes('pupil.read')
@ObjectType({ description: '幼升小交接 / hand-over from kindergarten' })
@Entity('handover')
@Index('handover_child', ['childId'])
@Index('handover_open_child', ['childId'], { unique: true, where: `state = ANY (ARRAY['REQUESTED'::text, 'RELEASED'::text, 'COMPLETED'::text])` })
export class Handover extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true }) declare dueRule: string | null;
  @Field(() => ID) @Column('text', { name: 'child_id' }) childId: string;
  @Field(() => ID) @Column('text', { name: 'institution_id' }) institutionId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => String) @Column('date', { name: 'requested_on' }) requestedOn: string;
}
