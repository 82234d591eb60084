import { Access } from '@xueji/platform';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export enum IdentityAuthority {
  POLICE_IDENTITY = 'POLICE_IDENTITY',
  POPULATION = 'POPULATION',
}
registerEnumType(IdentityAuthority, { name: 'IdentityAuthority', description: '核验身份的系统：公安部身份认证、国家人口基础数据库 [AGY-IF-06]' });

export enum IdentityOutcome {
  MATCH = 'MATCH',
  NAME_MISMATCH = 'NAME_MISMATCH',
  NOT_FOUND = 'NOT_FOUND',
}
registerEnumType(IdentityOutcome, { name: 'IdentityOutcome', description: '一致、姓名不符、查无此号' });

/** One answer of an authority about one pupil; never changed. */
@Access.scopes('pupil.read')
@ObjectType({ description: '身份核验记录' })
@Entity('identity_check')
@Index('identity_check_student', ['studentId', 'at'])
export class IdentityCheck {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Field(() => IdentityAuthority) @Column('text') authority: IdentityAuthority;
  @Field(() => IdentityOutcome) @Column('text') outcome: IdentityOutcome;
  @Field(() => Date) @Column('timestamptz') at: Date;
  @Field(() => String, { description: '核验人' }) @Column('text', { name: 'asked_by' }) askedBy: string;
}
