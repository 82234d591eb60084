import { cstDate, endOfCstDay, startOfCstDay, type CstDay } from './cst-day';
import { fault, type Fault, type Severity } from './fault';

export const BUSINESS_FUNCTIONS = [
  'NEWCOMER_REGISTRATION', 'GRADUATION', 'PROMOTION', 'TRANSFER', 'CROSS_PROVINCE_PROGRESSION',
  'PRESCHOOL_ENTRY', 'PRESCHOOL_GRADUATION', 'PRESCHOOL_PROMOTION', 'SCHOOL_CODE_EXERCISE',
] as const;
/** TRANSFER is within and across provinces alike. */
export type BusinessFunction = (typeof BUSINESS_FUNCTIONS)[number];

/** What being outside the window means: refused; accepted and listed as late; accepted with a stated reason. */
export type OutsideWindow = 'REFUSED' | 'LATE' | 'NEEDS_REASON';

/** Both days inclusive, `MM-DD` in China; `to` before `from` runs over the new year. */
export interface BusinessWindow {
  readonly from: string;
  readonly to: string;
  readonly outside: OutsideWindow;
  readonly rule: string;
}

export type TransferSide = 'OUT_SCHOOL' | 'IN_SCHOOL';
/** A step of a transfer, named after who takes it. Schools stand for their leader, bureaus for the competent one. */
export type TransferStep =
  | TransferSide | 'OUT_COUNTY' | 'IN_COUNTY' | 'OUT_CITY' | 'IN_CITY' | 'MINISTRY_CHECK';

