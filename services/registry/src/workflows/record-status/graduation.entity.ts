import { Access, connectionOf } from '@xueji/platform';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { GraduationOutcome } from './record-status.inputs';

export const GraduationOutcomes: Record<GraduationOutcome, GraduationOutcome> = { GRADUATED: 'GRADUATED', COMPLETED: 'COMPLETED' };

registerEnumType(GraduationOutcomes, {
  name: 'GraduationOutcome',
  description: '毕业或结业 [REG-GRAD-09]',
  valuesConfig: { GRADUATED: { description: '毕业' }, COMPLETED: { description: '结业' } },
});

/** How a pupil left a stage. While the pupil's record says GRADUATED it is the pupil's entry in the graduate pool [REG-GRAD-08]. */
@Access.scopes('pupil.read')
@ObjectType({ description: '毕业信息 / graduation from a stage' })
@Entity('graduation')
@Index('graduation_student_stage', ['studentId', 'stage'], { unique: true })
@Index('graduation_holder_path', ['holderPath'])
export class Graduation {
  @Access.authenticated() @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'student_id' }) studentId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** area path of the school graduated from; it goes on reading the record */
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => String, { description: '学段: PRIMARY, JUNIOR, SENIOR' }) @Column('text') stage: string;
  @Field(() => GraduationOutcomes) @Column('text') outcome: GraduationOutcome;
  @Field(() => String, { description: '毕业日期 YYYY-MM-DD' }) @Column('date', { name: 'graduated_on' }) graduatedOn: string;
  @Field(() => Boolean, { description: '是否在规定期限内办理 / within the window of the province' }) @Column('boolean', { name: 'on_time' }) onTime: boolean;
}

export const GraduationConnection = connectionOf('Graduation', () => Graduation);
