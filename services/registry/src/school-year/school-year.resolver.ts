import { randomUUID } from 'node:crypto';
import { Access, actorOfContext, connectionOf, getOrganization, keysetPage, PageArgs, recordNotFound, type Actor, type CommandScope, type Connection, type ServiceContext } from '@xueji/platform';
import { cstDate, profileFor } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { School, schoolOf } from '../school';
import { assertGrades, assertTerms, checkedClass, gradesOf, usualTerms, type ClassDraft } from './school-year.rules';
import { ClassSection, SchoolYear } from './school-year.entity';

@InputType()
class TermInput {
  @Field(() => String) kind: string;
  @Field(() => String) startsOn: string;
  @Field(() => String) endsOn: string;
}

@InputType()
class OpenSchoolYearInput {
  @Field(() => ID) requestId: string;
  @Field(() => Int) year: number;
  @Field(() => [TermInput], { nullable: true, description: '省略时按本省学年起始日生成秋、春两个学期' }) terms?: TermInput[] | null;
  @Field(() => [Int], { nullable: true, description: '省略时为学校全部年级' }) grades?: number[] | null;
}

@InputType()
class ClassInput {
  @Field(() => Int) grade: number;
  @Field(() => String) number: string;
  @Field(() => String) name: string;
  @Field(() => String, { nullable: true }) classTeacher?: string | null;
  @Field(() => String, { nullable: true, description: 'YYYYMM' }) foundedYearMonth?: string | null;
  @Field(() => String, { nullable: true }) schoolingSystem?: string | null;
  @Field(() => String, { nullable: true }) classType?: string | null;
  @Field(() => String, { nullable: true }) honoraryTitle?: string | null;
}

@InputType()
class CreateClassInput extends ClassInput {
  @Field(() => ID) requestId: string;
  @Field(() => Int) year: number;
}

@InputType()
class CreateClassesInput {
  @Field(() => ID) requestId: string;
  @Field(() => Int) year: number;
  @Field(() => [ClassInput]) classes: ClassInput[];
}

@InputType()
class AssignClassTeacherInput {
  @Field(() => ID) requestId: string;
  @Field(() => ID) classId: string;
  @Field(() => String) classTeacher: string;
}

@Access.authenticated()
@ObjectType()
class OpenSchoolYearPayload {
  @Field(() => SchoolYear) schoolYear: SchoolYear;
}

@Access.authenticated()
@ObjectType()
class ClassPayload {
  @Field(() => ClassSection) class: ClassSection;
}

@Access.authenticated()
@ObjectType()
class ClassesPayload {
  @Field(() => [ClassSection]) classes: ClassSection[];
}

@ArgsType()
class ClassesArgs extends PageArgs {
  @Field(() => ID, { nullable: true }) schoolId?: string | null;
  @Field(() => Int, { nullable: true }) year?: number | null;
  @Field(() => Int, { nullable: true }) grade?: number | null;
}

export const ClassSectionConnection = connectionOf('ClassSection', () => ClassSection);

const yearMissing = (year: number) => new DomainError({ code: 'SCHOOL_YEAR_MISSING', rule: 'REG-ENROL-03', field: 'year', zh: `请先建立${year}学年`, en: `Open school year ${year} first` });

@Resolver(() => SchoolYear)
export class SchoolYearResolver {
  @Access.authenticated()
  @Query(() => [SchoolYear], { description: '学校的学年，新的在前' })
  schoolYears(@Ctx() context: ServiceContext, @Arg('schoolId', () => ID, { nullable: true }) schoolId: string | null): Promise<SchoolYear[]> {
    const actor = actorOfContext(context);
    return context.manager.createQueryBuilder(SchoolYear, 'y').where('y.holderPath like :path', { path: `${actor.path}%` })
      .andWhere('y.schoolId = :schoolId', { schoolId: schoolId ?? actor.organizationId }).orderBy('y.year', 'DESC').take(50).getMany();
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => OpenSchoolYearPayload, { description: '建立学年、学期和年级 [REG-ENROL-03]' })
  async openSchoolYear(@Ctx() context: ServiceContext, @Arg('input', () => OpenSchoolYearInput) input: OpenSchoolYearInput): Promise<OpenSchoolYearPayload> {
    const actor = actorOfContext(context);
    const { requestId, year } = input;
    const { id } = await context.command('openSchoolYear', requestId, input, async (scope) => {
      assertYear(year, scope.now);
      const school = await getOrganization(scope.manager, actor.organizationId, 'organizationId');
      const terms = input.terms?.map((term) => ({ ...term })) ?? usualTerms(year, profileFor(school.province, scope.now).graduation.schoolYearStart);
      const grades = input.grades ?? gradesOf(school.stages);
      assertTerms(terms);
      assertGrades(grades, school.stages);
      const opened = { id: randomUUID(), schoolId: school.id, holderPath: school.path, year, terms, grades, createdAt: scope.now };
      await scope.manager.insert(SchoolYear, opened);
      scope.audit('school-year.open', 'school-year', opened.id, { year, grades });
      return { id: opened.id };
    });
    return { schoolYear: await context.manager.findOneByOrFail(SchoolYear, { id }) };
  }

  @Access.authenticated()
  @FieldResolver(() => School)
  school(@Root() year: SchoolYear): School {
    return schoolOf(year.schoolId);
  }
}

