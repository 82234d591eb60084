import { Access, actorOfContext, commandsFor, connectionOf, HistoryStep, keysetPage, PageArgs, stepsOf, type Connection, type ServiceContext } from '@xueji/platform';
import { contactFor, maskIdentityNumber } from '@xueji/standards';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { loadClass } from '../class/preschool-class.loader';
import { PreschoolClass } from '../class/preschool-class.entity';
import { Organization, organizationOf } from '../organization.stub';
import { isOverdue } from '../viewing';
import { children } from '../workflows/child-archive';
import { Child } from './child.entity';
import { loadChild } from './child.loader';

@Access.scopes('pupil.read')
@ObjectType({ description: '监护人 / guardian of a child' })
export class ChildGuardian {
  @Field(() => String) name: string;
  @Field(() => String, { description: '关系: 1 父亲 2 母亲 …' }) relationship: string;
  @Field(() => String) phone: string;
}

@Access.scopes('pupil.read')
@ObjectType({ description: '查重发现的问题 / what the duplicate check found' })
export class ChildProblem {
  @Field(() => String, { description: 'DUPLICATE_DOCUMENT 证件号重复, DUPLICATE_PERSON 姓名性别出生日期重复' }) kind: string;
  @Field(() => Boolean, { description: '与其他机构有争议，由县级仲裁 / with another institution, so the county arbitrates' }) disputed: boolean;
  @Field(() => Child, { nullable: true, description: '另一份档案；不在本辖区时为空 / null out of the viewer\'s area' }) otherChild: Child | null;
}

@ArgsType()
class ChildrenArgs extends PageArgs {
  @Field(() => [String], { nullable: true }) states?: string[] | null;
  @Field(() => ID, { nullable: true }) classId?: string | null;
  @Field(() => ID, { nullable: true }) institutionId?: string | null;
  @Field(() => Boolean, { nullable: true, description: '已过期限的 / past their deadline' }) overdue?: boolean | null;
}

export const ChildConnection = connectionOf('Child', () => Child);

const masked = (number: string | null): string | null => number && maskIdentityNumber(number);

@Resolver(() => Child)
export class ChildResolver {
  @Access.scopes('pupil.read')
  @Query(() => ChildConnection, { description: '本辖区的幼儿，以及提请本单位仲裁的 / children of the area, and those handed in for arbitration' })
  children(@Ctx() context: ServiceContext, @Args(() => ChildrenArgs) args: ChildrenArgs): Promise<Connection<Child>> {
    const { path, organizationId } = actorOfContext(context);
    const query = context.manager.createQueryBuilder(Child, 'c').where('(c.path like :path or c.arbiterId = :organizationId)', { path: `${path}%`, organizationId });
    if (args.states) query.andWhere('c.state = any(:states)', { states: args.states });
    if (args.classId) query.andWhere('c.classId = :classId', { classId: args.classId });
    if (args.institutionId) query.andWhere('c.institutionId = :institutionId', { institutionId: args.institutionId });
    if (args.overdue) query.andWhere('c.dueAt < :now', { now: context.clock.now() });
    return keysetPage(query, args.overdue ? 'dueAt' : 'createdAt', args);
  }

  @Access.scopes('pupil.read')
  @Query(() => Child, { nullable: true })
  child(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<Child | null> {
    return loadChild(context, id);
  }

  @FieldResolver(() => Organization, { nullable: true, description: '所在机构，即数据产生单位 / institution, which produced the data' })
  institution(@Root() child: Child): Organization {
    return organizationOf(child.institutionId);
  }

  @FieldResolver(() => PreschoolClass, { nullable: true })
  class(@Root() child: Child, @Ctx() context: ServiceContext): Promise<PreschoolClass | null> | null {
    return child.classId === null ? null : loadClass(context, child.classId);
  }

  @FieldResolver(() => String, { nullable: true, description: '身份证件号（遮盖）/ masked' })
  identityDocumentNumber(@Root() child: Child): string | null {
    return masked(child.identityDocumentNumber);
  }

  @Access.scopes('identity.read')
  @FieldResolver(() => String, { nullable: true, description: '身份证件号' })
  identityDocumentNumberFull(@Root() child: Child): string | null {
    return child.identityDocumentNumber;
  }

  @FieldResolver(() => String, { nullable: true, description: '学籍号（遮盖）/ masked' })
  nationalStudentNumber(@Root() child: Child): string | null {
    return masked(child.nationalStudentNumber);
  }

  @Access.scopes('identity.read')
  @FieldResolver(() => String, { nullable: true, description: '学籍号' })
  nationalStudentNumberFull(@Root() child: Child): string | null {
    return child.nationalStudentNumber;
  }

  @FieldResolver(() => ChildGuardian, { nullable: true })
  guardian(@Root() { guardianName, guardianRelationship, guardianPhone }: Child, @Ctx() context: ServiceContext): ChildGuardian | null {
    return guardianName && guardianRelationship && guardianPhone
      ? { name: guardianName, relationship: guardianRelationship, phone: contactFor(actorOfContext(context).scopes, guardianPhone)! } : null;
  }

  @FieldResolver(() => ChildProblem, { nullable: true })
  async problem(@Root() child: Child, @Ctx() context: ServiceContext): Promise<ChildProblem | null> {
    if (child.problemKind === null) return null;
    return { kind: child.problemKind, disputed: child.problemDisputed, otherChild: child.problemChildId && (await loadChild(context, child.problemChildId)) } as ChildProblem;
  }

  @FieldResolver(() => Boolean)
  overdue(@Root() child: Child, @Ctx() context: ServiceContext): boolean {
    return isOverdue(context, child);
  }

  @FieldResolver(() => [String], { description: '您现在可以办理的步骤 / what you could do now' })
  availableCommands(@Root() child: Child, @Ctx() context: ServiceContext): Promise<string[]> {
    return commandsFor(context, children, child);
  }

  @FieldResolver(() => [HistoryStep])
  history(@Root() child: Child, @Ctx() context: ServiceContext): Promise<HistoryStep[]> {
    return stepsOf(context, children.recordType, child.id);
  }
}
