import { childGraduated, childLeft, childNumbered } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { assignStudentNumber, cstDate, dueInMonths, startOfCstDay } from '@xueji/standards';
import { defineWorkflow, type DraftEvent } from '@xueji/workflow';
import type { Child } from '../../child/child.entity';
import type { ChildFacts } from './child-archive.facts';
import type { ChildInput } from './child-archive.inputs';
import {
  classIsThere, documentIsFree, entersInSeason, graduatesInSeason, hasLeft, hasProof, hasRegistered, isDuplicate, isHandedOver, isUnique, numberIsLeft,
  runsPreschool, somebodyArbitrates, type ChildSituation,
} from './child-archive.rules';

export type ChildState =
  | 'REGISTERED' | 'DRAFT' | 'INSTITUTION_REVIEWED' | 'NUMBER_REQUESTED' | 'ACTIVE' | 'PROBLEM' | 'SUBSTANTIATION'
  | 'DELETED' | 'GRADUATED' | 'LEFT' | 'ENROLLED_PRIMARY';

const identity = (child: Child) => ({
  name: child.name, sex: child.sex, birthDate: child.birthDate, documentType: child.identityDocumentType, documentNumber: child.identityDocumentNumber,
  ethnicity: child.ethnicity, nationality: child.nationality,
});

const number = (child: Child) => ({ nationalStudentNumber: child.nationalStudentNumber, numberType: child.studentNumberType });

const numbered = (child: Child): DraftEvent => ({
  type: childNumbered.type, key: child.id, data: { childId: child.id, ...number(child), identity: identity(child), institutionId: child.institutionId },
});

/** Number, identity and guardian, so that primary intake need not ask for them again. */
const graduated = (child: Child): DraftEvent => ({
  type: childGraduated.type,
  key: child.id,
  data: {
    childId: child.id, ...number(child), identity: identity(child), institutionId: child.institutionId, graduatedOn: child.graduatedOn,
    guardian: { name: child.guardianName, relationship: child.guardianRelationship, phone: child.guardianPhone },
  },
});

const left = (child: Child): DraftEvent => ({ type: childLeft.type, key: child.id, data: { childId: child.id, institutionId: child.institutionId, leftOn: child.leftOn } });

const clerk = [{ duty: 'REGISTRY_ADMIN', relation: 'own' }];
const leader = [{ duty: 'REGISTRY_LEADER', relation: 'own' }];
const bureau = [{ duty: 'REGISTRY_ADMIN', relation: 'arbiter' }];
const system = [{ duty: 'SYSTEM', relation: 'system' }];

const noProblem = { problemKind: null, problemChildId: null, problemDisputed: false, arbiterId: null };

/**
 * ST-PRE-1, ST-PRE-2 and the rows of ST-PRE-7 that graduate a child and let it go. Check and number follow a review by themselves, in its
 * transaction.
 */
