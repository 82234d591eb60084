import { Access, actorOfContext, isInArea, keysetPage, organizationsById, PageArgs, type Connection, type ServiceContext } from '@xueji/platform';
import { maskIdentityNumber } from '@xueji/standards';
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { School, schoolOf } from '../school';
import { Student } from '../student';
import { OpenCase } from '../workflows/record-status';
import { Departure, DepartureConnection } from './departure.entity';
import { StudentArchive } from './student-archive.entity';

@Resolver(() => StudentArchive)
export class StudentArchiveResolver {
  @Access.scopes('identity.read')
  @Query(() => StudentArchive, { nullable: true, description: '跨省调档的学生档案；转入一方在转学办理中或取得学籍后可见，转出一方一直可见 [TRF-INTER-06] [TRF-INTER-07]' })
  async studentArchive(@Arg('transferId', () => ID) transferId: string, @Ctx() { manager, ...context }: ServiceContext): Promise<StudentArchive | null> {
    const archive = await manager.findOneBy(StudentArchive, { transferId });
    if (!archive) return null;
    const { fromSchoolId, toSchoolId, studentId } = archive;
    const actor = actorOfContext(context);
    const schools = await organizationsById(manager, [fromSchoolId, toSchoolId]);
    const isOver = (schoolId: string) => isInArea(actor, schools.get(schoolId)?.path ?? '');
    if (isOver(fromSchoolId)) return archive;
    if (!isOver(toSchoolId)) return null;
    // A school that withdrew, or was refused, has no business with the archive any more.
    const isOpen = await manager.existsBy(OpenCase, { caseId: transferId, isOpen: true });
    return isOpen || (await manager.existsBy(Student, { id: studentId, schoolId: toSchoolId })) ? archive : null;
  }

  @FieldResolver(() => School, { description: '转出学校' })
  fromSchool(@Root() { fromSchoolId }: StudentArchive): School {
    return schoolOf(fromSchoolId);
  }

  @FieldResolver(() => School, { description: '转入学校' })
  toSchool(@Root() { toSchoolId }: StudentArchive): School {
    return schoolOf(toSchoolId);
  }
}

@Resolver(() => Departure)
export class DepartureResolver {
  @Access.scopes('pupil.read')
  @Query(() => DepartureConnection, { description: '本辖区转往外省的学生，由早到晚，只读 [TRF-INTER-07]' })
  departures(@Args(() => PageArgs) page: PageArgs, @Ctx() context: ServiceContext): Promise<Connection<Departure>> {
    return keysetPage(context.manager.createQueryBuilder(Departure, 'd').where('d.holderPath like :path', { path: `${actorOfContext(context).path}%` }), 'at', page);
  }

  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { description: '学籍号（遮盖）' })
  nationalStudentNumber(@Root() { nationalStudentNumber }: Departure): string {
    return maskIdentityNumber(nationalStudentNumber);
  }

  @FieldResolver(() => School, { description: '转出学校' })
  fromSchool(@Root() { fromSchoolId }: Departure): School {
    return schoolOf(fromSchoolId);
  }

  @FieldResolver(() => School, { description: '转入学校' })
  toSchool(@Root() { toSchoolId }: Departure): School {
    return schoolOf(toSchoolId);
  }
}
