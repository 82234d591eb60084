import { Access, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { SchoolCodeApplication } from '../../code-application/code-application.entity';
import { codeApplications } from './code-application.facts';
import {
  ApplyForSchoolCodeInput, ApproveSchoolCodeApplicationInput, RefuseSchoolCodeApplicationInput, ResubmitSchoolCodeApplicationInput, type CodeApplicationInput,
} from './code-application.inputs';

@Access.authenticated()
@ObjectType()
export class SchoolCodeApplicationPayload {
  @Field(() => SchoolCodeApplication) application: SchoolCodeApplication;
}

@Access.scopes('bureau.approve')
@Resolver()
export class CodeApplicationCommandsResolver {
  @Mutation(() => SchoolCodeApplicationPayload, { description: '主管单位学籍管理员会同代码规划部门申请赋码或更名' })
  async applyForSchoolCode(@Ctx() context: ServiceContext, @Arg('input', () => ApplyForSchoolCodeInput) { requestId, ...input }: ApplyForSchoolCodeInput): Promise<SchoolCodeApplicationPayload> {
    return { application: await context.run(codeApplications, requestId, { command: 'applyForSchoolCode', input }) };
  }

  @Mutation(() => SchoolCodeApplicationPayload, { description: '审核通过，报上一级；教育部审核后生成标识码' })
  approveSchoolCodeApplication(@Ctx() context: ServiceContext, @Arg('input', () => ApproveSchoolCodeApplicationInput) input: ApproveSchoolCodeApplicationInput): Promise<SchoolCodeApplicationPayload> {
    return this.command(context, 'approve', input);
  }

  @Mutation(() => SchoolCodeApplicationPayload, { description: '不予通过，须说明理由' })
  refuseSchoolCodeApplication(@Ctx() context: ServiceContext, @Arg('input', () => RefuseSchoolCodeApplicationInput) input: RefuseSchoolCodeApplicationInput): Promise<SchoolCodeApplicationPayload> {
    return this.command(context, 'refuse', input);
  }

  @Mutation(() => SchoolCodeApplicationPayload, { description: '修改后重新申请' })
  resubmitSchoolCodeApplication(@Ctx() context: ServiceContext, @Arg('input', () => ResubmitSchoolCodeApplicationInput) input: ResubmitSchoolCodeApplicationInput): Promise<SchoolCodeApplicationPayload> {
    return this.command(context, 'resubmit', input);
  }

  private async command(
    context: ServiceContext, command: string, { requestId, applicationId, expectedVersion = null, ...input }: ApproveSchoolCodeApplicationInput & CodeApplicationInput,
  ): Promise<SchoolCodeApplicationPayload> {
    return { application: await context.run(codeApplications, requestId, { command, id: applicationId, input, expectedVersion }) };
  }
}
