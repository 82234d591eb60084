import { Access, isInArea, OrganizationProjection, type ServiceContext } from '@xueji/platform';
import { scopesOf, type Duty, type Level } from '@xueji/standards';
import { Ctx, Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { Organization } from './organization.stub';

export enum AccountState {
  /** the duty exists, no person holds it yet */
  VACANT = 'VACANT',
  ACTIVE = 'ACTIVE',
  CLOSED = 'CLOSED',
}
registerEnumType(AccountState, { name: 'AccountState', description: '账号状态' });

/** 账号: one person, one duty at one organisation (ACC-DUTY-01). */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ description: '账号：一人一岗，实名' })
@Entity('account')
@Index('account_username', ['username'], { unique: true })
@Index('account_organization', ['organizationId'])
export class Account {
  @Field(() => ID) @PrimaryColumn('text') id: string;
  @Access.scopes('account.issue', 'system.configure')
  @Field(() => String, { nullable: true, description: '用户名' })
  @Column('text', { nullable: true })
  username: string | null;
  @Field(() => String, { nullable: true, description: '真实姓名' }) @Column('text', { name: 'real_name', nullable: true }) realName: string | null;
  @Field(() => String, { description: '岗位' }) @Column('text') duty: string;
  @Column('text', { name: 'organization_id' }) organizationId: string;
  @Field(() => Boolean, { description: '是否已实名认证（ACC-AUDIT-02）' }) @Column('boolean', { name: 'real_name_verified', default: false }) realNameVerified: boolean;
  @Field(() => AccountState) @Column('text') state: AccountState;
  @Column('text', { name: 'password_hash', nullable: true }) passwordHash: string | null;
  @Column('timestamptz', { name: 'password_changed_at', nullable: true }) passwordChangedAt: Date | null;
  @Column('int', { default: 1 }) version: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;

  @Field(() => Organization)
  organization(): Organization {
    return Object.assign(new Organization(), { id: this.organizationId });
  }

  @Field(() => [String], { description: '权限' })
  async scopes(@Ctx() context: ServiceContext): Promise<string[]> {
    const organization = await context.manager.findOneBy(OrganizationProjection, { id: this.organizationId });
    return organization ? [...scopesOf(this.duty as Duty, organization.level as Level)] : [];
  }
}

/** Accounts a person may look at: the own one, and those of the own area. */
export const isAccountVisible = (account: Account, organization: OrganizationProjection | undefined, actor: { accountId: string; path: string }): boolean =>
  account.id === actor.accountId || (organization !== undefined && isInArea(actor, organization.path));
