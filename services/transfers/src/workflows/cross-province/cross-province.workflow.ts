import type { Actor } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { defineWorkflow, type Row, type StateDefinition, type Workflow } from '@xueji/workflow';
import { documentsAreCleared, documentsAreEvidence } from '../../evidence/evidence.rules';
import { filedCase } from '../../filing/filed-case.rules';
import {
  attendanceIsADay, classHasRoom, documentsAreComplete, filedBy, hasNoOpenCase, identityIsConfirmed, liesInAnotherProvince, pupilIsActive, reasonIsInProfile, receiptIsPast,
  receivingSchoolFits, recordIsSound, transferWindow,
} from '../../filing/filing.rules';
import { receivingSchoolNamesClass } from '../../transfer/review.rules';
import { bySystem, confirmMoveRow, dueAfter, ENDS, isSystem, MOVING_DEADLINE, refuseMoveRow, refuseRow, takesPart, tells } from '../../transfer/rows.workflow';
import type { TransferCase } from '../../transfer/transfer.entity';
import { REVIEWS, type ReviewChain, type ReviewStep, type TransferState } from '../../transfer/transfer.terms';
import type { CrossProvinceFacts } from './cross-province.facts';
import type { ArchiveInput, CrossProvinceInput } from './cross-province.inputs';
import { archiveIsTheOnePacked, findingsOf, type CrossProvinceSituation } from './cross-province.rules';

export const CROSS_PROVINCE = 'cross-province';

export type CrossProvinceWorkflow = Workflow<string, TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>;
type CrossProvinceRow = Row<TransferState, TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>;
type State = StateDefinition<TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>;

const stateOf = (step: ReviewStep): TransferState => (step === 'OUT_SCHOOL' ? 'AWAITING_OUT_CONFIRMATION' : REVIEWS[step].state);

const TITLES: Partial<Record<ReviewStep, { zh: string; en: string }>> = {
  IN_COUNTY: { zh: '转入主管部门审核', en: 'with the bureau of the receiving school' },
  OUT_SCHOOL: { zh: '等待转出确认中', en: 'awaiting the transferring-out school' },
  OUT_COUNTY: { zh: '转出主管部门审核', en: 'with the bureau of the transferring-out school' },
};

