import { Access, connectionOf, WorkflowEntity } from '@xueji/platform';
import { LEVELS, type Level } from '@xueji/standards';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { schoolLifecycle } from '../workflows/school-lifecycle/school-lifecycle.workflow';
import { MAY_STAND_UNDER } from './organization.terms';

export const OrganizationLevel = Object.fromEntries(LEVELS.map((level) => [level, level])) as { [L in Level]: L };
registerEnumType(OrganizationLevel, { name: 'OrganizationLevel', description: '机构级别；INSTITUTION 为幼儿园' });

export const OrganizationState = Object.fromEntries(Object.keys(schoolLifecycle.states).map((state) => [state, state]));
registerEnumType(OrganizationState, {
  name: 'OrganizationState',
  valuesConfig: Object.fromEntries(Object.entries(schoolLifecycle.states).map(([state, { zh, en }]) => [state, { description: `${zh} / ${en}` }])),
});

const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/**
 * Each unit stands under one of a higher level. With the foreign key on (parent, level of the parent) the level falls on every step
 * down, so a cycle cannot be stored (CODE-ORG-01).
 */
export const PLACE_CHECK = LEVELS.map((level) =>
  MAY_STAND_UNDER[level].length === 0
    ? `(level = '${level}' and parent_id is null and parent_level is null)`
    : `(level = '${level}' and parent_id is not null and parent_level is not null and parent_level in (${quoted(MAY_STAND_UNDER[level])}))`,
).join(' or ');

/** An identifier agrees with the school's type and province (CODE-ID-02). */
export const IDENTIFIER_CHECK = `school_identifier is null or (school_identifier ~ '^[0-9]{10}$' and school_type is not null and left(school_identifier, 4) = school_type || left(division_code, 2))`;

/** What its records cannot do without: a bureau its code (CODE-ORG-04), a school its type. */
export const COMPLETE_CHECK = `case when level in ('SCHOOL', 'INSTITUTION') then school_type is not null else authority_code is not null end`;

/**
 * A unit of the organisation tree. Schools pass through the lifecycle; bureaus are active from the start. The fields of a school and of
 * a bureau are shown by `School` and `EducationAuthority`.
 */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '机构：教育部、省、市、县、学校或幼儿园 / a unit of the organisation tree' })
@Entity('education_organization')
@Index('education_organization_level', ['id', 'level'], { unique: true })
@Index('education_organization_identifier', ['schoolIdentifier'], { unique: true })
@Index('education_organization_parent_id', ['parentId'])
@Index('education_organization_path', ['path'])
@Index('education_organization_division', ['divisionCode', 'id'])
@ForeignKey(() => Organization, ['parentId', 'parentLevel'], ['id', 'level'], { name: 'education_organization_parent' })
@Check('education_organization_place', PLACE_CHECK)
@Check('education_organization_identifier_fits', IDENTIFIER_CHECK)
@Check('education_organization_complete', COMPLETE_CHECK)
export class Organization extends WorkflowEntity {
  @Field(() => ID) declare id: string;
  @Field(() => OrganizationState) declare state: string;
  @Field(() => Int) declare version: number;
  @Column('text', { name: 'parent_id', nullable: true }) parentId: string | null;
  @Column('text', { name: 'parent_level', nullable: true }) parentLevel: Level | null;
  @Field(() => OrganizationLevel) @Column('text') level: Level;
  @Field(() => String, { description: '自根起的机构编号 / ids from the root, `/cn/b-61/`' }) @Column('text') path: string;
  @Field(() => String) @Column('text') name: string;
  @Field(() => String) @Column('text', { name: 'division_code' }) divisionCode: string;

  @Column('text', { name: 'school_identifier', nullable: true }) schoolIdentifier: string | null;
  @Column('text', { name: 'school_type', nullable: true }) schoolType: string | null;
  @Column('text', { array: true, default: () => `'{}'` }) stages: string[];
  @Column('text', { name: 'local_school_code', nullable: true }) localSchoolCode: string | null;
  @Column('text', { nullable: true }) phone: string | null;
  @Column('text', { name: 'provider_category', nullable: true }) providerCategory: string | null;
  @Column('text', { name: 'urban_rural_class', nullable: true }) urbanRuralClass: string | null;
  @Column('text', { name: 'schooling_system', nullable: true }) schoolingSystem: string | null;
  @Column('text', { name: 'kindergarten_licence', nullable: true }) kindergartenLicence: string | null;

  @Column('text', { name: 'authority_code', nullable: true }) authorityCode: string | null;
  @Column('text', { nullable: true }) address: string | null;
  @Column('text', { name: 'location_class', nullable: true }) locationClass: string | null;
  @Column('text', { name: 'economic_attribute', nullable: true }) economicAttribute: string | null;
  @Column('text', { name: 'ethnic_area_attribute', nullable: true }) ethnicAreaAttribute: string | null;
}

export const OrganizationConnection = connectionOf('Organization', () => Organization);

/** The name an organisation has had since a day (CODE-ORG-10). */
@Entity('organization_name')
export class OrganizationName {
  @PrimaryColumn('text', { name: 'organization_id' }) organizationId: string;
  @PrimaryColumn('date', { name: 'valid_from' }) validFrom: string;
  @Column('text') name: string;
}
