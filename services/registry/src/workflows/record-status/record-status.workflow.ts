import type { Actor } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { defineWorkflow, type DraftEvent } from '@xueji/workflow';
import type { Student } from '../../student/student.entity';
import type { RecordStatusFacts } from './record-status.facts';
import type { ContinueArchiveInput, EnrolInput, EstablishInput, GraduateInput, ProgressInput, RecordStatusInput, TransferInput } from './record-status.inputs';
import {
  archiveWentAhead, classHasRoom, classIsOfSameGrade, classIsReal, continuesNoArchiveYet, classStartsNextStage, graduationNeedsNoReview, graduationWindow, hasNoOpenCase, hasNoProblem, isHeldByOutSchool, isInLastGrade, outcomeIsKnown,
  schoolTakesPupils, type RecordSituation,
} from './record-status.rules';

export type RecordState = 'ACTIVE' | 'GRADUATED';

const ESTABLISHED = 'cn.xueji.registry.student.established.v1';
const GRADUATED = 'cn.xueji.registry.student.graduated.v1';
const TRANSFERRED = 'cn.xueji.registry.student.transferred.v1';
const ARCHIVE_PACKED = 'cn.xueji.registry.student.archivePacked.v1';

const established = (after: Student, handoverId: string | null, via: 'INTAKE' | 'PULL'): DraftEvent => ({
  type: ESTABLISHED,
  key: after.id,
  data: {
    studentId: after.id, childId: after.childId, handoverId, nationalStudentNumber: after.nationalStudentNumber, name: after.name, schoolId: after.schoolId,
    stage: after.stage, grade: after.grade, classId: after.classId, via,
  },
});

const transferred = ({ input }: RecordSituation, after: Student): DraftEvent => {
  const { transferId, outSchoolId } = input as TransferInput;
  return { type: TRANSFERRED, key: after.id, data: { studentId: after.id, transferId, fromSchoolId: outSchoolId, toSchoolId: after.schoolId, stage: after.stage, grade: after.grade, classId: after.classId } };
};

const startsNextStage = ({ facts, now }: RecordSituation) => ({
  schoolId: facts.school!.id, holderPath: facts.school!.path, classId: facts.classSection!.id, stage: facts.classSection!.stage, grade: facts.classSection!.grade,
  entryYearMonth: cstDate(now).slice(0, 7).replace('-', ''),
});

/**
 * ST-REG-9, the life of a record: the one table that says where a pupil is. The five key fields and the number stand in no row but the first
 * [REG-DATA-07, REG-NUM-01].
 */
export const recordStatus = defineWorkflow<RecordState, Student, RecordStatusInput, RecordStatusFacts, Actor>({
  name: 'record-status',
  title: { zh: '学籍状态', en: 'Record status' },
  states: {
    ACTIVE: { zh: '在籍', en: 'active' },
    GRADUATED: { zh: '已毕业，在毕业库', en: 'graduated, in the pool' },
  },
  relations: {
    holdingSchool: (s: RecordSituation) => s.record !== null && s.record.schoolId === s.actor.organizationId,
    // Of the school that the command names, not of the one that holds the record.
    competentAuthority: ({ input, facts, actor }: RecordSituation) => 'schoolId' in input && facts.school?.competentAuthorityId === actor.organizationId,
    nobody: ({ actor }: RecordSituation) => actor.accountId === 'system',
  },
  rows: [
    {
      // The system establishes only the records that a deployment starts with.
      from: null, command: 'establish', to: 'ACTIVE',
      by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }, { duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['REG-ENROL-04', 'REG-NUM-08', 'REG-DATA-02'], rules: [schoolTakesPupils, classIsReal], emits: [ESTABLISHED],
      apply: ({ input }) => {
        const { handoverId: _, ...student } = input as EstablishInput;
        return student;
      },
      events: ({ input }, after) => [established(after, (input as EstablishInput).handoverId, 'INTAKE')],
    },
    {
      // News of a kindergarten archive can come after the school has taken the child in: the one record goes on from it, so that nobody holds the child twice.
      from: 'ACTIVE', command: 'continueArchive', to: 'ACTIVE', by: [{ duty: 'SYSTEM', relation: 'nobody' }], cites: ['REG-NUM-02', 'PRE-CHG-03'], rules: [continuesNoArchiveYet], emits: [ESTABLISHED],
      apply: ({ input }) => ({ childId: (input as ContinueArchiveInput).archiveId }),
      events: ({ input }, after) => [established(after, (input as ContinueArchiveInput).handoverId, 'INTAKE')],
    },
    {
      from: 'ACTIVE', command: 'graduate', to: 'GRADUATED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'holdingSchool' }],
      cites: ['REG-GRAD-04', 'REG-GRAD-08', 'REG-GRAD-09'], rules: [graduationWindow, outcomeIsKnown, isInLastGrade, graduationNeedsNoReview, hasNoOpenCase], emits: [GRADUATED],
      events: ({ input, now }, after) => [
        { type: GRADUATED, key: after.id, data: { studentId: after.id, schoolId: after.schoolId, stage: after.stage, outcome: (input as GraduateInput).outcome, graduatedOn: cstDate(now) } },
      ],
    },
    {
      // Only ever given together with the approval of a pull, in its transaction.
      from: 'GRADUATED', command: 'enrol', to: 'ACTIVE', by: [{ duty: 'REGISTRY_ADMIN', relation: 'competentAuthority' }],
      cites: ['REG-ENROL-05', 'REG-NUM-04', 'GEN-DATA-02'], rules: [schoolTakesPupils, classIsReal, classStartsNextStage], emits: [ESTABLISHED],
      apply: (s) => ({ ...startsNextStage(s), regionalStudentNumber: (s.input as EnrolInput).regionalStudentNumber }),
      events: (_, after) => [established(after, null, 'PULL')],
    },
    {
      from: 'ACTIVE', command: 'transfer', to: 'ACTIVE', by: [{ duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['TRF-GEN-06', 'TRF-INTRA-05', 'REG-NUM-01'], rules: [isHeldByOutSchool, hasNoOpenCase, hasNoProblem, schoolTakesPupils, classIsReal, classIsOfSameGrade, classHasRoom, archiveWentAhead], emits: [TRANSFERRED],
      apply: ({ facts }) => ({ schoolId: facts.school!.id, holderPath: facts.school!.path, classId: facts.classSection!.id }),
      events: (s, after) => [transferred(s, after)],
    },
    {
      // The record stays where it is: only the acknowledged archive lets `transfer` follow. The digest is known, and told, once the archive is written.
      from: 'ACTIVE', command: 'packArchive', to: 'ACTIVE', by: [{ duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['TRF-INTER-06', 'TRF-INTER-07'], rules: [isHeldByOutSchool, hasNoOpenCase, hasNoProblem], emits: [ARCHIVE_PACKED],
    },
    {
      from: 'GRADUATED', command: 'progress', to: 'ACTIVE', by: [{ duty: 'SYSTEM', relation: 'nobody' }],
      cites: ['TRF-PROG-01', 'TRF-PROG-03', 'REG-NUM-01', 'REG-NUM-04'], rules: [isHeldByOutSchool, hasNoOpenCase, hasNoProblem, schoolTakesPupils, classIsReal, classStartsNextStage, classHasRoom], emits: [TRANSFERRED],
      apply: (s) => ({ ...startsNextStage(s), regionalStudentNumber: (s.input as ProgressInput).regionalStudentNumber }),
      events: (s, after) => [transferred(s, after)],
    },
  ],
});