export interface Choice {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

export interface TransferReason extends Choice {
  /** Document kinds wanted beside `TransferPolicy.requiredDocuments`. */
  readonly documents: readonly string[];
}

export interface TransferPolicy {
  readonly initiator: TransferSide;
  readonly initiatorRule: string;
  /** Reviews in order within a province, compulsory stage, one city, two counties; the initiator is not among them. */
  readonly withinProvince: readonly TransferStep[];
  /** Appended for the senior stage and across cities; the second falls away inside one city. */
  readonly cityReviews: readonly TransferStep[];
  /** The receiving school always initiates across provinces [TRF-INTER-01]. */
  readonly acrossProvinces: readonly TransferStep[];
  /** Working days each reviewer has from the moment the case reached him. */
  readonly stepWorkingDays: number;
  readonly stepRule: string;
  /** Working days after receipt on which the reviewer is reminded [TRF-SLA-03]. */
  readonly reminderAfterWorkingDays: number;
  readonly reasons: readonly TransferReason[];
  /** There is no catch-all: it would let the network back in as a reason [TRF-GEN-01]. */
  readonly refusalReasons: readonly Choice[];
  /** Document kinds every case needs. */
  readonly requiredDocuments: readonly string[];
}

export interface NewcomerPolicy {
  /** The school's leader reviews before the bureau does [ST-REG-1]. */
  readonly schoolReview: boolean;
  /** Entry goes through the pre-review of the competent authority [ST-REG-4]. */
  readonly preReview: boolean;
  /** A pupil without an ID number may be reported under a guardian's [REG-NUM-05]. */
  readonly guardianIdentity: boolean;
  /** An active preschool record blocks a K-12 one [REG-ENROL-10]. */
  readonly preschoolRecordBlocks: boolean;
  /** The paper and electronic archive is complete this many months after entry. */
  readonly archiveMonths: number;
  /** A pupil recorded without an ID card has this many months to get one [REG-PROB-05]. */
  readonly identityMonths: number;
  readonly reformSchools: boolean;
}

export interface GraduationPolicy {
  readonly compulsoryReviewed: boolean;
  readonly seniorReviewed: boolean;
  /** SCHOOL: each school promotes after the bureau's sign-off; SCHEDULED: one job for the province on `promotionDay`. */
  readonly promotion: 'SCHOOL' | 'SCHEDULED';
  /** `MM-DD`, null unless SCHEDULED. */
  readonly promotionDay: string | null;
  /** `MM-DD` */
  readonly schoolYearStart: string;
}

export interface StatusChangePolicy {
  readonly suspensionReasons: readonly Choice[];
  readonly deathReportWorkingDays: number;
}

export interface ClassSizePolicy {
  /** More pupils than this raise a warning. */
  readonly warnAbove: { readonly PRIMARY: number; readonly JUNIOR: number; readonly SENIOR: number };
  readonly largeFrom: number;
  readonly superLargeFrom: number;
  /** Refuse instead of warn [REG-CLASS-02]. */
  readonly refuse: boolean;
}

export interface PreschoolPolicy {
  readonly handoverWorkingDays: number;
  readonly accidentWorkingDays: number;
  readonly declarationWorkingDays: number;
  readonly archiveMonths: number;
  readonly changeMonths: number;
  /** Day of the month by which institutions finish their updates. */
  readonly monthlyUpdateDay: number;
}

export interface DeskPolicy {
  /** Calendar days without a reply after which an answered ticket closes. */
  readonly closeAnsweredAfterDays: number;
  /** Whether a duty may be given without a training certificate [HLP-TRAIN-03]. */
  readonly certificate: 'OFF' | 'WARN' | 'REFUSE';
  /** 1 bureaus and schools, 2 also teachers, 3 also parents. */
  readonly rolloutPhase: 1 | 2 | 3;
}

export interface ReportPolicy {
  /** Day of the month the province reports to the Ministry [OPS-REPORT-01]. */
  readonly nationalDay: number;
  /** Day of the month cities report to the province [OPS-REPORT-07]; null where they need not. */
  readonly provincialDay: number | null;
}

export interface AccountPolicy {
  readonly passwordMaxAgeDays: number;
  readonly passwordWarnDays: number;
}

interface PolicySections {
  readonly transfer: TransferPolicy;
  readonly newcomer: NewcomerPolicy;
  readonly graduation: GraduationPolicy;
  readonly statusChange: StatusChangePolicy;
  readonly classSize: ClassSizePolicy;
  readonly preschool: PreschoolPolicy;
  readonly desk: DeskPolicy;
  readonly report: ReportPolicy;
  readonly account: AccountPolicy;
}

/** The policy of a province, or of the country, while it is in force. */
export interface PolicyProfile extends PolicySections {
  /** One name for all versions of a profile, `SHAANXI`. */
  readonly id: string;
  /** Two digits; null for the national profile. */
  readonly province: string | null;
  readonly zh: string;
  readonly en: string;
  readonly effectiveFrom: CstDay;
  /** Last day in force; null while no later version is known. */
  readonly effectiveTo: CstDay | null;
  /** Null = always open. */
  readonly windows: Readonly<Record<BusinessFunction, BusinessWindow | null>>;
}

/** What a profile says that differs from the one it inherits from. */
export type PolicyOverlay =
  & Pick<PolicyProfile, 'id' | 'province' | 'zh' | 'en' | 'effectiveFrom' | 'effectiveTo'>
  & { readonly windows?: Partial<PolicyProfile['windows']> }
  & { readonly [Section in keyof PolicySections]?: Partial<PolicySections[Section]> };

/** The reasons a province can choose from, each with the papers that it usually wants. */
export const TRANSFER_REASONS: readonly TransferReason[] = [
  { code: 'HOUSEHOLD_MOVED', zh: '户籍迁移', en: 'Household registration moved', documents: ['HOUSEHOLD_REGISTER'] },
  { code: 'RESIDENCE_MOVED', zh: '家庭住址变更', en: 'Family moved house', documents: ['RESIDENCE_PROOF'] },
  { code: 'PARENT_WORK_MOVED', zh: '父母工作调动', en: "Parent's work moved", documents: ['EMPLOYMENT_PROOF'] },
  { code: 'MIGRANT_CHILD', zh: '进城务工人员随迁', en: 'Moves with a migrant-worker parent', documents: ['RESIDENCE_PERMIT', 'EMPLOYMENT_PROOF'] },
  { code: 'RETURN_TO_HOUSEHOLD_PLACE', zh: '返回户籍地就读', en: 'Returns to the place of household registration', documents: ['HOUSEHOLD_REGISTER'] },
  { code: 'HEALTH', zh: '身体原因', en: 'Health', documents: ['MEDICAL_PROOF'] },
  { code: 'OTHER', zh: '其他原因', en: 'Other reason', documents: ['OTHER_PROOF'] },
];

/** All there is: no province adds the network to them [TRF-GEN-01]. */
export const REFUSAL_REASONS: readonly Choice[] = [
  { code: 'CONDITION_NOT_MET', zh: '不符合转学条件', en: 'Conditions for a transfer not met' },
  { code: 'DOCUMENT_MISSING', zh: '证明材料不全', en: 'Documents incomplete' },
  { code: 'DOCUMENT_NOT_GENUINE', zh: '证明材料不实', en: 'Documents not genuine' },
  { code: 'DATA_WRONG', zh: '学生信息有误', en: "Pupil's data wrong" },
  { code: 'CLASS_FULL', zh: '班额已满', en: 'No place in the class' },
  { code: 'GUARDIAN_CHANGED_MIND', zh: '监护人放弃转学', en: 'Guardian gave up the transfer' },
];

/** Kinds of document a case can carry. */
export const DOCUMENT_KINDS: readonly Choice[] = [
  { code: 'GUARDIAN_APPLICATION', zh: '监护人书面申请', en: "Guardian's written application" },
  { code: 'HUKOU_AUTHORITY_PROOF', zh: '户籍部门出具的证明', en: 'Proof from the household-registration authority' },
  { code: 'HOUSEHOLD_REGISTER', zh: '户口簿', en: 'Household register' },
  { code: 'RESIDENCE_PROOF', zh: '居住证明或房产证明', en: 'Proof of residence or title deed' },
  { code: 'RESIDENCE_PERMIT', zh: '居住证', en: 'Residence permit' },
  { code: 'EMPLOYMENT_PROOF', zh: '务工就业或工作调动证明', en: 'Proof of employment or of a work move' },
  { code: 'MEDICAL_PROOF', zh: '医疗机构证明', en: 'Medical proof' },
  { code: 'OTHER_PROOF', zh: '其他证明', en: 'Other proof' },
];

const NATIONAL_2013: PolicyProfile = {
  id: 'NATIONAL_2013',
  province: null,
  zh: '中小学生学籍管理办法（2013）',
  en: 'National measures of 2013',
  effectiveFrom: '2013-09-01',
  effectiveTo: '2025-01-02',
  windows: {
    NEWCOMER_REGISTRATION: null,
    GRADUATION: null,
    PROMOTION: null,
    TRANSFER: null,
    CROSS_PROVINCE_PROGRESSION: null,
    PRESCHOOL_ENTRY: { from: '09-01', to: '09-30', outside: 'NEEDS_REASON', rule: 'PRE-DATA-06' },
    PRESCHOOL_GRADUATION: { from: '07-01', to: '07-31', outside: 'NEEDS_REASON', rule: 'PRE-DATA-06' },
    PRESCHOOL_PROMOTION: { from: '08-01', to: '08-31', outside: 'NEEDS_REASON', rule: 'PRE-DATA-06' },
    SCHOOL_CODE_EXERCISE: null,
  },
  transfer: {
    initiator: 'IN_SCHOOL',
    initiatorRule: 'TRF-INTRA-04',
    withinProvince: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY'],
    cityReviews: ['OUT_CITY', 'IN_CITY'],
    acrossProvinces: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'MINISTRY_CHECK'],
    stepWorkingDays: 10,
    stepRule: 'TRF-GEN-03',
    reminderAfterWorkingDays: 8,
    reasons: TRANSFER_REASONS,
    refusalReasons: REFUSAL_REASONS,
    requiredDocuments: ['GUARDIAN_APPLICATION'],
  },
  newcomer: {
    schoolReview: true, preReview: false, guardianIdentity: false, preschoolRecordBlocks: false,
    archiveMonths: 1, identityMonths: 3, reformSchools: true,
  },
  graduation: {
    compulsoryReviewed: false, seniorReviewed: false, promotion: 'SCHOOL', promotionDay: null, schoolYearStart: '09-01',
  },
  statusChange: {
    suspensionReasons: [
      { code: 'INJURY_OR_ILLNESS', zh: '伤病', en: 'Injury or illness' },
      { code: 'FORCE_MAJEURE', zh: '不可抗拒的原因', en: 'Force majeure' },
    ],
    deathReportWorkingDays: 10,
  },
  classSize: { warnAbove: { PRIMARY: 45, JUNIOR: 50, SENIOR: 50 }, largeFrom: 56, superLargeFrom: 66, refuse: false },
  preschool: {
    handoverWorkingDays: 30, accidentWorkingDays: 30, declarationWorkingDays: 5, archiveMonths: 1, changeMonths: 1, monthlyUpdateDay: 25,
  },
  desk: { closeAnsweredAfterDays: 7, certificate: 'WARN', rolloutPhase: 3 },
  report: { nationalDay: 5, provincialDay: null },
  account: { passwordMaxAgeDays: 90, passwordWarnDays: 14 },
};

