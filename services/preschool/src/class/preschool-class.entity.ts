import { Access } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export enum PreschoolClassLevel {
  NURSERY = 'NURSERY',
  JUNIOR = 'JUNIOR',
  MIDDLE = 'MIDDLE',
  SENIOR = 'SENIOR',
}
registerEnumType(PreschoolClassLevel, {
  name: 'PreschoolClassLevel',
  description: '班级层次 / level of a kindergarten class',
  valuesConfig: { NURSERY: { description: '托班' }, JUNIOR: { description: '小班' }, MIDDLE: { description: '中班' }, SENIOR: { description: '大班' } },
});

/** A class of an institution in one school year. It is there before any child is placed in it [PRE-ARCH-08]. */
@Access.scopes('pupil.read')
@Directive('@key(fields: "id")')
@ObjectType({ description: '幼儿园班级 / kindergarten class' })
@Entity('preschool_class')
@Index('preschool_class_name', ['institutionId', 'schoolYear', 'name'], { unique: true })
@Index('preschool_class_path', ['path', 'createdAt', 'id'])
export class PreschoolClass {
  @Access.authenticated() @Field(() => ID) @PrimaryColumn('text') id: string;
  @Column('text', { name: 'institution_id' }) institutionId: string;
  @Column('text') path: string;
  @Field(() => Int, { description: '学年起始年份: 2026 即 2026–2027 学年' }) @Column('int', { name: 'school_year' }) schoolYear: number;
  @Field(() => PreschoolClassLevel) @Column('text') level: PreschoolClassLevel;
  @Field(() => String, { description: '班级名称，如 大班(1)' }) @Column('text') name: string;
  @Field(() => Date) @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}
