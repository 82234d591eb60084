import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: '新建学校或幼儿园，主管单位在此确定' })
export class CreateSchoolInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID, { description: '学籍主管单位：县、市或省教育行政部门' }) authorityId: string;
  @Field(() => String) name: string;
  @Field(() => String, { description: '学校类别，标识码前两位；11 为幼儿园' }) schoolType: string;
  @Field(() => [String], { nullable: true, description: '所设学段 PRESCHOOL、PRIMARY、JUNIOR、SENIOR；缺省为类别的学段' }) stages?: string[] | null;
  @Field(() => String, { description: '所在地行政区划码' }) divisionCode: string;
  @Field(() => String, { nullable: true, description: '学校编码' }) localSchoolCode?: string | null;
  @Field(() => String, { nullable: true, description: '联系电话' }) phone?: string | null;
  @Field(() => String, { nullable: true, description: '学校办别，代码表 PROVIDER_CATEGORY' }) providerCategory?: string | null;
  @Field(() => String, { nullable: true, description: '驻地城乡类型，代码表 URBAN_RURAL_CLASS' }) urbanRuralClass?: string | null;
  @Field(() => String, { nullable: true, description: '学制，代码表 SCHOOLING_SYSTEM' }) schoolingSystem?: string | null;
  @Field(() => String, { nullable: true, description: '办园许可证号，幼儿园必填' }) kindergartenLicence?: string | null;
}

/** `school` for createSchool; the other two when a code application has become effective. */
export interface LifecycleInput {
  school?: CreateSchoolInput;
  applicationId?: string;
  identifier?: string;
}
