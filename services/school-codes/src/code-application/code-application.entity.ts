import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index } from 'typeorm';
import { codeApplication } from '../workflows/code-application/code-application.workflow';
import { CODE_APPLICATION_KINDS, type CodeApplicationKind } from '../workflows/code-application/code-application.terms';

export const SchoolCodeApplicationKind = Object.fromEntries(CODE_APPLICATION_KINDS.map((kind) => [kind, kind])) as { [K in CodeApplicationKind]: K };
registerEnumType(SchoolCodeApplicationKind, { name: 'SchoolCodeApplicationKind', valuesConfig: { NEW: { description: '新设，申请赋码' }, RENAME: { description: '更名，沿用原码' } } });

export const SchoolCodeApplicationState = Object.fromEntries(Object.keys(codeApplication.states).map((state) => [state, state]));
registerEnumType(SchoolCodeApplicationState, {
  name: 'SchoolCodeApplicationState',
  valuesConfig: Object.fromEntries(Object.entries(codeApplication.states).map(([state, { zh, en }]) => [state, { description: `${zh} / ${en}` }])),
});

/** Condition of the index that keeps a school to one open application (CODE-APPLY-01). */
export const OPEN_STATES = `state in ('SUBMITTED', 'CITY_APPROVED', 'PROVINCE_APPROVED')`;

/** An application of a school's competent authority about its identifier (ST-CODE-1). Its history and state belong to the area. */
@Access.scopes('bureau.approve', 'statistics.read', 'organization.create')
@Directive('@key(fields: "id")')
@ObjectType({ description: '学校代码申请' })
@Entity('code_application')
@Index('code_application_open', ['schoolId'], { unique: true, where: OPEN_STATES })
@Index('code_application_path', ['path'])
export class SchoolCodeApplication extends WorkflowEntity {
  @Access.authenticated() @Field(() => ID) declare id: string;
  @Field(() => SchoolCodeApplicationState) declare state: string;
  @Field(() => Int) declare version: number;
  @Field(() => Date, { nullable: true, description: '办结期限 / must be decided by' }) declare dueAt: Date | null;
  @Field(() => String, { nullable: true, description: '期限所依据的规则' }) declare dueRule: string | null;
  @Field(() => SchoolCodeApplicationKind) @Column('text') kind: CodeApplicationKind;
  @Column('text', { name: 'school_id' }) schoolId: string;
  /** path of the school */
  @Column('text') path: string;
  @Field(() => String, { nullable: true, description: '更名后的名称' }) @Column('text', { name: 'new_name', nullable: true }) newName: string | null;
  /** the competent authority, which applied */
  @Column('text', { name: 'applicant_id' }) applicantId: string;
  /** the bureau whose review is next; null when none is */
  @Column('text', { name: 'holder_id', nullable: true }) holderId: string | null;
  @Field(() => String, { nullable: true, description: '生效日期 YYYY-MM-DD' }) @Column('date', { name: 'effective_on', nullable: true }) effectiveOn: string | null;
}

export const SchoolCodeApplicationConnection = connectionOf('SchoolCodeApplication', () => SchoolCodeApplication);
