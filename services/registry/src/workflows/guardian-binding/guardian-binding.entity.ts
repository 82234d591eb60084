import { Access, WorkflowEntity } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';

/** That an account is of a guardian of a pupil. It opens the child's record to the account from the confirmation of the school on [REG-QUERY-01]. */
@Access.scopes('pupil.read', 'child.read')
@ObjectType({ description: '监护人绑定 / an account bound to a pupil' })
@Entity('guardian_binding')
@Index('guardian_binding_live', ['accountId', 'studentId'], { unique: true, where: `state in ('REQUESTED', 'CONFIRMED')` })
@Index('guardian_binding_student', ['studentId'])
@Index('guardian_binding_holder_path', ['holderPath'])
export class GuardianBinding extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => String) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { name: 'requestedAt' }) declare createdAt: Date;
  @Column('text', { name: 'account_id' }) accountId: string;
  @Field(() => String, { description: '监护人实名' }) @Column('text', { name: 'real_name' }) realName: string;
  @Field(() => String, { description: '关系: 1 父亲 2 母亲 3 祖父母或外祖父母 4 兄弟姐妹 9 其他' }) @Column('text') relationship: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** area path of the school that holds the record */
  @Column('text', { name: 'holder_path' }) holderPath: string;
}
