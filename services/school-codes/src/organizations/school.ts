import { Access, connectionOf } from '@xueji/platform';
import type { Level } from '@xueji/standards';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Organization, OrganizationLevel, OrganizationState } from './organization.entity';
import { isSchoolLevel } from './organization.terms';

/** The record of a school or kindergarten, nine fields (CODE-ORG-05), as a view of its organisation. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '学校或幼儿园 / a school or kindergarten' })
export class School {
  @Field(() => Organization) readonly organization: Organization;

  constructor(organization: Organization) {
    this.organization = organization;
  }

  @Field(() => ID, { description: '与机构编号相同 / the id of its organisation' }) get id(): string { return this.organization.id; }
  @Field(() => OrganizationState) get state(): string { return this.organization.state; }
  @Field(() => Int) get version(): number { return this.organization.version; }
  @Field(() => OrganizationLevel, { description: '学校或幼儿园' }) get level(): Level { return this.organization.level; }
  @Field(() => String, { nullable: true, description: '学校标识码，赋码前为空 / null until the Ministry has issued it' }) get schoolIdentifier(): string | null { return this.organization.schoolIdentifier; }
  @Field(() => String, { description: '学校名称' }) get name(): string { return this.organization.name; }
  @Field(() => String, { nullable: true, description: '学校编码（校内或地方编码，不同于标识码）/ local code' }) get localSchoolCode(): string | null { return this.organization.localSchoolCode; }
  @Field(() => String, { nullable: true, description: '联系电话' }) get phone(): string | null { return this.organization.phone; }
  @Field(() => String, { nullable: true, description: '学校办别，代码表 PROVIDER_CATEGORY' }) get providerCategory(): string | null { return this.organization.providerCategory; }
  @Field(() => String, { nullable: true, description: '驻地城乡类型，代码表 URBAN_RURAL_CLASS' }) get urbanRuralClass(): string | null { return this.organization.urbanRuralClass; }
  @Field(() => String, { description: '学校类别，标识码前两位 / digits 1-2 of the identifier' }) get schoolType(): string { return this.organization.schoolType!; }
  @Field(() => String, { nullable: true, description: '学制，代码表 SCHOOLING_SYSTEM' }) get schoolingSystem(): string | null { return this.organization.schoolingSystem; }
  @Field(() => [String], { description: '所设学段 / stages' }) get stages(): string[] { return this.organization.stages; }
  @Field(() => String, { nullable: true, description: '办园许可证号' }) get kindergartenLicence(): string | null { return this.organization.kindergartenLicence; }
}

export const SchoolConnection = connectionOf('School', () => School);

export const schoolOf = (organization: Organization | null): School | null => (organization && isSchoolLevel(organization.level) ? new School(organization) : null);
