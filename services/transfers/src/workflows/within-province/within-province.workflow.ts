import type { Actor } from '@xueji/platform';
import { addWorkingDays, cstDate } from '@xueji/standards';
import { defineWorkflow, type DraftEvent, type Row, type StateDefinition, type Workflow } from '@xueji/workflow';
import type { ReviewInput } from '../../transfer/review.inputs';
import type { TransferCase } from '../../transfer/transfer.entity';
import { REVIEWS, type Party, type ReviewChain, type ReviewStep, type TransferState } from '../../transfer/transfer.terms';
import type { WithinProvinceFacts } from './within-province.facts';
import type { RefuseMoveInput, WithinProvinceInput } from './within-province.inputs';
import {
  attendanceIsADay, documentsAreComplete, documentsAreSound, filedBy, filingOf, hasNoOpenCase, pupilIsActive, reasonIsInProfile, receiptIsPast, receivingSchoolFits,
  receivingSchoolNamesClass, refusalReasonIsInProfile, schoolsDiffer, transferWindow, type TransferSituation,
} from './within-province.rules';

export const WITHIN_PROVINCE = 'within-province';

export type WithinProvinceWorkflow = Workflow<string, TransferCase, WithinProvinceInput, WithinProvinceFacts, Actor>;
type TransferRow = Row<TransferState, TransferCase, WithinProvinceInput, WithinProvinceFacts, Actor>;
type State = StateDefinition<TransferCase, WithinProvinceInput, WithinProvinceFacts, Actor>;

const typeOf = (event: string) => `cn.xueji.transfers.transfer.${event}.v1`;

const tells = (event: string, more: (s: TransferSituation, after: TransferCase) => object = () => ({})): Pick<TransferRow, 'emits' | 'events'> => ({
  emits: [typeOf(event)],
  events: (s, after): DraftEvent[] => [{
    type: typeOf(event),
    key: after.studentId,
    data: { transferId: after.id, studentId: after.studentId, outSchoolId: after.outSchoolId, inSchoolId: after.inSchoolId, ...more(s, after) },
  }],
});

const TITLES: Record<ReviewStep, { zh: string; en: string }> = {
  OUT_SCHOOL: { zh: '转出学校审核', en: 'with the transferring-out school' },
  IN_SCHOOL: { zh: '转入学校审核', en: 'with the receiving school' },
  OUT_COUNTY: { zh: '转出主管部门审核', en: 'with the bureau of the transferring-out school' },
  IN_COUNTY: { zh: '转入主管部门审核', en: 'with the bureau of the receiving school' },
};

const CITES: Record<ReviewChain['initiator'], string> = { OUT_SCHOOL: 'TRF-INTRA-01', IN_SCHOOL: 'TRF-INTRA-04' };

const takesPart = (party: Party) => ({ record, actor }: TransferSituation) => record !== null && record[party] === actor.organizationId;

