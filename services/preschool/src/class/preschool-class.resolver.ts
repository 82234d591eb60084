import { randomUUID } from 'node:crypto';
import { Access, actorOfContext, connectionOf, findOrganization, keysetPage, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { readText, refuse } from '../input-values';
import { Organization, organizationOf } from '../organization.stub';
import { PreschoolClass, PreschoolClassLevel } from './preschool-class.entity';
import { loadClass } from './preschool-class.loader';

@InputType()
export class CreatePreschoolClassInput {
  @Field(() => ID) requestId: string;
  @Field(() => Int, { description: '学年起始年份: 2026 即 2026–2027 学年' }) schoolYear: number;
  @Field(() => PreschoolClassLevel) level: PreschoolClassLevel;
  @Field(() => String, { description: '班级名称，如 大班(1)' }) name: string;
}

@Access.authenticated()
@ObjectType()
export class PreschoolClassPayload {
  @Field(() => PreschoolClass) class: PreschoolClass;
}

@ArgsType()
class PreschoolClassesArgs extends PageArgs {
  @Field(() => Int, { nullable: true }) schoolYear?: number | null;
  @Field(() => PreschoolClassLevel, { nullable: true }) level?: PreschoolClassLevel | null;
  @Field(() => ID, { nullable: true }) institutionId?: string | null;
}

export const PreschoolClassConnection = connectionOf('PreschoolClass', () => PreschoolClass);

@Resolver(() => PreschoolClass)
export class PreschoolClassResolver {
  @Access.scopes('pupil.enter')
  @Mutation(() => PreschoolClassPayload, { description: '建立班级；先建班，后编班 [PRE-ARCH-08]' })
  async createPreschoolClass(@Ctx() context: ServiceContext, @Arg('input', () => CreatePreschoolClassInput) input: CreatePreschoolClassInput): Promise<PreschoolClassPayload> {
    const { requestId, schoolYear, level } = input;
    const name = readText('name', input.name, 30);
    const thisYear = Number(cstDate(context.clock.now()).slice(0, 4));
    if (Math.abs(schoolYear - thisYear) > 1) {
      refuse('schoolYear', { code: 'SCHOOL_YEAR_INVALID', rule: 'PRE-ARCH-08', zh: '学年须为去年、今年或明年', en: 'The school year is the last, this or the next' });
    }
    const { organizationId, path } = actorOfContext(context);
    const { id } = await context.command('createPreschoolClass', requestId, { schoolYear, level, name }, async (scope) => {
      const institution = await findOrganization(scope.manager, organizationId);
      if (institution?.status !== 'ACTIVE' || !institution.stages.includes('PRESCHOOL')) {
        throw new DomainError({ code: 'INSTITUTION_NOT_PRESCHOOL', rule: 'GEN-SCOPE-02', zh: '本单位不是在办的学前教育机构', en: 'Your organisation is not an active preschool institution' });
      }
      const created: PreschoolClass = { id: randomUUID(), institutionId: organizationId, path, schoolYear, level, name, createdAt: scope.now };
      await scope.manager.insert(PreschoolClass, created);
      scope.audit('preschool-class.create', 'preschool-class', created.id, { schoolYear, level });
      return { id: created.id };
    });
    return { class: await context.manager.findOneByOrFail(PreschoolClass, { id }) };
  }

  @Access.scopes('pupil.read')
  @Query(() => PreschoolClassConnection, { description: '本辖区的幼儿园班级' })
  preschoolClasses(@Ctx() context: ServiceContext, @Args(() => PreschoolClassesArgs) args: PreschoolClassesArgs): Promise<Connection<PreschoolClass>> {
    const query = context.manager.createQueryBuilder(PreschoolClass, 'k').where('k.path like :path', { path: `${actorOfContext(context).path}%` });
    if (args.schoolYear != null) query.andWhere('k.schoolYear = :schoolYear', { schoolYear: args.schoolYear });
    if (args.level) query.andWhere('k.level = :level', { level: args.level });
    if (args.institutionId) query.andWhere('k.institutionId = :institutionId', { institutionId: args.institutionId });
    return keysetPage(query, 'createdAt', args);
  }

  @Access.scopes('pupil.read')
  @Query(() => PreschoolClass, { nullable: true })
  preschoolClass(@Ctx() context: ServiceContext, @Arg('id', () => ID) id: string): Promise<PreschoolClass | null> {
    return loadClass(context, id);
  }

  @FieldResolver(() => Organization, { nullable: true })
  institution(@Root() { institutionId }: PreschoolClass): Organization {
    return organizationOf(institutionId);
  }
}
