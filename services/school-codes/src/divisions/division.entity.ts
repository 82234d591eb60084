import { Access, connectionOf } from '@xueji/platform';
import type { DivisionLevel as Level } from '@xueji/standards';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const DivisionLevel = { PROVINCE: 'PROVINCE', CITY: 'CITY', COUNTY: 'COUNTY' } as const;
registerEnumType(DivisionLevel, { name: 'DivisionLevel', description: '区划级别' });

/** A unit of GB/T 2260, as the table of `tableVersion` has it. Rows are added and dated, never deleted (CODE-DIV-02). */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '行政区划 (GB/T 2260)' })
@Entity('division')
@Index('division_code', ['code'], { unique: true })
export class Division {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Field(() => String, { description: '六位行政区划代码' }) @Column('text') code: string;
  @Field(() => String) @Column('text') name: string;
  @Field(() => DivisionLevel) @Column('text') level: Level;
  @Column('text', { name: 'parent_code', nullable: true }) parentCode: string | null;
  @Field(() => Int, { nullable: true, description: '撤销年份；现行区划为空 / year of withdrawal' }) @Column('int', { name: 'valid_to', nullable: true }) validTo: number | null;
  @Field(() => String, { description: '代码表版本（截止日期）/ cut-off date of the table' }) @Column('text', { name: 'table_version' }) tableVersion: string;
}

export const DivisionConnection = connectionOf('Division', () => Division);