/** ST-TRF-1 for any chain that a policy profile gives: who files and who reviews in which order is data, the rest is the same everywhere. */
export function withinProvince(chain: ReviewChain): WithinProvinceWorkflow {
  const { initiator, steps, stepWorkingDays } = chain;
  const order = CITES[initiator];
  const waits = steps.map((step) => REVIEWS[step].state);
  const deadline: State['deadline'] = (s) => ({ ...addWorkingDays(s.now, stepWorkingDays), rule: 'TRF-GEN-03' });
  const filer = { duty: 'REGISTRY_ADMIN', relation: 'initiator' };
  const system = [{ duty: 'SYSTEM', relation: 'system' }];

  const file: TransferRow = {
    from: null, command: 'file', to: waits[0]!, by: [filer], cites: [order, 'GEN-SCOPE-07'],
    rules: [
      pupilIsActive, schoolsDiffer, receivingSchoolFits, hasNoOpenCase, transferWindow, reasonIsInProfile, documentsAreSound, documentsAreComplete, receiptIsPast, attendanceIsADay,
      ...(initiator === 'IN_SCHOOL' ? [receivingSchoolNamesClass] : []),
    ],
    apply: (s) => {
      const { student, outSchool, inSchool, profile } = filingOf(s);
      const { classId, reasonCode, documents, receivedOn, attendanceStartDate } = filedBy(s);
      return {
        procedure: WITHIN_PROVINCE, submittedBy: s.actor.accountId,
        studentId: student.studentId, stage: student.stage, grade: student.grade,
        outSchoolId: outSchool.id, outAuthorityId: outSchool.authorityId, outPath: outSchool.path,
        inSchoolId: inSchool.id, inAuthorityId: inSchool.authorityId, inPath: inSchool.path,
        profileId: profile.id, profileEffectiveFrom: profile.effectiveFrom, chain, refusalReasons: profile.transfer.refusalReasons,
        reasonCode, documents, receivedOn, attendanceStartDate, classId: initiator === 'IN_SCHOOL' ? classId : null, refusal: null,
      };
    },
    ...tells('filed'),
  };

  const reviews = steps.flatMap((step, nth): TransferRow[] => {
    const { state, duty } = REVIEWS[step];
    const next = waits[nth + 1];
    const names = step === 'IN_SCHOOL';
    return [
      {
        from: state, command: 'approve', to: next ?? 'MOVING', by: [{ duty, relation: step }], independent: true, cites: [order, 'TRF-GEN-04'],
        ...(names && { rules: [receivingSchoolNamesClass], apply: (s: TransferSituation) => ({ classId: (s.input as ReviewInput).classId! }) }),
        ...(next === undefined && tells('approved', (s, after) => ({ effectiveOn: cstDate(s.now), classId: after.classId }))),
      },
      {
        from: state, command: 'refuse', to: 'REJECTED', by: [{ duty, relation: step }], independent: true, needsReason: true, cites: ['GEN-FLOW-03', 'TRF-GEN-04'],
        rules: [refusalReasonIsInProfile],
        apply: (s) => {
          const { reasonCode, reason } = s.input as ReviewInput;
          const { code, zh, en } = s.record!.refusalReasons.find((each) => each.code === reasonCode)!;
          return { refusal: { step, code, rule: 'GEN-FLOW-03', zh, en, text: reason! } };
        },
        ...tells('rejected', () => ({ atStep: step })),
      },
    ];
  });

  return defineWorkflow<string, TransferCase, WithinProvinceInput, WithinProvinceFacts, Actor>({
    name: `${WITHIN_PROVINCE}-${initiator === 'OUT_SCHOOL' ? 'from-out-school' : 'from-in-school'}`,
    title: { zh: '省内转学', en: 'Transfer within a province' },
    states: {
      ...Object.fromEntries(steps.map((step): [string, State] => [REVIEWS[step].state, { ...TITLES[step], deadline }])),
      MOVING: { zh: '审核通过，正在转接学籍', en: 'approved, custody is moving' },
      COMPLETED: { zh: '已完成', en: 'completed', final: true },
      REJECTED: { zh: '未同意', en: 'rejected', final: true },
      WITHDRAWN: { zh: '已撤销', en: 'withdrawn', final: true },
    },
    relations: {
      initiator: (s: TransferSituation) =>
        (initiator === 'OUT_SCHOOL' ? (s.record?.outSchoolId ?? s.facts.filing?.outSchool.id) : (s.record?.inSchoolId ?? s.facts.filing?.inSchool.id)) === s.actor.organizationId,
      ...Object.fromEntries(steps.map((step) => [step, takesPart(REVIEWS[step].party)])),
      system: ({ actor }: TransferSituation) => actor.accountId === 'system',
    },
    submitter: (transfer) => transfer.submittedBy,
    rows: [
      file,
      ...reviews,
      { from: waits, command: 'withdraw', to: 'WITHDRAWN', by: [filer], cites: [order], ...tells('withdrawn') },
      { from: 'MOVING', command: 'confirmMove', to: 'COMPLETED', by: system, cites: ['TRF-INTRA-05', 'TRF-GEN-06'], ...tells('completed') },
      {
        from: 'MOVING', command: 'refuseMove', to: 'REJECTED', by: system, needsReason: true, cites: ['TRF-INTRA-05', 'GEN-FLOW-03'],
        apply: (s) => {
          const { code, rule, zh, en } = s.input as RefuseMoveInput;
          return { refusal: { step: 'REGISTRY', code, rule, zh, en, text: null } };
        },
        ...tells('rejected', () => ({ atStep: 'REGISTRY' })),
      },
    ],
  });
}
