import type { Actor } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { defineWorkflow, type Row, type Situation, type StateDefinition, type Workflow } from '@xueji/workflow';
import { documentsAreCleared, documentsAreEvidence } from '../../evidence/evidence.rules';
import { filedCase } from '../../filing/filed-case.rules';
import type { TransferFacts } from '../../filing/filing.facts';
import {
  attendanceIsADay, classHasRoom, documentsAreComplete, filedBy, filingOf, hasNoOpenCase, identityIsConfirmed, pupilIsActive, reasonIsInProfile, receiptIsPast,
  receivingSchoolFits, recordIsSound, schoolsDiffer, transferWindow,
} from '../../filing/filing.rules';
import type { ReviewInput } from '../../transfer/review.inputs';
import { receivingSchoolNamesClass } from '../../transfer/review.rules';
import { confirmMoveRow, dueAfter, ENDS, isSystem, MOVING_DEADLINE, refuseMoveRow, refuseRow, takesPart, tells } from '../../transfer/rows.workflow';
import type { TransferCase } from '../../transfer/transfer.entity';
import { REVIEWS, type ReviewChain, type ReviewStep, type TransferState } from '../../transfer/transfer.terms';
import type { WithinProvinceInput } from './within-province.inputs';

export const WITHIN_PROVINCE = 'within-province';

export type TransferSituation = Situation<TransferCase, WithinProvinceInput, TransferFacts, Actor>;
export type WithinProvinceWorkflow = Workflow<string, TransferCase, WithinProvinceInput, TransferFacts, Actor>;
type TransferRow = Row<TransferState, TransferCase, WithinProvinceInput, TransferFacts, Actor>;
type State = StateDefinition<TransferCase, WithinProvinceInput, TransferFacts, Actor>;

const TITLES: Record<ReviewStep, { zh: string; en: string }> = {
  OUT_SCHOOL: { zh: '转出学校审核', en: 'with the transferring-out school' },
  IN_SCHOOL: { zh: '转入学校审核', en: 'with the receiving school' },
  OUT_COUNTY: { zh: '转出主管部门审核', en: 'with the bureau of the transferring-out school' },
  IN_COUNTY: { zh: '转入主管部门审核', en: 'with the bureau of the receiving school' },
  OUT_CITY: { zh: '转出市级主管部门审核', en: 'with the city of the transferring-out school' },
  IN_CITY: { zh: '转入市级主管部门审核', en: 'with the city of the receiving school' },
};

const CITES: Record<ReviewChain['initiator'], string> = { OUT_SCHOOL: 'TRF-INTRA-01', IN_SCHOOL: 'TRF-INTRA-04' };
const isCity = (step: ReviewStep) => step === 'OUT_CITY' || step === 'IN_CITY';

/**
 * ST-TRF-1 and ST-TRF-2 for any chain that a policy profile gives: who files and who reviews in which order is data, the rest is the same everywhere.
 */
export function withinProvince(chain: ReviewChain): WithinProvinceWorkflow {
  const { initiator, steps } = chain;
  const order = CITES[initiator];
  const waits = steps.map((step) => REVIEWS[step].state);
  const filer = { duty: 'REGISTRY_ADMIN', relation: 'initiator' };

  const file: TransferRow = {
    from: null, command: 'file', to: waits[0]!, by: [filer], cites: [order, 'GEN-SCOPE-07'],
    rules: [
      pupilIsActive, schoolsDiffer, receivingSchoolFits, hasNoOpenCase, recordIsSound, identityIsConfirmed, transferWindow, reasonIsInProfile, ...documentsAreEvidence, documentsAreComplete, receiptIsPast, attendanceIsADay,
      ...(initiator === 'IN_SCHOOL' ? [receivingSchoolNamesClass] : []), classHasRoom,
    ],
    apply: (s) => ({
      ...filedCase(s), procedure: WITHIN_PROVINCE, chain, classId: initiator === 'IN_SCHOOL' ? filedBy(s).classId : null,
      outCityId: steps.includes('OUT_CITY') ? filingOf(s).outSchool.cityId : null, inCityId: steps.includes('IN_CITY') ? filingOf(s).inSchool.cityId : null,
    }),
    ...tells('filed'),
  };

  const reviews = steps.flatMap((step, nth): TransferRow[] => {
    const { state, duty } = REVIEWS[step];
    const next = waits[nth + 1];
    const names = step === 'IN_SCHOOL';
    return [
      {
        from: state, command: 'approve', to: next ?? 'MOVING', by: [{ duty, relation: step }], independent: true, cites: [isCity(step) ? 'TRF-INTRA-02' : order, 'TRF-GEN-04'],
        rules: [...(names ? [receivingSchoolNamesClass] : []), documentsAreCleared],
        ...(names && { apply: (s: TransferSituation) => ({ classId: (s.input as ReviewInput).classId! }) }),
        ...(next === undefined && tells('approved', (s, after) => ({ effectiveOn: cstDate(s.now), classId: after.classId }))),
      },
      refuseRow(step, state),
    ];
  });

  return defineWorkflow<string, TransferCase, WithinProvinceInput, TransferFacts, Actor>({
    name: `${WITHIN_PROVINCE}-${initiator === 'OUT_SCHOOL' ? 'from-out-school' : 'from-in-school'}${steps.some(isCity) ? '-through-cities' : ''}`,
    title: { zh: '省内转学', en: 'Transfer within a province' },
    states: {
      ...Object.fromEntries(steps.map((step): [string, State] => [REVIEWS[step].state, { ...TITLES[step], deadline: dueAfter(chain, step, 'TRF-GEN-03') }])),
      MOVING: { zh: '审核通过，正在转接学籍', en: 'approved, custody is moving', deadline: MOVING_DEADLINE },
      ...ENDS,
    },
    relations: {
      initiator: (s: TransferSituation) =>
        (initiator === 'OUT_SCHOOL' ? (s.record?.outSchoolId ?? s.facts.filing?.outSchool.id) : (s.record?.inSchoolId ?? s.facts.filing?.inSchool.id)) === s.actor.organizationId,
      ...Object.fromEntries(steps.map((step) => [step, takesPart(REVIEWS[step].party)])),
      system: isSystem,
    },
    submitter: (transfer) => transfer.submittedBy,
    rows: [
      file,
      ...reviews,
      { from: waits, command: 'withdraw', to: 'WITHDRAWN', by: [filer], cites: [order], ...tells('withdrawn') },
      confirmMoveRow(['TRF-INTRA-05', 'TRF-GEN-06']),
      refuseMoveRow('MOVING', ['TRF-INTRA-05']),
    ],
  });
}
