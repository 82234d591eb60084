import { addWorkingDays, transferSteps, windowState, type PolicyProfile, type TransferSide } from '@xueji/standards';
import type { FilingRoute } from '../filing/filing.facts';
import type { TransferCase } from '../transfer/transfer.entity';
import { REVIEWS, type ReviewStep } from '../transfer/transfer.terms';
import { PROGRESSION } from '../workflows/progression/progression.workflow';
import { withinProvinceChain } from '../workflows/within-province/within-province.chain';

/** What a case really did at one of its reviews. */
export interface TakenStep {
  step: ReviewStep;
  receivedAt: Date;
  dueAt: Date | null;
  dueFlagged: boolean;
  /** null while it waits */
  leftAt: Date | null;
}

export interface RunStep {
  step: ReviewStep;
  workingDays: number;
  /** null when the case never came so far */
  receivedAt: Date | null;
  /** received at no known instant: the one before it is taken to have used all its time */
  assumed: boolean;
  dueAt: Date | null;
  dueFlagged: boolean;
  /** null when that depends on an assumption */
  overdue: boolean | null;
}

/** How a case goes under a profile. */
export interface Run {
  profileId: string;
  profileEffectiveFrom: string;
  initiator: TransferSide;
  steps: RunStep[];
  reasonKnown: boolean;
  missingDocuments: string[];
  windowOpen: boolean;
  /** the reason it was refused for is one that the policy knows; null where no reviewer refused it */
  refusalKnown: boolean | null;
}

/** Whose differences are told: the filer, the order of the reviews, the days each has, what was late, the reason, the papers, the window, the reason of a refusal. */
export const DryRunAspect = { INITIATOR: 'INITIATOR', STEPS: 'STEPS', WORKING_DAYS: 'WORKING_DAYS', DUE: 'DUE', OVERDUE: 'OVERDUE', REASON: 'REASON', DOCUMENTS: 'DOCUMENTS', WINDOW: 'WINDOW', REFUSAL: 'REFUSAL' } as const;
export type DryRunAspect = keyof typeof DryRunAspect;

export interface Difference {
  aspect: DryRunAspect;
  was: string;
  would: string;
}

type Case = Pick<TransferCase,
  'procedure' | 'stage' | 'outPath' | 'inPath' | 'outAuthorityId' | 'inAuthorityId' | 'chain' | 'createdAt' | 'reasonCode' | 'documents' | 'profileId' | 'profileEffectiveFrom' | 'refusal' | 'outTerms'>;

const unitsAbove = (path: string): string[] => path.split('/').filter(Boolean).slice(0, -1);

/** As `filingFacts` sees two schools: the unit below the province is the city, and the school's own bureau when there is none. */
function routeOf({ stage, outPath, inPath, outAuthorityId, inAuthorityId }: Case): FilingRoute {
  const [outAbove, inAbove] = [unitsAbove(outPath), unitsAbove(inPath)];
  const [outCity, inCity] = [outAbove[2] ?? outAuthorityId, inAbove[2] ?? inAuthorityId];
  return {
    senior: stage === 'SENIOR', sameProvince: outAbove[1] === inAbove[1], sameCity: outCity === inCity, sameCounty: outAuthorityId === inAuthorityId,
    outUnderCity: outAuthorityId === outCity, inUnderCity: inAuthorityId === inCity,
  };
}

/** The chain the profile gives for the schools of the case. The reviews of a progression are the rules' own and no matter of policy [TRF-PROG-03]. */
function chainUnder(transfer: Case, { transfer: policy }: PolicyProfile): { initiator: TransferSide; steps: readonly ReviewStep[] } {
  const route = routeOf(transfer);
  if (transfer.procedure === PROGRESSION) return transfer.chain;
  if (route.sameProvince) return withinProvinceChain(policy, route);
  return { initiator: 'IN_SCHOOL', steps: transferSteps(policy, route).filter((step): step is ReviewStep => step in REVIEWS) };
}

const daysOf = ({ chain }: Case, step: ReviewStep, days: number): number => (step.startsWith('OUT_') ? (chain.outStepWorkingDays ?? days) : days);

/** A refusal by the giving side of another province is that province's own affair [TRF-GEN-09]; one by a system is no reviewer's. */
function knowsRefusal({ refusal, outTerms }: Case, { transfer: { refusalReasons } }: PolicyProfile): boolean | null {
  if (refusal === null || !(refusal.step in REVIEWS)) return null;
  const reasons = (refusal.step.startsWith('OUT_') ? outTerms?.refusalReasons : null) ?? refusalReasons;
  return reasons.some(({ code }) => code === refusal.code);
}

