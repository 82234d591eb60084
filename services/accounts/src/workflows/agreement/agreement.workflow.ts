import type { Actor } from '@xueji/platform';
import type { Purpose } from '@xueji/standards';
import { defineWorkflow } from '@xueji/workflow';
import type { Agreement } from '../../agreement/agreement.entity';
import type { AgreementFacts } from './agreement.facts';
import type { AgreementInput } from './agreement.inputs';
import {
  agencyIsNamed, areaExists, areaFitsPurpose, confidentialityIsAccepted, fieldsAreNamed, fieldsCanBeShared, fieldsServeThePurpose, legalBasisIsGiven, periodHasNotPassed, periodHasPassed,
  periodIsSound, purposeIsKnown, quotaIsSound, type AgreementSituation,
} from './agreement.rules';

export type AgreementState = 'REQUESTED' | 'ACTIVE' | 'REFUSED' | 'SUSPENDED' | 'EXPIRED';

const APPROVED = 'cn.xueji.accounts.agreement.approved.v1';
const ENDED = 'cn.xueji.accounts.agreement.ended.v1';

const approver = [{ duty: 'REGISTRY_ADMIN', relation: 'approvingBureau' }];

const ended = (state: 'SUSPENDED' | 'EXPIRED') => ({
  emits: [ENDED],
  events: (_: AgreementSituation, after: Agreement) => [{ type: ENDED, key: after.id, data: { agreementId: after.id, state } }],
});

/**
 * ST-AGY-1. A bureau asks on behalf of the agency; the province of the area, or the Ministry for more than one province, approves by another person.
 * What is over does not come back: a new agreement is a new decision.
 */
export const agreementWorkflow = defineWorkflow<AgreementState, Agreement, AgreementInput, AgreementFacts, Actor>({
  name: 'agreement',
  title: { zh: '数据共享协议', en: 'Data-sharing agreement' },
  states: {
    REQUESTED: { zh: '待批准', en: 'requested' },
    ACTIVE: { zh: '有效', en: 'active', deadline: ({ record }) => ({ dueAt: record!.validUntil, rule: 'AGY-IF-02', flagged: false }) },
    REFUSED: { zh: '未批准', en: 'refused', final: true },
    SUSPENDED: { zh: '已停止', en: 'suspended', final: true },
    EXPIRED: { zh: '已到期', en: 'expired', final: true },
  },
  relations: {
    /** an area that does not exist is told by its own rule */
    bureauOfArea: ({ actor, facts }) => actor.scopes.some((scope) => scope === 'bureau.approve' || scope === 'account.issue') && (facts.area === null || facts.area.path.startsWith(actor.path)),
    approvingBureau: ({ record, actor }) => record !== null && (actor.level === 'PROVINCE' ? record.areaPath.startsWith(actor.path) : actor.level === 'MINISTRY' && record.areaPath === actor.path),
    superiorBureau: ({ record, actor }) => record !== null && (actor.level === 'PROVINCE' || actor.level === 'MINISTRY') && record.areaPath.startsWith(actor.path),
    clock: ({ actor }) => actor.accountId === 'system',
  },
  submitter: (agreement) => agreement.submittedBy,
  rows: [
    {
      from: null, command: 'requestAgreement', to: 'REQUESTED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'bureauOfArea' }, { duty: 'PROVINCIAL_ADMIN', relation: 'bureauOfArea' }],
      cites: ['AGY-IF-01', 'AGY-IF-02', 'AGY-IF-06', 'AGY-IF-07', 'AGY-IF-08', 'AGY-IF-09', 'AGY-IF-10'],
      rules: [agencyIsNamed, purposeIsKnown, legalBasisIsGiven, confidentialityIsAccepted, areaExists, areaFitsPurpose, fieldsAreNamed, fieldsCanBeShared, fieldsServeThePurpose, periodIsSound, quotaIsSound],
      apply: ({ input, actor, facts }) => ({
        agencyName: input.agencyName!.trim(), purpose: input.purpose as Purpose, legalBasis: input.legalBasis!.trim(), fields: [...input.fields!].sort(), areaId: facts.area!.id, areaPath: facts.area!.path,
        validFrom: input.validFrom!, validUntil: input.validUntil!, dailyQuota: input.dailyQuota!, submittedBy: actor.accountId, requestedByName: actor.realName, approvedBy: null, approvedByName: null,
      }),
    },
    {
      from: 'REQUESTED', command: 'approveAgreement', to: 'ACTIVE', by: approver, independent: true, cites: ['AGY-IF-02', 'GEN-FLOW-05'], rules: [periodHasNotPassed], emits: [APPROVED],
      apply: ({ actor }) => ({ approvedBy: actor.accountId, approvedByName: actor.realName }),
      events: (_, after) => [{ type: APPROVED, key: after.id, data: { agreementId: after.id, purpose: after.purpose, areaId: after.areaId, validUntil: after.validUntil.toISOString() } }],
    },
    { from: 'REQUESTED', command: 'refuseAgreement', to: 'REFUSED', by: approver, independent: true, needsReason: true, cites: ['AGY-IF-02', 'GEN-FLOW-03'] },
    {
      from: 'ACTIVE', command: 'suspendAgreement', to: 'SUSPENDED', by: [{ duty: 'REGISTRY_ADMIN', relation: 'superiorBureau' }, { duty: 'PROVINCIAL_ADMIN', relation: 'superiorBureau' }],
      needsReason: true, cites: ['AGY-IF-12'], ...ended('SUSPENDED'),
    },
    { from: 'ACTIVE', command: 'expireAgreement', to: 'EXPIRED', by: [{ duty: 'SYSTEM', relation: 'clock' }], cites: ['AGY-IF-02'], rules: [periodHasPassed], ...ended('EXPIRED') },
  ],
});
