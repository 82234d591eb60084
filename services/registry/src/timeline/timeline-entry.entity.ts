import { Access } from '@xueji/platform';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What can happen to a record [REG-DATA-01]. */
export enum TimelineKind {
  ENROLMENT = 'ENROLMENT',
  GRADUATION = 'GRADUATION',
  PROGRESSION = 'PROGRESSION',
  TRANSFER = 'TRANSFER',
}

registerEnumType(TimelineKind, {
  name: 'TimelineKind',
  description: '学籍变动类别',
  valuesConfig: {
    ENROLMENT: { description: '入学，学籍建立' },
    GRADUATION: { description: '毕业或结业' },
    PROGRESSION: { description: '升学' },
    TRANSFER: { description: '转学' },
  },
});

/** One change of a pupil's record, written with the change; `version` is the record's after it. */
@Access.scopes('pupil.read')
@ObjectType({ description: '学籍履历 / one entry of a pupil\'s timeline' })
@Entity('timeline_entry')
export class TimelineEntry {
  @PrimaryColumn('text', { name: 'student_id' }) studentId: string;
  @Field(() => Int) @PrimaryColumn('int') version: number;
  @Access.scopes('pupil.read', 'child.read') @Field(() => TimelineKind) @Column('text') kind: TimelineKind;
  @Access.scopes('pupil.read', 'child.read') @Field(() => Date) @Column('timestamptz') at: Date;
  @Column('text', { name: 'from_school_id', nullable: true }) fromSchoolId: string | null;
  @Column('text', { name: 'to_school_id', nullable: true }) toSchoolId: string | null;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { description: '学段: PRIMARY, JUNIOR, SENIOR' }) @Column('text') stage: string;
  @Access.scopes('pupil.read', 'child.read') @Field(() => Int, { description: '年级: 1–12' }) @Column('int') grade: number;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { nullable: true, description: 'GRADUATED 毕业 or COMPLETED 结业' }) @Column('text', { nullable: true }) outcome: string | null;
  @Access.scopes('pupil.read', 'child.read') @Field(() => String, { description: '办理依据 / rule that the change rests on' }) @Column('text') rule: string;
  @Column('text', { name: 'real_name' }) realName: string;
  @Field(() => String, { description: '经办人岗位' }) @Column('text') duty: string;
  @Field(() => String, { description: '经办单位' }) @Column('text', { name: 'organization_name' }) organizationName: string;
  @Column('text', { name: 'organization_path' }) organizationPath: string;
}
