import type { Actor } from '@xueji/platform';
import { windowIsOpen, type Rule, type Situation } from '@xueji/workflow';
import type { TransferFacts } from '../../filing/filing.facts';
import { filingOf } from '../../filing/filing.rules';
import type { ReviewInput } from '../../transfer/review.inputs';
import type { ReviewRule } from '../../transfer/review.rules';
import type { TransferCase } from '../../transfer/transfer.entity';
import type { FileProgression, ProgressionInput } from './progression.inputs';

export type ProgressionSituation = Situation<TransferCase, ProgressionInput, TransferFacts, Actor>;
type ProgressionRule = Rule<TransferCase, ProgressionInput, TransferFacts, Actor>;

/** The stage after the one graduated from; null after the last. */
export const nextStageOf = (stage: string): 'JUNIOR' | 'SENIOR' | null => (stage === 'PRIMARY' ? 'JUNIOR' : stage === 'JUNIOR' ? 'SENIOR' : null);

export const pupilHasGraduated: ProgressionRule = {
  name: 'the pupil has graduated',
  cites: 'TRF-PROG-01',
  code: 'PROGRESSION_STUDENT_NOT_GRADUATED',
  field: 'studentNumber',
  allows: (s) => filingOf(s).student.state === 'GRADUATED',
  message: { zh: '学生不在毕业库；在籍学生应办理转学', en: 'The pupil is not in the graduate pool; who is on a roll is transferred' },
};

export const schoolRunsNextStage: ProgressionRule = {
  name: 'the receiving school is active and runs the stage that follows',
  cites: 'TRF-PROG-01',
  code: 'PROGRESSION_STAGE_UNSUITABLE',
  field: 'inSchoolId',
  allows: (s) => {
    const { inSchool, student } = filingOf(s);
    const next = nextStageOf(student.stage);
    return next !== null && inSchool.isActive && inSchool.stages.includes(next);
  },
  message: { zh: '接收学校已停办或不办下一学段', en: 'The receiving school is closed or does not run the next stage' },
};

export const formalitiesAreNamed: ProgressionRule = {
  name: 'the formalities completed outside the system are named',
  cites: 'TRF-PROG-02',
  code: 'PROGRESSION_FORMALITIES_MISSING',
  field: 'formalitiesReference',
  allows: (s) => /^\P{Cc}{1,200}$/u.test((s.input as FileProgression).formalitiesReference.trim()),
  message: { zh: '须填写线下已办妥的入学手续的凭据（1–200字）', en: 'Name the formalities that were completed outside the system, 1 to 200 characters' },
};

export const progressionWindow: ProgressionRule = windowIsOpen('CROSS_PROVINCE_PROGRESSION', { zh: '毕业后跨省就学', en: 'Progression to another province' }, (s) => filingOf(s).window);

/** The only reason of the refusal reasons that says something of the data and nothing of the admission. */
export const DATA_FAULT = 'DATA_WRONG';

export const refusalIsADataFault: ReviewRule = {
  name: 'the graduation side reports a fault of the data',
  cites: 'TRF-PROG-04',
  code: 'PROGRESSION_ADMISSION_DECIDED',
  field: 'reasonCode',
  allows: (s) => (s.input as ReviewInput).reasonCode === DATA_FAULT,
  message: { zh: '能否跨省就学由接收学校及其主管部门决定，毕业一方只能报告学生信息有误', en: 'The receiving side decides the admission; the graduation side can only report wrong data' },
  details: () => ({ allowed: [DATA_FAULT] }),
};
