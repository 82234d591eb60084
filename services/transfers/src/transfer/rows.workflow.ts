import type { Actor } from '@xueji/platform';
import { addWorkingDays } from '@xueji/standards';
import type { DraftEvent, Row, StateDefinition } from '@xueji/workflow';
import type { RefuseMoveInput } from './move.inputs';
import type { ReviewInput } from './review.inputs';
import { reasonsToRefuse, refusalReasonIsInProfile, type ReviewSituation } from './review.rules';
import type { TransferCase } from './transfer.entity';
import { REVIEWS, WAITS, type Party, type ReviewChain, type ReviewStep, type TransferState } from './transfer.terms';

/** A row that looks at nothing of its own: it fits into the table of any procedure. */
export type SharedRow = Row<TransferState, TransferCase, object, object, Actor>;
export type SharedState = StateDefinition<TransferCase, object, object, Actor>;

export const typeOf = (event: string) => `cn.xueji.transfers.transfer.${event}.v1`;

/** What a row tells: the parties, and more. */
export const tells = (event: string, more: (s: ReviewSituation, after: TransferCase) => object = () => ({})): Pick<SharedRow, 'emits' | 'events'> => ({
  emits: [typeOf(event)],
  events: (s, after): DraftEvent[] => [{
    type: typeOf(event),
    key: after.studentId,
    data: { transferId: after.id, studentId: after.studentId, outSchoolId: after.outSchoolId, inSchoolId: after.inSchoolId, ...more(s, after) },
  }],
});

/** What every step tells those who watch: where the schools lie and whom the case waits for. Keyed by the case, for it names no pupil. */
export const stepTaken = (after: TransferCase): DraftEvent => {
  const waits = WAITS[after.state];
  const organizationId = waits && after[waits.party];
  return {
    type: 'cn.xueji.transfers.transferStep.taken.v1',
    key: after.id,
    data: { transferId: after.id, paths: [...new Set([after.outPath, after.inPath])], ...(organizationId && { awaits: { organizationId, duty: waits.duty } }) },
  };
};

export const takesPart = (party: Party) => ({ record, actor }: ReviewSituation) => record !== null && record[party] === actor.organizationId;
export const isSystem = ({ actor }: ReviewSituation) => actor.accountId === 'system';
export const bySystem = [{ duty: 'SYSTEM', relation: 'system' }];

/** Each side has the working days that its own province gives it, from the moment the case reached it [TRF-GEN-03]. */
export const dueAfter = (chain: ReviewChain, step: ReviewStep, rule: string): NonNullable<SharedState['deadline']> => {
  const days = step.startsWith('OUT_') ? (chain.outStepWorkingDays ?? chain.stepWorkingDays) : chain.stepWorkingDays;
  return (s) => ({ ...addWorkingDays(s.now, days), rule });
};

const MOVING_MS = 24 * 3_600_000;

/**
 * The registry moves custody within seconds, so a day means that something is broken. No province sets it: it is no matter of policy but of machines, which
 * know no holidays. Nobody is ever in limbo without a deadline [GEN-FLOW-08].
 */
export const MOVING_DEADLINE: NonNullable<SharedState['deadline']> = ({ now }) => ({ dueAt: new Date(now.getTime() + MOVING_MS), rule: 'GEN-FLOW-08', flagged: false });

/** A reviewer does not agree, for a reason that the policy knows. */
export const refuseRow = (step: ReviewStep, from: TransferState, rules: NonNullable<SharedRow['rules']> = [], cites: readonly string[] = []): SharedRow => ({
  from, command: 'refuse', to: 'REJECTED', by: [{ duty: REVIEWS[step].duty, relation: step }], independent: true, needsReason: true, cites: ['GEN-FLOW-03', 'TRF-GEN-04', ...cites],
  rules: [refusalReasonIsInProfile, ...rules],
  apply: (s) => {
    const { reasonCode, reason } = s.input as ReviewInput;
    const { code, zh, en } = reasonsToRefuse(s.record!).find((each) => each.code === reasonCode)!;
    return { refusal: { step, code, rule: 'GEN-FLOW-03', zh, en, text: reason! } };
  },
  ...tells('rejected', () => ({ atStep: step })),
});

/** Custody has moved. */
export const confirmMoveRow = (cites: readonly string[]): SharedRow => ({ from: 'MOVING', command: 'confirmMove', to: 'COMPLETED', by: bySystem, cites, ...tells('completed') });

/** The registry, which owns custody, says that it cannot move. */
export const refuseMoveRow = (from: TransferState | readonly TransferState[], cites: readonly string[]): SharedRow => ({
  from, command: 'refuseMove', to: 'REJECTED', by: bySystem, needsReason: true, cites: [...cites, 'GEN-FLOW-03'],
  apply: (s) => {
    const { code, rule, zh, en } = s.input as RefuseMoveInput;
    return { refusal: { step: 'REGISTRY', code, rule, zh, en, text: null } };
  },
  ...tells('rejected', () => ({ atStep: 'REGISTRY' })),
});

export const ENDS: Readonly<Record<'COMPLETED' | 'REJECTED' | 'WITHDRAWN', SharedState>> = {
  COMPLETED: { zh: '已完成', en: 'completed', final: true },
  REJECTED: { zh: '未同意', en: 'rejected', final: true },
  WITHDRAWN: { zh: '已撤销', en: 'withdrawn', final: true },
};
