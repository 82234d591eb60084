import type { Actor } from '@xueji/platform';
import { cstDate } from '@xueji/standards';
import { defineWorkflow, type StateDefinition, type Workflow } from '@xueji/workflow';
import { documentsAreCleared, documentsAreEvidence } from '../../evidence/evidence.rules';
import { filedCase } from '../../filing/filed-case.rules';
import type { TransferFacts } from '../../filing/filing.facts';
import { filedBy, filingOf, hasNoOpenCase, identityIsConfirmed, liesInAnotherProvince, recordIsSound } from '../../filing/filing.rules';
import { receivingSchoolNamesClass } from '../../transfer/review.rules';
import { confirmMoveRow, dueAfter, ENDS, isSystem, MOVING_DEADLINE, refuseMoveRow, refuseRow, takesPart, tells } from '../../transfer/rows.workflow';
import type { TransferCase } from '../../transfer/transfer.entity';
import { REVIEWS, type ReviewChain, type ReviewStep } from '../../transfer/transfer.terms';
import type { FileProgression, ProgressionInput } from './progression.inputs';
import { formalitiesAreNamed, nextStageOf, progressionWindow, pupilHasGraduated, refusalIsADataFault, schoolRunsNextStage, type ProgressionSituation } from './progression.rules';

export const PROGRESSION = 'progression';

/** What stands for the reason of a transfer: there is but this one. */
export const REASON = 'CROSS_PROVINCE_PROGRESSION';

export type ProgressionWorkflow = Workflow<string, TransferCase, ProgressionInput, TransferFacts, Actor>;

/** ST-TRF-4: a graduate goes on in another province. The receiving school files and thereby agrees; its bureau admits; the graduation side confirms the data. */
export function progression(chain: ReviewChain): ProgressionWorkflow {
  const receivingSchool = [{ duty: 'REGISTRY_ADMIN', relation: 'receivingSchool' }];
  const reviewed = (step: ReviewStep) => [{ duty: REVIEWS[step].duty, relation: step }];
  const due = (step: ReviewStep): Pick<StateDefinition<TransferCase, ProgressionInput, TransferFacts, Actor>, 'deadline'> => ({ deadline: dueAfter(chain, step, 'TRF-GEN-03') });

  return defineWorkflow<string, TransferCase, ProgressionInput, TransferFacts, Actor>({
    name: PROGRESSION,
    title: { zh: '毕业后跨省就学', en: 'Progression to another province' },
    states: {
      IN_AUTHORITY_REVIEW: { zh: '接收学校主管部门审核', en: 'with the bureau of the receiving school', ...due('IN_COUNTY') },
      OUT_AUTHORITY_REVIEW: { zh: '毕业学校主管部门审核', en: 'with the bureau of the graduation school', ...due('OUT_COUNTY') },
      APPROVED: { zh: '审核通过，待调取档案', en: 'approved, the archive can be retrieved' },
      MOVING: { zh: '正在调取档案', en: 'the archive is being retrieved', deadline: MOVING_DEADLINE },
      ...ENDS,
    },
    relations: {
      receivingSchool: (s: ProgressionSituation) => (s.record?.inSchoolId ?? s.facts.filing?.inSchool.id) === s.actor.organizationId,
      IN_COUNTY: takesPart(REVIEWS.IN_COUNTY.party),
      OUT_COUNTY: takesPart(REVIEWS.OUT_COUNTY.party),
      system: isSystem,
    },
    submitter: (transfer) => transfer.submittedBy,
    rows: [
      {
        from: null, command: 'file', to: 'IN_AUTHORITY_REVIEW', by: receivingSchool, cites: ['TRF-PROG-03', 'TRF-PROG-04', 'GEN-SCOPE-07'],
        rules: [
          pupilHasGraduated, liesInAnotherProvince('TRF-PROG-01'), schoolRunsNextStage, hasNoOpenCase, recordIsSound, identityIsConfirmed, progressionWindow, formalitiesAreNamed, ...documentsAreEvidence, receivingSchoolNamesClass,
        ],
        apply: (s) => {
          const { student, inSchool } = filingOf(s);
          // Admission to the senior stage is for the city [TRF-PROG-03].
          const inAuthorityId = nextStageOf(student.stage) === 'SENIOR' ? inSchool.cityId : inSchool.authorityId;
          return {
            ...filedCase(s), procedure: PROGRESSION, chain, inAuthorityId, classId: filedBy(s).classId, formalitiesReference: (s.input as FileProgression).formalitiesReference.trim(),
          };
        },
        ...tells('filed'),
      },
      { from: 'IN_AUTHORITY_REVIEW', command: 'approve', to: 'OUT_AUTHORITY_REVIEW', by: reviewed('IN_COUNTY'), independent: true, cites: ['TRF-PROG-03', 'TRF-PROG-04'], rules: [documentsAreCleared] },
      refuseRow('IN_COUNTY', 'IN_AUTHORITY_REVIEW', [], ['TRF-PROG-04']),
      { from: 'OUT_AUTHORITY_REVIEW', command: 'approve', to: 'APPROVED', by: reviewed('OUT_COUNTY'), independent: true, cites: ['TRF-PROG-03'], rules: [documentsAreCleared] },
      refuseRow('OUT_COUNTY', 'OUT_AUTHORITY_REVIEW', [refusalIsADataFault], ['TRF-PROG-04']),
      {
        from: 'APPROVED', command: 'retrieveArchive', to: 'MOVING', by: receivingSchool, cites: ['TRF-PROG-03'],
        ...tells('archiveRetrieved', (s, after) => ({ effectiveOn: cstDate(s.now), classId: after.classId })),
      },
      { from: ['IN_AUTHORITY_REVIEW', 'OUT_AUTHORITY_REVIEW', 'APPROVED'], command: 'withdraw', to: 'WITHDRAWN', by: receivingSchool, cites: ['TRF-PROG-03'], ...tells('withdrawn') },
      confirmMoveRow(['TRF-PROG-03', 'TRF-GEN-06']),
      refuseMoveRow('MOVING', ['TRF-PROG-03']),
    ],
  });
}
