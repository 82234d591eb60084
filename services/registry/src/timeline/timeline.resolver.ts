import { Access, actorOfContext, isInArea, loadTogether, type ServiceContext } from '@xueji/platform';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { School, schoolOf } from '../school';
import { Student } from '../student';
import { TimelineEntry } from './timeline-entry.entity';

async function loadTimelines(context: ServiceContext, studentIds: readonly string[]): Promise<TimelineEntry[][]> {
  const entries = await context.manager.find(TimelineEntry, { where: { studentId: In([...studentIds]) }, order: { version: 'ASC' } });
  return studentIds.map((id) => entries.filter((entry) => entry.studentId === id));
}

@Resolver(() => Student)
export class StudentTimelineResolver {
  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => [TimelineEntry], { description: '学籍履历，由早到晚 / every change of the record, oldest first [REG-DATA-01]' })
  timeline(@Root() student: Student, @Ctx() context: ServiceContext): Promise<TimelineEntry[]> {
    return loadTogether(context, 'timeline', student.id, (ids) => loadTimelines(context, ids));
  }
}

@Resolver(() => TimelineEntry)
export class TimelineEntryResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '经办人姓名，仅同一辖区可见 / who did it; only where one of the two lies in the area of the other' })
  realName(@Root() entry: TimelineEntry, @Ctx() context: ServiceContext): string | null {
    const viewer = actorOfContext(context);
    return isInArea(viewer, entry.organizationPath) || viewer.path.startsWith(entry.organizationPath) ? entry.realName : null;
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => School, { nullable: true, description: '原学校' })
  fromSchool(@Root() { fromSchoolId }: TimelineEntry): School | null {
    return fromSchoolId === null ? null : schoolOf(fromSchoolId);
  }

  @Access.scopes('pupil.read', 'child.read')
  @FieldResolver(() => School, { nullable: true, description: '现学校' })
  toSchool(@Root() { toSchoolId }: TimelineEntry): School | null {
    return toSchoolId === null ? null : schoolOf(toSchoolId);
  }
}