function askedFor(transfer: Case, profile: PolicyProfile): Pick<Run, 'reasonKnown' | 'missingDocuments' | 'windowOpen' | 'refusalKnown'> {
  const refusalKnown = knowsRefusal(transfer, profile);
  // Neither its reason nor its papers are a matter of policy: it names the formalities completed [TRF-PROG-02].
  if (transfer.procedure === PROGRESSION) return { reasonKnown: true, missingDocuments: [], windowOpen: windowState(profile, 'CROSS_PROVINCE_PROGRESSION', transfer.createdAt).open, refusalKnown };
  const reason = profile.transfer.reasons.find(({ code }) => code === transfer.reasonCode);
  const given = new Set(transfer.documents.map(({ kind }) => kind));
  return {
    reasonKnown: reason !== undefined,
    missingDocuments: [...profile.transfer.requiredDocuments, ...(reason?.documents ?? [])].filter((kind) => !given.has(kind)),
    windowOpen: windowState(profile, 'TRANSFER', transfer.createdAt).open,
    refusalKnown,
  };
}

/** How the case went, under the profile it was filed under. */
export function runAsFiled(transfer: Case, taken: readonly TakenStep[], profile: PolicyProfile, now: Date): Run {
  const { initiator, steps, stepWorkingDays } = transfer.chain;
  return {
    profileId: transfer.profileId, profileEffectiveFrom: transfer.profileEffectiveFrom, initiator, ...askedFor(transfer, profile),
    steps: steps.map((step) => {
      const own = taken.find((each) => each.step === step);
      return {
        step, workingDays: daysOf(transfer, step, stepWorkingDays), receivedAt: own?.receivedAt ?? null, assumed: false,
        dueAt: own?.dueAt ?? null, dueFlagged: own?.dueFlagged ?? false, overdue: own?.dueAt ? (own.leftAt ?? now) > own.dueAt : false,
      };
    }),
  };
}

/**
 * How the case would have gone under another profile of the deciding side. A review that it really had comes when it came; one that it had not comes when
 * the review before it was left, or, where that is not known, when its time was over.
 */
export function runUnder(transfer: Case, taken: readonly TakenStep[], profile: PolicyProfile, now: Date): Run {
  const { initiator, steps } = chainUnder(transfer, profile);
  let arrives = { at: transfer.createdAt, assumed: false };
  const run = steps.map((step): RunStep => {
    const own = taken.find((each) => each.step === step);
    const received = own ? { at: own.receivedAt, assumed: false } : arrives;
    const workingDays = daysOf(transfer, step, profile.transfer.stepWorkingDays);
    const { dueAt, flagged } = addWorkingDays(received.at, workingDays);
    arrives = own?.leftAt ? { at: own.leftAt, assumed: false } : { at: dueAt, assumed: true };
    return { step, workingDays, receivedAt: received.at, assumed: received.assumed, dueAt, dueFlagged: flagged, overdue: own ? (own.leftAt ?? now) > dueAt : null };
  });
  return { profileId: profile.id, profileEffectiveFrom: profile.effectiveFrom, initiator, steps: run, ...askedFor(transfer, profile) };
}

const listed = (items: readonly string[]): string => items.join(', ') || '—';

/** In what the two runs differ, a line for each aspect. */
export function differences(was: Run, would: Run): Difference[] {
  // The due instants of a step that never came, or that is new, say nothing about what changes for those that did.
  const common = (run: Run, other: Run) => run.steps.filter((own) => own.receivedAt && other.steps.some(({ step, receivedAt }) => step === own.step && receivedAt));
  const told: Record<DryRunAspect, (run: Run, other: Run) => string> = {
    INITIATOR: ({ initiator }) => initiator,
    STEPS: ({ steps }) => listed(steps.map(({ step }) => step)),
    WORKING_DAYS: (run, other) => listed(run.steps.filter(({ step }) => other.steps.some((each) => each.step === step)).map(({ step, workingDays }) => `${step} ${workingDays}`).sort()),
    DUE: (run, other) => listed(common(run, other).map(({ step, dueAt }) => `${step} ${dueAt?.toISOString() ?? ''}`).sort()),
    OVERDUE: ({ steps }) => listed(steps.filter(({ overdue }) => overdue).map(({ step }) => step).sort()),
    REASON: ({ reasonKnown }) => (reasonKnown ? 'KNOWN' : 'UNKNOWN'),
    DOCUMENTS: ({ missingDocuments }) => listed(missingDocuments),
    WINDOW: ({ windowOpen }) => (windowOpen ? 'OPEN' : 'CLOSED'),
    REFUSAL: ({ refusalKnown }) => (refusalKnown === null ? '—' : refusalKnown ? 'KNOWN' : 'UNKNOWN'),
  };
  return Object.values(DryRunAspect).flatMap((aspect) => {
    const [before, after] = [told[aspect](was, would), told[aspect](would, was)];
    return before === after ? [] : [{ aspect, was: before, would: after }];
  });
}
