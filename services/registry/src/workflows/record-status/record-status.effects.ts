import { randomUUID } from 'node:crypto';
import type { CommandScope } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { In, Not } from 'typeorm';
import { keepDeparture, packArchive } from '../../archive';
import { NoticeKind, notify } from '../../notices';
import type { Student } from '../../student';
import { addToTimeline, TimelineKind } from '../../timeline';
import { GuardianBinding } from '../guardian-binding/guardian-binding.entity';
import { ProblemRecord } from '../problem-record/problem-record.entity';
import { Graduation } from './graduation.entity';
import type { RecordStatusFacts } from './record-status.facts';
import type { GraduateInput, PackArchiveInput, RecordStatusInput, TransferInput } from './record-status.inputs';

interface Change {
  before: Student | null;
  after: Student;
  input: RecordStatusInput;
  facts: RecordStatusFacts;
}

/** What commits together with each command on a record. */
export const recordStatusEffects: Record<string, (scope: CommandScope, change: Change) => Promise<void>> = {
  establish: (scope, { after }) => addToTimeline(scope, after, { kind: TimelineKind.ENROLMENT, toSchoolId: after.schoolId, rule: 'REG-ENROL-04' }),

  graduate: async (scope, { after, input, facts }) => {
    const { outcome } = input as GraduateInput;
    await scope.manager.insert(Graduation, {
      id: randomUUID(), studentId: after.id, schoolId: after.schoolId, holderPath: after.holderPath, stage: after.stage, outcome, graduatedOn: cstDate(scope.now), onTime: facts.window.onTime,
    });
    await addToTimeline(scope, after, { kind: TimelineKind.GRADUATION, fromSchoolId: after.schoolId, outcome, rule: 'REG-GRAD-04' });
  },

  enrol: async (scope, { before, after }) => {
    await addToTimeline(scope, after, { kind: TimelineKind.PROGRESSION, fromSchoolId: before!.schoolId, toSchoolId: after.schoolId, rule: 'REG-ENROL-05' });
    await followPupil(scope, after);
  },

  transfer: async (scope, change) => {
    const rule = change.facts.leavesProvince ? 'TRF-INTER-07' : 'TRF-INTRA-05';
    await addToTimeline(scope, change.after, { kind: TimelineKind.TRANSFER, fromSchoolId: change.before!.schoolId, toSchoolId: change.after.schoolId, rule });
    await tellBothSchools(scope, change);
  },

  packArchive: (scope, { after, input }) => packArchive(scope, after, input as PackArchiveInput),

  progress: async (scope, change) => {
    await addToTimeline(scope, change.after, { kind: TimelineKind.PROGRESSION, fromSchoolId: change.before!.schoolId, toSchoolId: change.after.schoolId, rule: 'TRF-PROG-03' });
    await tellBothSchools(scope, change);
  },
};

async function tellBothSchools(scope: CommandScope, { before, after, input, facts }: Change): Promise<void> {
  const { transferId, outSchoolId } = input as TransferInput;
  await followPupil(scope, after);
  const { classRoom, school } = facts;
  if (classRoom && classRoom.pupils >= classRoom.limit && school?.competentAuthorityId) await notify(scope, school.competentAuthorityId, NoticeKind.CLASS_OVER_LIMIT, after.classId!);
  await keepDeparture(scope, transferId, before!, { schoolId: after.schoolId, province: facts.school!.province });
  await notify(scope, outSchoolId, NoticeKind.TRANSFERRED_OUT, transferId);
  await notify(scope, after.schoolId, NoticeKind.TRANSFERRED_IN, transferId);
}

/** What the new school now has to look after of the pupil [REG-PROB-02]. */
async function followPupil({ manager }: CommandScope, { id, schoolId, holderPath }: Student): Promise<void> {
  await manager.update(ProblemRecord, { studentId: id, state: Not('RESOLVED') }, { schoolId, holderPath });
  await manager.update(GuardianBinding, { studentId: id, state: In(['REQUESTED', 'CONFIRMED']) }, { schoolId, holderPath });
}