/** ST-TRF-3: the receiving school files, its county agrees, the other side agrees, the Ministry's system checks, and then the archive goes over. */
export function crossProvince(chain: ReviewChain): CrossProvinceWorkflow {
  const { steps } = chain;
  const waits = steps.map(stateOf);
  const receivingSchool = [{ duty: 'REGISTRY_ADMIN', relation: 'receivingSchool' }];

  const reviews = steps.flatMap((step, nth): CrossProvinceRow[] => [
    {
      from: waits[nth]!, command: 'approve', to: waits[nth + 1] ?? 'MINISTRY_CHECK', by: [{ duty: REVIEWS[step].duty, relation: step }], independent: true,
      cites: ['TRF-INTER-01', 'TRF-GEN-04'], rules: [documentsAreCleared],
    },
    refuseRow(step, waits[nth]!, [], ['TRF-GEN-09']),
  ]);

  return defineWorkflow<string, TransferCase, CrossProvinceInput, CrossProvinceFacts, Actor>({
    name: CROSS_PROVINCE,
    title: { zh: '跨省转学', en: 'Transfer across provinces' },
    states: {
      ...Object.fromEntries(steps.map((step, nth): [string, State] => [waits[nth]!, { ...TITLES[step]!, deadline: dueAfter(chain, step, 'TRF-INTER-05') }])),
      MINISTRY_CHECK: { zh: '教育部系统校验', en: 'in the automatic check of the Ministry' },
      MINISTRY_VERIFIED: { zh: '教育部系统校验通过', en: 'verified by the Ministry' },
      ARCHIVE_WAITING: { zh: '等待调档', en: 'waiting for the archive' },
      // A pupil in transit has a deadline: the receiving school looks at the archive in the days of a review.
      ARCHIVE_TRANSFERRING: { zh: '正在调档', en: 'the archive is being transferred', deadline: dueAfter(chain, 'IN_SCHOOL', 'TRF-INTER-05') },
      MOVING: { zh: '档案已确认，正在转接学籍', en: 'the archive is acknowledged, custody is moving', deadline: MOVING_DEADLINE },
      ...ENDS,
      COMPLETED: { zh: '调档完毕', en: 'completed', final: true },
    },
    relations: {
      receivingSchool: (s: CrossProvinceSituation) => (s.record?.inSchoolId ?? s.facts.filing?.inSchool.id) === s.actor.organizationId,
      ...Object.fromEntries(steps.map((step) => [step, takesPart(REVIEWS[step].party)])),
      system: isSystem,
    },
    submitter: (transfer) => transfer.submittedBy,
    rows: [
      {
        from: null, command: 'file', to: waits[0]!, by: receivingSchool, cites: ['TRF-INTER-01', 'GEN-SCOPE-07'],
        rules: [
          pupilIsActive, liesInAnotherProvince('TRF-INTER-01'), receivingSchoolFits, hasNoOpenCase, recordIsSound, identityIsConfirmed, transferWindow, reasonIsInProfile, ...documentsAreEvidence, documentsAreComplete,
          receiptIsPast, attendanceIsADay, receivingSchoolNamesClass, classHasRoom,
        ],
        apply: (s) => ({ ...filedCase(s), procedure: CROSS_PROVINCE, chain, classId: filedBy(s).classId }),
        ...tells('filed'),
      },
      ...reviews,
      {
        // Given by the system in the transaction of the last approval.
        from: 'MINISTRY_CHECK', command: 'check', by: bySystem, cites: ['TRF-INTER-02'],
        to: { choose: (s) => (findingsOf(s).length === 0 ? 'MINISTRY_VERIFIED' : 'REJECTED'), among: ['MINISTRY_VERIFIED', 'REJECTED'] },
        apply: (s) => {
          const findings = findingsOf(s);
          const first = findings[0];
          return { ministryCheck: { at: s.now.toISOString(), findings }, refusal: first ? { step: 'MINISTRY_CHECK', ...first, text: null } : null };
        },
        emits: tells('rejected').emits!,
        events: (s, after) => (after.state === 'REJECTED' ? tells('rejected', () => ({ atStep: 'MINISTRY_CHECK' })).events!(s, after) : []),
      },
      { from: 'MINISTRY_VERIFIED', command: 'requestArchive', to: 'ARCHIVE_WAITING', by: receivingSchool, cites: ['TRF-INTER-06'], ...tells('archiveRequested') },
      {
        from: 'ARCHIVE_WAITING', command: 'startTransfer', to: 'ARCHIVE_TRANSFERRING', by: bySystem, cites: ['TRF-INTER-01', 'TRF-INTER-06'],
        apply: (s) => ({ archiveHash: (s.input as ArchiveInput).contentHash }),
      },
      {
        from: 'ARCHIVE_TRANSFERRING', command: 'acknowledgeArchive', to: 'MOVING', by: receivingSchool, cites: ['TRF-INTER-06', 'TRF-GEN-06'], rules: [archiveIsTheOnePacked],
        ...tells('approved', (s, after) => ({ effectiveOn: cstDate(s.now), classId: after.classId })),
      },
      {
        from: [...waits, 'MINISTRY_CHECK', 'MINISTRY_VERIFIED', 'ARCHIVE_WAITING'], command: 'withdraw', to: 'WITHDRAWN', by: receivingSchool, cites: ['TRF-INTER-03', 'TRF-INTER-04'],
        ...tells('withdrawn'),
      },
      confirmMoveRow(['TRF-INTER-07', 'TRF-GEN-06']),
      refuseMoveRow(['ARCHIVE_WAITING', 'MOVING'], ['TRF-INTER-06']),
    ],
  });
}