const NATIONAL: readonly PolicyProfile[] = [
  NATIONAL_2013,
  {
    ...NATIONAL_2013,
    id: 'NATIONAL_2025',
    zh: '中小学生学籍管理办法（2025年修订）',
    en: 'National measures, 2025 revision',
    effectiveFrom: '2025-01-03',
    effectiveTo: null,
    newcomer: { ...NATIONAL_2013.newcomer, archiveMonths: 2 },
  },
];

/** The first days in force of provincial profiles are ours: the sources give the year, or only what they build on. */
const PROVINCIAL: readonly PolicyOverlay[] = [
  {
    id: 'SHAANXI',
    province: '61',
    zh: '陕西省学籍系统运行规定（2014）',
    en: 'Shaanxi notice of 2014',
    effectiveFrom: '2014-08-01',
    effectiveTo: null,
    windows: {
      NEWCOMER_REGISTRATION: { from: '08-25', to: '09-20', outside: 'REFUSED', rule: 'REG-ENROL-08' },
      // Only the last day is given; the cycle is taken to start on 1 June.
      GRADUATION: { from: '06-01', to: '08-10', outside: 'LATE', rule: 'REG-GRAD-02' },
      PROMOTION: { from: '06-01', to: '08-10', outside: 'LATE', rule: 'REG-GRAD-02' },
      // "From 1 October": read as until the end of that school year, so August and September stay closed.
      TRANSFER: { from: '10-01', to: '07-31', outside: 'REFUSED', rule: 'TRF-GEN-05' },
      CROSS_PROVINCE_PROGRESSION: { from: '09-20', to: '09-30', outside: 'REFUSED', rule: 'TRF-PROG-05' },
      SCHOOL_CODE_EXERCISE: { from: '01-01', to: '09-20', outside: 'LATE', rule: 'CODE-APPLY-05' },
    },
    transfer: {
      initiator: 'OUT_SCHOOL',
      withinProvince: ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'],
      stepWorkingDays: 3,
      reminderAfterWorkingDays: 2,
    },
  },
  {
    id: 'ANHUI',
    province: '34',
    zh: '安徽省中小学生学籍信息化管理办法',
    en: 'Anhui rules',
    effectiveFrom: '2013-09-01',
    effectiveTo: null,
    windows: {
      // Entry and review finish by 30 September; opening with the new school year is ours.
      NEWCOMER_REGISTRATION: { from: '08-01', to: '09-30', outside: 'REFUSED', rule: 'REG-ENROL-09' },
      GRADUATION: { from: '06-01', to: '07-31', outside: 'LATE', rule: 'REG-GRAD-06' },
    },
    newcomer: { preReview: true, guardianIdentity: true, preschoolRecordBlocks: true },
    graduation: { seniorReviewed: true, promotion: 'SCHEDULED', promotionDay: '08-01', schoolYearStart: '08-01' },
  },
  {
    id: 'HENAN',
    province: '41',
    zh: '河南省学籍系统建设通知（2013）',
    en: 'Henan notice of 2013',
    effectiveFrom: '2013-09-01',
    effectiveTo: null,
    report: { provincialDay: 3 },
  },
];

