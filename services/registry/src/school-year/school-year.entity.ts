import { Access } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Access.authenticated()
@ObjectType()
export class Term {
  @Field(() => String, { description: '学期: AUTUMN 秋季, SPRING 春季' }) kind: string;
  @Field(() => String, { description: 'YYYY-MM-DD' }) startsOn: string;
  @Field(() => String, { description: 'YYYY-MM-DD' }) endsOn: string;
}

/** A school's year with its terms and the grades it runs (REG-ENROL-03). Named after the calendar year it starts in. */
@Access.authenticated()
@ObjectType({ description: '学年 / school year of one school' })
@Entity('school_year')
@Index('school_year_school', ['schoolId', 'year'], { unique: true })
export class SchoolYear {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => Int) @Column('int') year: number;
  @Field(() => [Term]) @Column('jsonb') terms: Term[];
  @Field(() => [Int]) @Column('int', { array: true }) grades: number[];
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

/** A real class of pupils who sit in one room; virtual ones cannot be made (REG-CLASS-03). */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '班级 / home class' })
@Entity('class_section')
@Index('class_section_number', ['schoolYearId', 'number'], { unique: true })
@Index('class_section_school', ['schoolId', 'year', 'grade'])
export class ClassSection {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'school_year_id' }) schoolYearId: string;
  @Column('text', { name: 'school_id' }) schoolId: string;
  @Column('text', { name: 'holder_path' }) holderPath: string;
  @Field(() => Int, { description: '学年 / school year' }) @Column('int') year: number;
  @Field(() => Int, { description: '年级: 1–12' }) @Column('int') grade: number;
  @Field(() => String, { description: '班号' }) @Column('text') number: string;
  @Field(() => String, { description: '班级名称' }) @Column('text') name: string;
  @Field(() => String, { nullable: true, description: '班主任姓名；没有班主任的班级不能接收学生 [REG-CLASS-03]' }) @Column('text', { name: 'class_teacher', nullable: true }) classTeacher: string | null;
  @Field(() => String, { description: '建班年月 YYYYMM' }) @Column('text', { name: 'founded_year_month' }) foundedYearMonth: string;
  @Field(() => String, { description: '学制 (JY/T 1001)' }) @Column('text', { name: 'schooling_system' }) schoolingSystem: string;
  @Field(() => String, { description: '班级类型 (JY/T 1001)' }) @Column('text', { name: 'class_type' }) classType: string;
  @Field(() => String, { nullable: true, description: '荣誉称号' }) @Column('text', { name: 'honorary_title', nullable: true }) honoraryTitle: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
