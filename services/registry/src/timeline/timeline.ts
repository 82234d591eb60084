import type { CommandScope } from '@xueji/platform';
import { TimelineEntry } from './timeline-entry.entity';

/** Adds an entry about a pupil, in the name of whoever acts. */
export async function addToTimeline(
  { manager, actor, now }: CommandScope,
  student: { id: string; version: number; stage: string; grade: number },
  change: Pick<TimelineEntry, 'kind' | 'rule'> & Partial<Pick<TimelineEntry, 'fromSchoolId' | 'toSchoolId' | 'outcome'>>,
): Promise<void> {
  await manager.insert(TimelineEntry, {
    fromSchoolId: null, toSchoolId: null, outcome: null, ...change, studentId: student.id, version: student.version, stage: student.stage, grade: student.grade, at: now,
    realName: actor.realName, duty: actor.duty, organizationName: actor.organizationName, organizationPath: actor.path,
  });
}