/**
 * Every version of every profile, complete: overlays are laid over each national version they overlap with.
 * A deployment whose conditions differ resolves its own overlays the same way [GEN-SCOPE-07].
 */
export function resolveProfiles(
  national: readonly PolicyProfile[] = NATIONAL,
  overlays: readonly PolicyOverlay[] = PROVINCIAL,
): readonly PolicyProfile[] {
  return [...national, ...overlays.flatMap((overlay) => national.flatMap((base) => lay(overlay, base) ?? []))];
}

function lay(overlay: PolicyOverlay, base: PolicyProfile): PolicyProfile | null {
  const effectiveFrom = overlay.effectiveFrom > base.effectiveFrom ? overlay.effectiveFrom : base.effectiveFrom;
  const ends = [overlay.effectiveTo, base.effectiveTo].filter((day) => day !== null).sort();
  const effectiveTo = ends[0] ?? null;
  if (effectiveTo !== null && effectiveTo < effectiveFrom) return null;
  return {
    id: overlay.id, province: overlay.province, zh: overlay.zh, en: overlay.en, effectiveFrom, effectiveTo,
    windows: { ...base.windows, ...overlay.windows },
    transfer: { ...base.transfer, ...overlay.transfer },
    newcomer: { ...base.newcomer, ...overlay.newcomer },
    graduation: { ...base.graduation, ...overlay.graduation },
    statusChange: { ...base.statusChange, ...overlay.statusChange },
    classSize: { ...base.classSize, ...overlay.classSize },
    preschool: { ...base.preschool, ...overlay.preschool },
    desk: { ...base.desk, ...overlay.desk },
    report: { ...base.report, ...overlay.report },
    account: { ...base.account, ...overlay.account },
  };
}

