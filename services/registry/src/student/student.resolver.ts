import { Access, actorOfContext, connectionOf, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { contactFor, maskIdentityNumber } from '@xueji/standards';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { ClassSection, loadClass } from '../school-year';
import { School, schoolOf } from '../school';
import { Student } from './student.entity';
import { loadStudent } from './student-loader';

@Access.scopes('pupil.read')
@ObjectType({ description: '家庭成员 / family member' })
export class FamilyMember {
  @Field(() => String) name: string;
  @Field(() => String, { description: '关系 (1 父亲 2 母亲 …)' }) relationship: string;
  @Field(() => String) phone: string;
  @Field(() => Boolean) isGuardian: boolean;
}

@ArgsType()
class StudentsArgs extends PageArgs {
  @Field(() => ID, { nullable: true }) classId?: string | null;
  @Field(() => String, { nullable: true, description: '姓名开头 / start of the name' }) name?: string | null;
}

export const StudentConnection = connectionOf('Student', () => Student);

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const withoutWildcards = (prefix: string) => prefix.normalize('NFC').replace(/[\\%_]/g, '\\$&');

@Resolver(() => Student)
export class StudentResolver {
  @Access.scopes('pupil.read')
  @Query(() => StudentConnection, { description: '本辖区的学生学籍' })
  students(@Ctx() context: ServiceContext, @Args(() => StudentsArgs) args: StudentsArgs): Promise<Connection<Student>> {
    const query = context.manager.createQueryBuilder(Student, 's').where('s.holderPath like :path', { path: `${actorOfContext(context).path}%` });
    if (args.classId) query.andWhere('s.classId = :classId', { classId: args.classId });
    if (args.name) query.andWhere('s.name like :name', { name: `${withoutWildcards(args.name)}%` });
    return keysetPage(query, 'createdAt', args);
  }

  @Access.scopes('pupil.read', 'child.read')
  @Query(() => Student, { nullable: true })
  student(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<Student | null> {
    return loadStudent(context, id);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '身份证件号（遮盖）' })
  identityDocumentNumber(@Root() student: Student): string | null {
    return student.documentNumber && maskIdentityNumber(student.documentNumber);
  }

  @Access.scopes('identity.read')
  @FieldResolver(() => String, { nullable: true, description: '身份证件号' })
  identityDocumentNumberFull(@Root() student: Student): string | null {
    return student.documentNumber;
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => String, { description: '学籍号（遮盖）' })
  nationalStudentNumber(@Root() student: Student): string {
    return maskIdentityNumber(student.nationalStudentNumber);
  }

  @Access.scopes('identity.read')
  @FieldResolver(() => String, { description: '学籍号' })
  nationalStudentNumberFull(@Root() student: Student): string {
    return student.nationalStudentNumber;
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => School)
  school(@Root() student: Student): School {
    return schoolOf(student.schoolId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => School, { description: '数据产生单位 [GEN-DATA-01]' })
  producingOrganization(@Root() student: Student): School {
    return schoolOf(student.producingOrganizationId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => ClassSection, { nullable: true })
  class(@Root() student: Student, @Ctx() context: ServiceContext): Promise<ClassSection | null> | null {
    return student.classId === null ? null : loadClass(context, student.classId);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '联系电话；无权查看身份信息者只见开头' })
  phone(@Root() student: Student, @Ctx() context: ServiceContext): string | null {
    return contactFor(actorOfContext(context).scopes, text(student.details.phone));
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '现住址；无权查看身份信息者只见开头' })
  currentAddress(@Root() student: Student, @Ctx() context: ServiceContext): string | null {
    return contactFor(actorOfContext(context).scopes, text(student.details.currentAddress));
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '籍贯' })
  nativePlace(@Root() student: Student): string | null {
    return text(student.details.nativePlace);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => [FamilyMember], { description: '家庭成员' })
  familyMembers(@Root() student: Student, @Ctx() context: ServiceContext): FamilyMember[] {
    const { scopes } = actorOfContext(context);
    const members = [student.details.guardian1, student.details.guardian2].filter((member) => typeof member === 'object' && member !== null) as FamilyMember[];
    return members.map((member) => ({ ...member, phone: contactFor(scopes, member.phone)! }));
  }
}
