import { Field, ID, InputType } from 'type-graphql';

@InputType()
export class OpenAccountInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) organizationId: string;
  @Field(() => String) duty: string;
  @Field(() => String) username: string;
  @Field(() => String, { description: '首次密码；首次登录后应修改' }) password: string;
  @Field(() => String) realName: string;
  @Field(() => Boolean, { description: '是否已核验真实姓名' }) realNameVerified: boolean;
}

@InputType()
export class CloseAccountInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) accountId: string;
}

@InputType()
export class ChangePasswordInput {
  @Field(() => ID) requestId: string;
  @Field(() => String) oldPassword: string;
  @Field(() => String) newPassword: string;
}