@Resolver(() => ClassSection)
export class ClassSectionResolver {
  @Access.authenticated()
  @Query(() => ClassSectionConnection, { description: '本辖区的班级' })
  classes(@Ctx() context: ServiceContext, @Args(() => ClassesArgs) args: ClassesArgs): Promise<Connection<ClassSection>> {
    const query = context.manager.createQueryBuilder(ClassSection, 'c').where('c.holderPath like :path', { path: `${actorOfContext(context).path}%` });
    if (args.schoolId) query.andWhere('c.schoolId = :schoolId', { schoolId: args.schoolId });
    if (args.year != null) query.andWhere('c.year = :year', { year: args.year });
    if (args.grade != null) query.andWhere('c.grade = :grade', { grade: args.grade });
    return keysetPage(query, 'number', args);
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => ClassPayload, { description: '建班 [REG-CLASS-01]' })
  async createClass(@Ctx() context: ServiceContext, @Arg('input', () => CreateClassInput) input: CreateClassInput): Promise<ClassPayload> {
    const { requestId, year, ...draft } = input;
    const [id] = await createAll(context, 'createClass', requestId, year, [draft]);
    return { class: await context.manager.findOneByOrFail(ClassSection, { id: id! }) };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => ClassesPayload, { description: '批量建班：全部建立或全部不建' })
  async createClasses(@Ctx() context: ServiceContext, @Arg('input', () => CreateClassesInput) { requestId, year, classes }: CreateClassesInput): Promise<ClassesPayload> {
    if (classes.length === 0 || classes.length > 100) throw new DomainError({ code: 'CLASSES_COUNT_INVALID', rule: 'REG-CLASS-01', field: 'classes', zh: '一次可建1至100个班', en: '1 to 100 classes at a time' });
    const ids = await createAll(context, 'createClasses', requestId, year, classes);
    const made = await context.manager.createQueryBuilder(ClassSection, 'c').where('c.id = any(:ids)', { ids }).orderBy('c.number').getMany();
    return { classes: made };
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => ClassPayload, { description: '指定班主任 [REG-CLASS-03]' })
  async assignClassTeacher(@Ctx() context: ServiceContext, @Arg('input', () => AssignClassTeacherInput) input: AssignClassTeacherInput): Promise<ClassPayload> {
    const actor = actorOfContext(context);
    const { id } = await context.command('assignClassTeacher', input.requestId, input, async (scope) => {
      const section = await scope.manager.findOneBy(ClassSection, { id: input.classId, schoolId: actor.organizationId });
      if (!section) throw recordNotFound('class');
      const classTeacher = teacherName(input.classTeacher);
      if (classTeacher === null) throw new DomainError({ code: 'CLASS_TEACHER_EMPTY', rule: 'REG-CLASS-03', field: 'classTeacher', zh: '班主任姓名不能为空', en: 'The name of the class teacher is missing' });
      await scope.manager.update(ClassSection, { id: section.id }, { classTeacher });
      scope.audit('class.assignTeacher', 'class', section.id, { had: section.classTeacher !== null });
      return { id: section.id };
    });
    return { class: await context.manager.findOneByOrFail(ClassSection, { id }) };
  }

  @Access.authenticated()
  @FieldResolver(() => School)
  school(@Root() section: ClassSection): School {
    return schoolOf(section.schoolId);
  }
}

const teacherName = (name: string | null | undefined): string | null => name?.normalize('NFC').trim().slice(0, 50) || null;

function assertYear(year: number, now: Date): void {
  const current = Number(cstDate(now).slice(0, 4));
  if (year < current - 1 || year > current + 1) throw new DomainError({ code: 'SCHOOL_YEAR_INVALID', rule: 'REG-ENROL-03', field: 'year', zh: '学年只能是去年、今年或明年', en: 'A school year can be last, this or next year' });
}

function createAll(context: ServiceContext, command: string, requestId: string, year: number, drafts: readonly ClassInput[]): Promise<string[]> {
  const actor = actorOfContext(context);
  return context.command(command, requestId, { year, drafts }, (scope) => insertClasses(scope, actor, year, drafts));
}

async function insertClasses(scope: CommandScope, actor: Actor, year: number, drafts: readonly ClassInput[]): Promise<string[]> {
  const opened = await scope.manager.findOneBy(SchoolYear, { schoolId: actor.organizationId, year });
  if (!opened) throw yearMissing(year);
  const sections = drafts.map((draft) => ({
    ...checkedClass({
      grade: draft.grade, number: draft.number.trim(), name: draft.name.normalize('NFC').trim(), classTeacher: teacherName(draft.classTeacher), honoraryTitle: draft.honoraryTitle ?? null,
      foundedYearMonth: draft.foundedYearMonth ?? `${year}09`, ...(draft.schoolingSystem ? { schoolingSystem: draft.schoolingSystem } : {}), ...(draft.classType ? { classType: draft.classType } : {}),
    } satisfies ClassDraft, opened),
    id: randomUUID(), schoolYearId: opened.id, schoolId: opened.schoolId, holderPath: opened.holderPath, year, createdAt: scope.now,
  }));
  await scope.manager.insert(ClassSection, sections);
  for (const section of sections) scope.audit('class.create', 'class', section.id, { number: section.number, grade: section.grade });
  return sections.map((section) => section.id);
}
