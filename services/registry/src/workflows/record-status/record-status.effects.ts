import { randomUUID } from 'node:crypto';
import type { CommandScope } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { NoticeKind, notify } from '../../notices';
import type { Student } from '../../student';
import { addToTimeline, TimelineKind } from '../../timeline';
import { Graduation } from './graduation.entity';
import type { RecordStatusFacts } from './record-status.facts';
import type { GraduateInput, RecordStatusInput, TransferInput } from './record-status.inputs';

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

  enrol: (scope, { before, after }) => addToTimeline(scope, after, { kind: TimelineKind.PROGRESSION, fromSchoolId: before!.schoolId, toSchoolId: after.schoolId, rule: 'REG-ENROL-05' }),

  transfer: async (scope, { after, input }) => {
    const { transferId, outSchoolId } = input as TransferInput;
    await addToTimeline(scope, after, { kind: TimelineKind.TRANSFER, fromSchoolId: outSchoolId, toSchoolId: after.schoolId, rule: 'TRF-INTRA-05' });
    await notify(scope, outSchoolId, NoticeKind.TRANSFERRED_OUT, transferId);
    await notify(scope, after.schoolId, NoticeKind.TRANSFERRED_IN, transferId);
  },
};
