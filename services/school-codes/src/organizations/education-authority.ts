import { Access } from '@xueji/platform';
import type { Level } from '@xueji/standards';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Organization, OrganizationLevel } from './organization.entity';
import { isSchoolLevel } from './organization.terms';

/** The record of a competent authority, eight fields (CODE-ORG-04), as a view of its organisation. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '学籍主管单位 / competent authority' })
export class EducationAuthority {
  @Field(() => Organization) readonly organization: Organization;

  constructor(organization: Organization) {
    this.organization = organization;
  }

  @Field(() => ID, { description: '与机构编号相同 / the id of its organisation' }) get id(): string { return this.organization.id; }
  @Field(() => OrganizationLevel) get level(): Level { return this.organization.level; }
  @Field(() => String, { description: '单位代码' }) get authorityCode(): string { return this.organization.authorityCode!; }
  @Field(() => String, { description: '单位名称' }) get name(): string { return this.organization.name; }
  @Field(() => String, { description: '所在地行政区划码' }) get divisionCode(): string { return this.organization.divisionCode; }
  @Field(() => String, { nullable: true, description: '单位地址' }) get address(): string | null { return this.organization.address; }
  @Field(() => String, { nullable: true, description: '所在地区类别，代码表 LOCATION_CLASS' }) get locationClass(): string | null { return this.organization.locationClass; }
  @Field(() => String, { nullable: true, description: '所在地经济属性，代码表 ECONOMIC_ATTRIBUTE' }) get economicAttribute(): string | null { return this.organization.economicAttribute; }
  @Field(() => String, { nullable: true, description: '所在地民族属性' }) get ethnicAreaAttribute(): string | null { return this.organization.ethnicAreaAttribute; }
  @Field(() => String, { nullable: true, description: '联系电话' }) get phone(): string | null { return this.organization.phone; }
}

export const authorityOf = (organization: Organization | null): EducationAuthority | null =>
  organization && !isSchoolLevel(organization.level) ? new EducationAuthority(organization) : null;