export const childArchive = defineWorkflow<ChildState, Child, ChildInput, ChildFacts, Actor>({
  name: 'child-archive',
  title: { zh: '幼儿档案', en: 'Child archive' },
  states: {
    REGISTERED: {
      zh: '已登记', en: 'registered',
      deadline: (s) => ({
        dueAt: dueInMonths(startOfCstDay(s.record?.registeredOn ?? s.input.registration!.registeredOn), s.facts.policy.preschool.archiveMonths), rule: 'PRE-ARCH-01', flagged: false,
      }),
    },
    DRAFT: { zh: '待园所审核', en: 'archive drafted' },
    INSTITUTION_REVIEWED: { zh: '园所已审核', en: 'reviewed by the institution' },
    NUMBER_REQUESTED: { zh: '已申请学号', en: 'number requested' },
    ACTIVE: { zh: '在园', en: 'active' },
    PROBLEM: { zh: '问题档案', en: 'problem' },
    SUBSTANTIATION: { zh: '佐证待仲裁', en: 'waiting for arbitration' },
    DELETED: { zh: '已删除', en: 'deleted', final: true },
    GRADUATED: { zh: '已毕业', en: 'graduated' },
    LEFT: { zh: '已离园', en: 'left' },
    ENROLLED_PRIMARY: { zh: '已升入小学', en: 'enrolled in primary school', final: true },
  },
  relations: {
    own: ({ record, actor }: ChildSituation) => (record ? record.institutionId === actor.organizationId : actor.level === 'INSTITUTION' || actor.level === 'SCHOOL'),
    arbiter: ({ record, actor }: ChildSituation) => record !== null && record.arbiterId === actor.organizationId,
    system: ({ actor }: ChildSituation) => actor.accountId === 'system',
  },
  submitter: (child) => child.submittedBy,
  rows: [
    {
      from: null, command: 'register', to: 'REGISTERED', by: clerk, cites: ['PRE-ARCH-01'], rules: [runsPreschool, hasRegistered, entersInSeason],
      apply: (s) => ({ ...s.input.registration!, institutionId: s.facts.institution!.id, path: s.facts.institution!.path }),
    },
    {
      from: 'REGISTERED', command: 'createArchive', to: 'DRAFT', by: clerk, cites: ['PRE-ARCH-01', 'PRE-ARCH-02', 'PRE-ARCH-09'], rules: [classIsThere],
      apply: (s) => ({ ...s.input.archive!, submittedBy: s.actor.accountId }),
    },
    { from: 'DRAFT', command: 'reviewArchive', to: 'INSTITUTION_REVIEWED', by: leader, independent: true, cites: ['PRE-ARCH-04'] },
    { from: 'DRAFT', command: 'returnArchive', to: 'REGISTERED', by: leader, independent: true, needsReason: true, cites: ['GEN-FLOW-03'] },
    { from: 'INSTITUTION_REVIEWED', command: 'requestNumber', to: 'NUMBER_REQUESTED', by: system, cites: ['PRE-ARCH-04'], rules: [isUnique] },
    {
      from: 'INSTITUTION_REVIEWED', command: 'reportProblem', to: 'PROBLEM', by: system, cites: ['PRE-ARCH-06'], rules: [isDuplicate],
      apply: ({ facts: { duplicate } }) => ({ problemKind: duplicate!.kind, problemChildId: duplicate!.childId, problemDisputed: duplicate!.isElsewhere }),
    },
    {
      from: 'NUMBER_REQUESTED', command: 'assignNumber', to: 'ACTIVE', by: system, cites: ['PRE-ARCH-05', 'REG-NUM-01'], rules: [numberIsLeft], emits: [childNumbered.type],
      apply: ({ record, facts }) => {
        const { number, type } = assignStudentNumber({
          documentType: record!.identityDocumentType!, documentNumber: record!.identityDocumentNumber, birthDate: record!.birthDate!,
          schoolDivision: facts.institution!.divisionCode, sequence: facts.sequence!,
        });
        return { nationalStudentNumber: number, studentNumberType: type };
      },
      events: (_, after) => [numbered(after)],
    },

    { from: 'PROBLEM', command: 'deleteArchive', to: 'DELETED', by: clerk, needsReason: true, cites: ['PRE-ARCH-06', 'PRE-ARCH-03'] },
    {
      from: 'PROBLEM', command: 'modifyArchive', to: 'INSTITUTION_REVIEWED', by: clerk, cites: ['PRE-ARCH-06'], rules: [classIsThere],
      apply: (s) => ({ ...s.input.archive!, ...noProblem, submittedBy: s.actor.accountId }),
    },
    {
      from: 'PROBLEM', command: 'substantiate', to: 'SUBSTANTIATION', by: clerk, cites: ['PRE-ARCH-06', 'PRE-ARCH-07'], rules: [hasProof, somebodyArbitrates],
      apply: (s) => ({ attachments: s.input.attachments!, arbiterId: s.facts.arbiterId, submittedBy: s.actor.accountId }),
    },
    {
      from: 'SUBSTANTIATION', command: 'upholdSubstantiation', to: 'NUMBER_REQUESTED', by: bureau, independent: true, cites: ['PRE-ARCH-07', 'PRE-DATA-07'], rules: [documentIsFree],
      apply: () => noProblem,
    },
    {
      from: 'SUBSTANTIATION', command: 'rejectSubstantiation', to: 'PROBLEM', by: bureau, independent: true, needsReason: true, cites: ['PRE-ARCH-07', 'PRE-DATA-07'],
      apply: () => ({ arbiterId: null }),
    },

    {
      from: 'ACTIVE', command: 'graduate', to: 'GRADUATED', by: clerk, cites: ['PRE-GRAD-01', 'PRE-CHG-01'], rules: [graduatesInSeason], emits: [childGraduated.type],
      apply: (s) => ({ graduatedOn: cstDate(s.now) }),
      events: (_, after) => [graduated(after)],
    },
    {
      from: 'ACTIVE', command: 'leave', to: 'LEFT', by: clerk, cites: ['PRE-CHG-01'], rules: [hasLeft], emits: [childLeft.type],
      apply: (s) => ({ leftOn: s.input.leftOn ?? cstDate(s.now) }),
      events: (_, after) => [left(after)],
    },
    { from: 'GRADUATED', command: 'enrolInPrimary', to: 'ENROLLED_PRIMARY', by: system, cites: ['PRE-CHG-03', 'PRE-GRAD-02'], rules: [isHandedOver] },
    // Nobody holds a child that has left, so a primary school may take it in with or without a hand-over.
    { from: 'LEFT', command: 'enrolInPrimary', to: 'ENROLLED_PRIMARY', by: system, cites: ['PRE-CHG-07', 'PRE-GRAD-02'] },
  ],
});
