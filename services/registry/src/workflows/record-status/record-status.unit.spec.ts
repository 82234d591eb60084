import { systemActor, type Actor } from '@xueji/platform';
import { actorFor, walkTable } from '@xueji/testing';
import { decide, type Allowed } from '@xueji/workflow';
import type { Student } from '../../student';
import type { ClassFacts, RecordStatusFacts, SchoolFacts } from './record-status.facts';
import type { RecordStatusInput } from './record-status.inputs';
import type { RecordSituation } from './record-status.rules';
import { recordStatus, type RecordState } from './record-status.workflow';
import { gradesOfStage, stageOfClass } from './stages';

const now = new Date('2026-07-01T02:00:00Z');

const school = (id: string, stage: string): SchoolFacts => ({ id, path: `/cn/b-61/b-6101/b-610113/${id}/`, province: '61', divisionCode: '610113', stages: [stage], isActive: true, competentAuthorityId: 'b-610113' });
const primary = school('s-2161000101', 'PRIMARY');
const junior = school('s-3161000101', 'JUNIOR');

const lastClass: ClassFacts = { id: 'c-6', schoolId: primary.id, stage: 'PRIMARY', grade: 6, isFirstGrade: false, isLastGrade: true, hasClassTeacher: true };
const newClass: ClassFacts = { id: 'c-7', schoolId: junior.id, stage: 'JUNIOR', grade: 7, isFirstGrade: true, isLastGrade: false, hasClassTeacher: true };

const facts: RecordStatusFacts = {
  school: primary, classSection: lastClass, window: { open: true, onTime: true, opensAt: null, closesAt: null, rule: 'REG-GRAD-02' }, graduationIsReviewed: false, openCaseId: null, problemKinds: [], classRoom: null, leavesProvince: false, packedVersion: null,
};

const pupil = {
  id: 'p-1', version: 3, nationalStudentNumber: 'G999901201401156012', name: '周示安', sex: '2', birthDate: '2014-01-15', documentType: '1', documentNumber: '999901201401156012',
  schoolId: primary.id, holderPath: primary.path, classId: lastClass.id, stage: 'PRIMARY', grade: 6, regionalStudentNumber: '6101132020100001', childId: null, submittedBy: null,
} as unknown as Student;

const inputs: Record<string, RecordStatusInput> = {
  establish: { ...pupil, handoverId: 'h-1' } as never,
  continueArchive: { archiveId: 'c-1', handoverId: 'h-1' },
  graduate: { outcome: 'GRADUATED' },
  enrol: { schoolId: junior.id, classId: newClass.id, regionalStudentNumber: '6101132026200001' },
  transfer: { transferId: 't-1', outSchoolId: primary.id, inSchoolId: 's-2161000102', classId: 'c-6b' },
  packArchive: { transferId: 't-1', outSchoolId: primary.id, inSchoolId: 's-2141000101' },
  progress: { transferId: 't-1', outSchoolId: primary.id, inSchoolId: junior.id, classId: newClass.id, regionalStudentNumber: '6101132026200001' },
};
const otherPrimary = school('s-2161000102', 'PRIMARY');
const targets: Record<string, Partial<RecordStatusFacts>> = {
  enrol: { school: junior, classSection: newClass },
  progress: { school: junior, classSection: newClass },
  transfer: { school: otherPrimary, classSection: { ...lastClass, id: 'c-6b', schoolId: otherPrimary.id } },
};
const people: Record<string, Actor> = {
  holdingSchool: actorFor('REGISTRY_ADMIN', primary.id), competentAuthority: actorFor('REGISTRY_ADMIN', 'b-610113'), nobody: systemActor,
};

const situation = (command: string, from: RecordState | null, actor: Actor, changed: Partial<RecordStatusFacts> = {}): RecordSituation => ({
  record: from && { ...pupil, state: from }, actor, input: inputs[command]!, facts: { ...facts, ...targets[command], ...changed }, now, command,
});

const refusalOf = (s: RecordSituation) => {
  const decision = decide(recordStatus, s);
  return decision.allowed ? null : { code: decision.error.code, rule: decision.error.rule, ...decision.error.details };
};
const allowed = (s: RecordSituation) => decide(recordStatus, s) as Allowed<Student>;

