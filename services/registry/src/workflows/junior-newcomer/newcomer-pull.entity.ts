import { Access, WorkflowEntity } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/**
 * A school's wish to enrol one graduate [REG-ENROL-05]. Several schools may hold one for the same graduate; the first that is approved wins
 * [REG-ENROL-07]. Holds no data of the person.
 */
@Access.scopes('pupil.read')
@ObjectType({ description: '从毕业库抽取新生 / pull of a graduate from the pool' })
@Entity('newcomer_pull')
@Index('newcomer_pull_open_per_school', ['studentId', 'schoolId'], { unique: true, where: "state in ('PULLED', 'SUBMITTED')" })
@Index('newcomer_pull_established', ['studentId', 'stage'], { unique: true, where: "state = 'ESTABLISHED'" })
@Index('newcomer_pull_holder_path', ['holderPath'])
export class NewcomerPull extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true, description: '须办结的时间' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true, description: '期限依据' }) declare dueRule: string | null;
  @Field(() => Date) declare createdAt: Date;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** area path of the pulling school */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Column('text', { name: 'class_id' }) classId: string;
  @Field(() => String, { description: '升入的学段: JUNIOR' }) @Column('text') stage: string;
}
