import { Access, connectionOf } from '@xueji/platform';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the giving province keeps of a pupil who went to another one: who, when, to which province's school [TRF-INTER-07]. No command changes it. */
@Access.scopes('pupil.read')
@ObjectType({ description: '转往外省的学生（只读）/ a pupil who went to another province' })
@Entity('departure')
@Index('departure_holder_path', ['holderPath'])
export class Departure {
  @Field(() => ID, { name: 'transferId' }) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'from_school_id' }) fromSchoolId: string;
  /** area path of the school that gave the pupil away */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Column('text', { name: 'to_school_id' }) toSchoolId: string;
  @Field(() => String, { description: '转入省份代码，两位' }) @Column('text', { name: 'to_province' }) toProvince: string;
  @Field(() => String, { description: '姓名，转出时' }) @Column('text') name: string;
  @Column('text', { name: 'national_student_number' }) nationalStudentNumber: string;
  @Field(() => String, { description: '学段，转出时' }) @Column('text') stage: string;
  @Field(() => Int, { description: '年级，转出时' }) @Column('int') grade: number;
  @Field(() => Date, { description: '调档完毕的时间' }) @Column('timestamptz') at: Date;
}

export const DepartureConnection = connectionOf('Departure', () => Departure);
