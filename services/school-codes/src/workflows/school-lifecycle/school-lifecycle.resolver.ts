import { Access, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { School } from '../../organizations/school';
import { schools } from './school-lifecycle.facts';
import { CreateSchoolInput } from './school-lifecycle.inputs';

@Access.authenticated()
@ObjectType()
export class CreateSchoolPayload {
  @Field(() => School) school: School;
}

@Resolver()
export class SchoolLifecycleResolver {
  @Access.scopes('organization.create')
  @Mutation(() => CreateSchoolPayload, { description: '省级管理员新建学校，同时发放账号；学校取得标识码前为待赋码' })
  async createSchool(@Ctx() context: ServiceContext, @Arg('input', () => CreateSchoolInput) input: CreateSchoolInput): Promise<CreateSchoolPayload> {
    const { requestId, ...school } = input;
    return { school: new School(await context.run(schools, requestId, { command: 'createSchool', input: { school: school as CreateSchoolInput } })) };
  }
}