export const POLICY_PROFILES: readonly PolicyProfile[] = resolveProfiles();

/**
 * The profile in force at an instant for a province (two digits or any division code inside it; null for the Ministry).
 * Falls back to the national one, and before the first national version to that one.
 */
export function profileFor(
  provinceCode: string | null,
  at: Date,
  profiles: readonly PolicyProfile[] = POLICY_PROFILES,
): PolicyProfile {
  const day = cstDate(at);
  const province = provinceCode?.slice(0, 2) ?? null;
  const inForce = profiles.filter((p) => p.effectiveFrom <= day && (p.effectiveTo === null || day <= p.effectiveTo));
  return inForce.find((p) => p.province === province) ?? inForce.find((p) => p.province === null) ?? profiles[0]!;
}

export interface WindowState {
  /** May the function be used now at all? */
  readonly open: boolean;
  /** Within the window; false with `open` means late, or a reason is needed. */
  readonly onTime: boolean;
  /** Bounds of the window meant: the current one, the last one when late, else the next. Null = always open. */
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly outside: OutsideWindow | null;
  readonly rule: string;
}

/** The state of a business window at an instant [GEN-FLOW-07]. */
export function windowState(profile: PolicyProfile, fn: BusinessFunction, at: Date): WindowState {
  const window = profile.windows[fn];
  if (window === null) return { open: true, onTime: true, opensAt: null, closesAt: null, outside: null, rule: 'GEN-FLOW-07' };
  const day = cstDate(at);
  const year = Number(day.slice(0, 4));
  const occurrences = [-1, 0, 1].map((step) => {
    const from = `${year + step}-${window.from}`;
    const to = `${window.to < window.from ? year + step + 1 : year + step}-${window.to}`;
    return { from, to };
  });
  const current = occurrences.find(({ from, to }) => from <= day && day <= to);
  const meant = current
    ?? (window.outside === 'LATE' ? occurrences.findLast(({ to }) => to < day) : occurrences.find(({ from }) => from > day))!;
  return {
    open: current !== undefined || window.outside !== 'REFUSED',
    onTime: current !== undefined,
    opensAt: startOfCstDay(meant.from),
    closesAt: endOfCstDay(meant.to),
    outside: window.outside,
    rule: window.rule,
  };
}

/** What to tell whoever comes outside the window, naming it; null inside. A warning where it is not refused. */
export function windowFault(profile: PolicyProfile, fn: BusinessFunction, at: Date): Fault | null {
  const state = windowState(profile, fn, at);
  if (state.onTime) return null;
  const from = cstDate(state.opensAt!);
  const to = cstDate(state.closesAt!);
  const severity: Severity = state.open ? 'warning' : 'error';
  return fault('WINDOW_CLOSED', state.rule, `不在业务开放时间内（${from}至${to}）`, `Outside the window ${from} to ${to}`, severity);
}

export interface TransferRoute {
  readonly senior: boolean;
  readonly sameProvince: boolean;
  readonly sameCity: boolean;
  readonly sameCounty: boolean;
}

/** Reviews in order for a case, without its initiator: a bureau competent for both schools acts once [TRF-INTRA-02, TRF-INTRA-03]. */
export function transferSteps(policy: TransferPolicy, route: TransferRoute): readonly TransferStep[] {
  if (!route.sameProvince) return policy.acrossProvinces;
  const { withinProvince, cityReviews } = policy;
  const throughCities = route.senior || !route.sameCity;
  const steps = throughCities ? [...withinProvince, ...cityReviews.filter((step) => !withinProvince.includes(step))] : withinProvince;
  const actsAlready = (step: TransferStep): boolean =>
    (route.sameCounty && step === 'IN_COUNTY' && steps.includes('OUT_COUNTY')) || (route.sameCity && step === 'IN_CITY' && steps.includes('OUT_CITY'));
  return steps.filter((step) => !actsAlready(step));
}
