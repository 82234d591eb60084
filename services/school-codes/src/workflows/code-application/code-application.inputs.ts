import { Field, ID, InputType, Int } from 'type-graphql';
import { SchoolCodeApplicationKind } from '../../code-application/code-application.entity';
import type { CodeApplicationKind } from './code-application.terms';

@InputType()
export class ApplyForSchoolCodeInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) schoolId: string;
  @Field(() => SchoolCodeApplicationKind) kind: CodeApplicationKind;
  @Field(() => String, { nullable: true, description: '更名后的名称，仅更名时填写' }) newName?: string | null;
  @Field(() => Boolean, { description: '代码规划部门已确认' }) codePlanningConfirmed: boolean;
}

@InputType()
export class ApproveSchoolCodeApplicationInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) applicationId: string;
  @Field(() => Int, { nullable: true }) expectedVersion?: number | null;
}

@InputType()
export class RefuseSchoolCodeApplicationInput extends ApproveSchoolCodeApplicationInput {
  @Field(() => String) reason: string;
}

@InputType()
export class ResubmitSchoolCodeApplicationInput extends ApproveSchoolCodeApplicationInput {
  @Field(() => String, { nullable: true, description: '更正后的新名称，仅更名时填写' }) newName?: string | null;
  @Field(() => Boolean, { description: '代码规划部门已确认' }) codePlanningConfirmed: boolean;
}

export interface CodeApplicationInput {
  schoolId?: string;
  kind?: CodeApplicationKind;
  newName?: string | null;
  codePlanningConfirmed?: boolean;
  reason?: string;
}