describe('record status', () => {
  walkTable(recordStatus, { allowed: (row, from, by) => situation(row.command, from, people[by.relation]!) });

  const graduate = (changed: Partial<RecordStatusFacts> = {}) => situation('graduate', 'ACTIVE', people.holdingSchool!, changed);
  const enrol = (changed: Partial<RecordStatusFacts> = {}) => situation('enrol', 'GRADUATED', people.competentAuthority!, changed);
  const transfer = (changed: Partial<RecordStatusFacts> = {}) => situation('transfer', 'ACTIVE', systemActor, changed);

  it('writes neither number nor key field after the record is established [REG-NUM-01] [REG-DATA-07]', () => {
    const fixed = ['nationalStudentNumber', 'numberType', 'name', 'sex', 'birthDate', 'documentType', 'documentNumber'];
    const written = [graduate(), enrol(), transfer()].flatMap((s) => Object.keys(allowed(s).patch));
    expect(written).toContain('schoolId');
    expect(written.filter((column) => fixed.includes(column))).toEqual([]);
  });

  it('does not keep the hand-over on the record but tells it [REG-NUM-02]', () => {
    const decision = allowed(situation('establish', null, people.competentAuthority!));
    expect(decision.patch).not.toHaveProperty('handoverId');
    expect(decision.events(pupil)).toMatchObject([{ key: 'p-1', data: { handoverId: 'h-1', via: 'INTAKE' } }]);
  });

  it('lets only the competent authority of the new school enrol, not that of the old one [GEN-SCOPE-04]', () => {
    expect(refusalOf({ ...enrol(), actor: actorFor('REGISTRY_ADMIN', 'b-610112') })).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
  });

  it('graduates from the last grade only [REG-GRAD-04]', () => {
    expect(refusalOf(graduate({ classSection: { ...lastClass, isLastGrade: false } }))).toMatchObject({ code: 'STUDENT_NOT_IN_LAST_GRADE' });
    expect(refusalOf(graduate({ classSection: null }))).toMatchObject({ code: 'STUDENT_NOT_IN_LAST_GRADE' });
    expect(refusalOf(graduate({ classSection: { ...lastClass, grade: 9 } }))).toMatchObject({ code: 'STUDENT_NOT_IN_LAST_GRADE' });
  });

  it('ends the primary stage at 6, or at 5 in five-year schools, and the junior stage at 9', () => {
    const system = { fiveYears: '1', sixYears: '2', threeYears: '3', fourYears: '4' };
    expect(gradesOfStage('PRIMARY', system.sixYears)).toEqual({ first: 1, last: 6 });
    expect(gradesOfStage('PRIMARY', system.fiveYears)).toEqual({ first: 1, last: 5 });
    expect(gradesOfStage('JUNIOR', system.threeYears)).toEqual({ first: 7, last: 9 });
    expect(gradesOfStage('JUNIOR', system.fourYears)).toEqual({ first: 6, last: 9 });
    expect(gradesOfStage('SENIOR', system.threeYears)).toEqual({ first: 10, last: 12 });
    expect([1, 5, 6, 7, 9, 10].map((grade) => stageOfClass(grade, system.sixYears))).toEqual(['PRIMARY', 'PRIMARY', 'PRIMARY', 'JUNIOR', 'JUNIOR', 'SENIOR']);
    expect(stageOfClass(6, system.fourYears)).toBe('JUNIOR');
  });

  it('asks for the review where the province wants one [REG-GRAD-05]', () => {
    expect(refusalOf(graduate({ graduationIsReviewed: true }))).toMatchObject({ code: 'GRADUATION_NEEDS_REVIEW', rule: 'REG-GRAD-05' });
  });

  it('tells graduated and completed apart and knows nothing third [REG-GRAD-09]', () => {
    expect(refusalOf({ ...graduate(), input: { outcome: 'UNFINISHED' } as never })).toMatchObject({ code: 'GRADUATION_OUTCOME_UNKNOWN' });
    expect(allowed({ ...graduate(), input: { outcome: 'COMPLETED' } }).events(pupil)[0]!.data).toMatchObject({ outcome: 'COMPLETED', graduatedOn: '2026-07-01' });
  });

  it('names the window when graduation is closed [GEN-FLOW-07]', () => {
    expect(refusalOf(graduate({ window: { ...facts.window, open: false } }))).toMatchObject({ code: 'WINDOW_CLOSED', window: 'GRADUATION' });
  });

  it('names the open case that stands in the way [GEN-FLOW-06]', () => {
    expect(refusalOf(graduate({ openCaseId: 't-9' }))).toMatchObject({ code: 'STUDENT_HAS_OPEN_CASE', openCaseId: 't-9' });
    expect(refusalOf(transfer({ openCaseId: 't-9' }))).toMatchObject({ code: 'STUDENT_HAS_OPEN_CASE', openCaseId: 't-9' });
  });

  it('does not move while a doubt about it is open, and may graduate [REG-PROB-02] [TRF-INTER-02]', () => {
    const doubted = { problemKinds: ['ID_NAME_MISMATCH'] };
    for (const command of ['transfer', 'packArchive']) expect(refusalOf(situation(command, 'ACTIVE', systemActor, doubted))).toMatchObject({ code: 'STUDENT_HAS_PROBLEM', ...doubted });
    expect(refusalOf(situation('progress', 'GRADUATED', systemActor, doubted))).toMatchObject({ code: 'STUDENT_HAS_PROBLEM' });
    expect(refusalOf(graduate(doubted))).toBeNull();
  });

  it('is refused by a full class only where the province refuses instead of warning [REG-CLASS-02]', () => {
    const room = (pupils: number, refused: boolean) => ({ classRoom: { pupils, limit: 45, refused } });
    expect(refusalOf(transfer(room(45, true)))).toEqual({ code: 'CLASS_FULL', rule: 'REG-CLASS-02', pupils: 45, limit: 45, refused: true });
    expect([refusalOf(transfer(room(44, true))), refusalOf(transfer(room(60, false)))]).toEqual([null, null]);
  });

  it('enrols a graduate in the first grade of the next stage only [REG-GRAD-08]', () => {
    expect(refusalOf(enrol({ classSection: { ...newClass, grade: 8, isFirstGrade: false } }))).toMatchObject({ code: 'CLASS_NOT_FIRST_OF_NEXT_STAGE' });
    expect(refusalOf(enrol({ school: { ...junior, stages: ['SENIOR'] }, classSection: { ...newClass, stage: 'SENIOR', grade: 10 } }))).toMatchObject({ code: 'CLASS_NOT_FIRST_OF_NEXT_STAGE' });
  });

  const entering = ['establish', 'enrol', 'transfer'].map((command) => {
    const from = ({ establish: null, enrol: 'GRADUATED', transfer: 'ACTIVE' } as const)[command]!;
    const actor = command === 'transfer' ? systemActor : people.competentAuthority!;
    return { command, enter: (changed: Partial<RecordStatusFacts>) => situation(command, from, actor, changed), right: { ...facts, ...targets[command] } };
  });

  it.each(entering)('takes no pupil into a class without a class teacher or of another school: $command [REG-CLASS-03]', ({ enter, right: { classSection } }) => {
    for (const unfit of [null, { ...classSection!, hasClassTeacher: false }, { ...classSection!, schoolId: 's-2161000201' }]) {
      expect(refusalOf(enter({ classSection: unfit }))).toMatchObject({ code: 'CLASS_CANNOT_RECEIVE', rule: 'REG-CLASS-03' });
    }
  });

  it.each(entering)('puts no record at a school that is closed or does not run the stage: $command [GEN-SCOPE-01]', ({ enter, right: { school: fit } }) => {
    for (const unfit of [{ ...fit!, isActive: false }, { ...fit!, stages: ['PRESCHOOL'] }]) {
      expect(refusalOf(enter({ school: unfit }))).toMatchObject({ code: 'SCHOOL_CANNOT_HOLD_PUPIL', rule: 'GEN-SCOPE-01' });
    }
  });

  it('moves nobody whom the transferring-out school does not hold, nor to a school nobody knows [TRF-GEN-06]', () => {
    expect(refusalOf({ ...transfer(), record: { ...pupil, state: 'ACTIVE', schoolId: 's-2161000201' } })).toMatchObject({ code: 'STUDENT_NOT_HELD_BY_OUT_SCHOOL', rule: 'TRF-GEN-06' });
    expect(refusalOf(transfer({ school: null }))).toMatchObject({ code: 'SCHOOL_CANNOT_HOLD_PUPIL' });
  });

  it('moves nobody to another province without the archive, nor with one that the record has outgrown [TRF-INTER-06]', () => {
    expect(refusalOf(transfer({ leavesProvince: true }))).toMatchObject({ code: 'ARCHIVE_NOT_CURRENT', rule: 'TRF-INTER-06' });
    expect(refusalOf(transfer({ leavesProvince: true, packedVersion: pupil.version - 1 }))).toMatchObject({ code: 'ARCHIVE_NOT_CURRENT' });
    expect(refusalOf(transfer({ leavesProvince: true, packedVersion: pupil.version }))).toBeNull();
  });

  it('lets a graduate go on in the first grade of the next stage only, whatever the province [TRF-PROG-01]', () => {
    const progress = (changed: Partial<RecordStatusFacts> = {}) => situation('progress', 'GRADUATED', systemActor, changed);
    expect(allowed(progress()).patch).toMatchObject({ schoolId: junior.id, stage: 'JUNIOR', grade: 7 });
    expect(refusalOf(progress({ classSection: { ...newClass, grade: 8, isFirstGrade: false } }))).toMatchObject({ code: 'CLASS_NOT_FIRST_OF_NEXT_STAGE' });
    expect(refusalOf({ ...progress(), record: { ...pupil, state: 'ACTIVE' } })).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER' });
  });

  it('moves a pupil into a class of the same grade only [REG-CLASS-03]', () => {
    expect(refusalOf(transfer({ classSection: { ...targets.transfer!.classSection!, grade: 5 } }))).toMatchObject({ code: 'CLASS_GRADE_DIFFERS', rule: 'REG-CLASS-03' });
  });
});
