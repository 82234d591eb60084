import type { Actor } from '@xueji/platform';
import { windowIsOpen, type Rule, type Situation } from '@xueji/workflow';
import type { Student } from '../../student/student.entity';
import type { ClassFacts, RecordStatusFacts } from './record-status.facts';
import type { GraduateInput, RecordStatusInput, TransferInput } from './record-status.inputs';
import { nextStageOf } from './stages';

export type RecordSituation = Situation<Student, RecordStatusInput, RecordStatusFacts, Actor>;
type RecordRule = Rule<Student, RecordStatusInput, RecordStatusFacts, Actor>;

const classOf = (s: RecordSituation): ClassFacts | null => s.facts.classSection;

export const schoolTakesPupils: RecordRule = {
  name: 'the school is active and runs the stage of the class',
  cites: 'GEN-SCOPE-01',
  code: 'SCHOOL_CANNOT_HOLD_PUPIL',
  field: 'schoolId',
  allows: ({ facts: { school, classSection } }) => school !== null && school.isActive && (classSection === null || school.stages.includes(classSection.stage)),
  message: { zh: '该学校不存在、已停办或不办该学段，不能建立学籍', en: 'The school does not exist, is closed or does not run this stage' },
};

export const classIsReal: RecordRule = {
  name: 'the class is one of the school and has a class teacher',
  cites: 'REG-CLASS-03',
  code: 'CLASS_CANNOT_RECEIVE',
  field: 'classId',
  allows: ({ facts: { school, classSection } }) => classSection !== null && classSection.schoolId === school?.id && classSection.hasClassTeacher,
  message: { zh: '班级不属于该学校或没有班主任，不能接收学生', en: 'The class is not one of this school or has no class teacher, so it cannot receive pupils' },
};

export const continuesNoArchiveYet: RecordRule = {
  name: 'the record goes on from no other kindergarten archive',
  cites: 'REG-DATA-02',
  code: 'RECORD_CONTINUES_ANOTHER_ARCHIVE',
  allows: ({ record }) => record?.childId === null,
  message: { zh: '该学籍已承接另一份幼儿档案', en: 'The record already goes on from another kindergarten archive' },
};

export const classIsOfSameGrade: RecordRule = {
  name: 'the class is of the grade of the pupil',
  cites: 'REG-CLASS-03',
  code: 'CLASS_GRADE_DIFFERS',
  field: 'classId',
  allows: (s) => classOf(s)?.grade === s.record?.grade && classOf(s)?.stage === s.record?.stage,
  message: { zh: '班级的学段或年级与学生不同', en: 'The class is of another stage or grade than the pupil' },
};

export const classStartsNextStage: RecordRule = {
  name: 'the class is of the first grade of the next stage',
  cites: 'REG-GRAD-08',
  code: 'CLASS_NOT_FIRST_OF_NEXT_STAGE',
  field: 'classId',
  allows: (s) => {
    const target = classOf(s);
    return target !== null && target.stage === nextStageOf(s.record!.stage) && target.isFirstGrade;
  },
  message: { zh: '毕业生只能进入下一学段的起始年级', en: 'A graduate can only enter the first grade of the next stage' },
};

export const isInLastGrade: RecordRule = {
  name: 'the pupil is in the last grade of the stage',
  cites: 'REG-GRAD-04',
  code: 'STUDENT_NOT_IN_LAST_GRADE',
  field: 'studentId',
  allows: (s) => {
    const own = classOf(s);
    return own !== null && own.isLastGrade && own.grade === s.record!.grade;
  },
  message: { zh: '学生不在本学段的最高年级，不能毕业', en: 'The pupil is not in the last grade of the stage' },
};

export const graduationNeedsNoReview: RecordRule = {
  name: 'the school may graduate this stage alone',
  cites: 'REG-GRAD-05',
  code: 'GRADUATION_NEEDS_REVIEW',
  field: 'studentId',
  allows: (s) => !s.facts.graduationIsReviewed,
  message: { zh: '该学段毕业须经学籍主管单位审核', en: 'The graduation of this stage must be approved by the competent authority' },
};

export const outcomeIsKnown: RecordRule = {
  name: 'the outcome is graduated or completed',
  cites: 'REG-GRAD-09',
  code: 'GRADUATION_OUTCOME_UNKNOWN',
  field: 'outcome',
  allows: (s) => ['GRADUATED', 'COMPLETED'].includes((s.input as GraduateInput).outcome),
  message: { zh: '须注明毕业或结业', en: 'Say whether the pupil graduated or completed' },
};

export const hasNoOpenCase: RecordRule = {
  name: 'no case is open that may move the pupil',
  cites: 'GEN-FLOW-06',
  code: 'STUDENT_HAS_OPEN_CASE',
  field: 'studentId',
  allows: (s) => s.facts.openCaseId === null,
  message: { zh: '该生有正在办理的转学，办结前不能办理其他变动', en: 'A transfer of this pupil is open; nothing else can be done before it ends' },
  details: (s) => ({ openCaseId: s.facts.openCaseId }),
};

export const hasNoProblem: RecordRule = {
  name: 'no doubt about the record is open',
  cites: 'REG-PROB-02',
  code: 'STUDENT_HAS_PROBLEM',
  field: 'studentId',
  allows: (s) => s.facts.problemKinds.length === 0,
  message: { zh: '该生为问题学籍，处理完毕前不能转接', en: 'The record is a problem record; it cannot move before the school has cleared it' },
  details: (s) => ({ problemKinds: s.facts.problemKinds }),
};

export const classHasRoom: RecordRule = {
  name: 'the class has room, where the province refuses to go over the limit',
  cites: 'REG-CLASS-02',
  code: 'CLASS_FULL',
  field: 'classId',
  allows: ({ facts: { classRoom } }) => !classRoom?.refused || classRoom.pupils < classRoom.limit,
  message: { zh: '班额已满', en: 'The class is full' },
  details: ({ facts: { classRoom } }) => ({ ...classRoom }),
};

export const isHeldByOutSchool: RecordRule = {
  name: 'the transferring-out school holds the record',
  cites: 'TRF-GEN-06',
  code: 'STUDENT_NOT_HELD_BY_OUT_SCHOOL',
  field: 'outSchoolId',
  allows: (s) => s.record!.schoolId === (s.input as TransferInput).outSchoolId,
  message: { zh: '学籍不在转出学校', en: 'The record is not held by the transferring-out school' },
};

export const archiveWentAhead: RecordRule = {
  name: 'across provinces the archive went ahead, as the record stands now',
  cites: 'TRF-INTER-06',
  code: 'ARCHIVE_NOT_CURRENT',
  field: 'transferId',
  allows: (s) => !s.facts.leavesProvince || s.facts.packedVersion === s.record!.version,
  message: { zh: '跨省转学尚未调档，或调档后学籍又有变动', en: 'The archive was not packed for this transfer, or the record has changed since' },
};

export const graduationWindow: RecordRule = windowIsOpen('GRADUATION', { zh: '毕业管理', en: 'Graduation' }, (s) => s.facts.window);
