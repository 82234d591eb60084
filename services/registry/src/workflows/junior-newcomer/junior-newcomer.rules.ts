import type { Actor } from '@xueji/platform';
import { windowIsOpen, type Rule, type Situation } from '@xueji/workflow';
import type { JuniorNewcomerFacts } from './junior-newcomer.facts';
import type { JuniorNewcomerInput } from './junior-newcomer.inputs';
import type { NewcomerPull } from './newcomer-pull.entity';

export type PullSituation = Situation<NewcomerPull, JuniorNewcomerInput, JuniorNewcomerFacts, Actor>;
type PullRule = Rule<NewcomerPull, JuniorNewcomerInput, JuniorNewcomerFacts, Actor>;

export const registrationWindow: PullRule = windowIsOpen('NEWCOMER_REGISTRATION', { zh: '新生注册', en: 'Registration of newcomers' }, (s) => s.facts.window);

export const schoolIsJunior: PullRule = {
  name: 'the school is an active junior school',
  cites: 'REG-ENROL-05',
  code: 'SCHOOL_NOT_JUNIOR',
  allows: ({ facts: { school } }) => school !== null && school.isActive && school.stages.includes('JUNIOR'),
  message: { zh: '只有举办初中学段的学校可以抽取小学毕业生', en: 'Only a school that runs the junior stage can pull primary graduates' },
};

export const classTakesNewcomers: PullRule = {
  name: 'the class is a real first-grade class of the school',
  cites: 'REG-CLASS-03',
  code: 'CLASS_CANNOT_RECEIVE',
  field: 'classId',
  allows: ({ facts: { school, classSection } }) =>
    classSection !== null && classSection.schoolId === school?.id && classSection.hasClassTeacher && classSection.stage === 'JUNIOR' && classSection.isFirstGrade,
  message: { zh: '拟编班级须为本校初中起始年级且有班主任的班级', en: 'The class must be one of the school, of the first junior grade, with a class teacher' },
};

/** One refusal for every way of not matching, so that guessing tells nothing about pupils elsewhere. */
export const matchesPoolEntry: PullRule = {
  name: 'name and number match one entry of the pool',
  cites: 'REG-ENROL-05',
  code: 'GRADUATE_NOT_FOUND',
  field: 'nationalStudentNumber',
  allows: (s) => s.facts.graduateId !== null,
  message: { zh: '姓名与学籍号在毕业库中没有唯一对应的毕业生', en: 'Name and student number do not match one graduate in the pool' },
};

export const isFirstPullOfSchool: PullRule = {
  name: 'the school holds no other pull of the graduate',
  cites: 'REG-ENROL-12',
  code: 'PULL_ALREADY_HELD',
  field: 'nationalStudentNumber',
  allows: (s) => !s.facts.pulledAlready,
  message: { zh: '本校已抽取该毕业生，不得重报', en: 'Your school has pulled this graduate already' },
};

export const graduateIsInPool: PullRule = {
  name: 'the graduate is still in the pool',
  cites: 'REG-ENROL-07',
  code: 'GRADUATE_LEFT_POOL',
  allows: (s) => s.facts.graduateId !== null,
  message: { zh: '该毕业生已不在毕业库', en: 'The graduate has left the pool' },
};
