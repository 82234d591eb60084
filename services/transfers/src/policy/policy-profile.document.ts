import { canonicalJson } from '@xueji/platform';
import {
  BUSINESS_FUNCTIONS, DOCUMENT_KINDS, endOfCstDay, findRule, isCstDay, POLICY_PROFILES, profileFor, REFUSAL_REASONS, startOfCstDay, TRANSFER_REASONS, windowState,
  type BusinessFunction, type BusinessWindow, type PolicyProfile, type TransferPolicy,
} from '@xueji/standards';
import { WorkflowDefinitionError } from '@xueji/workflow';
import { z } from 'zod';
import type { FilingRoute } from '../filing/filing.facts';
import { ReviewStep } from '../transfer/transfer.terms';
import { crossProvinceChain } from '../workflows/cross-province/cross-province.chain';
import { crossProvince } from '../workflows/cross-province/cross-province.workflow';
import { progressionChain } from '../workflows/progression/progression.chain';
import { DATA_FAULT } from '../workflows/progression/progression.rules';
import { progression } from '../workflows/progression/progression.workflow';
import { withinProvinceChain } from '../workflows/within-province/within-province.chain';
import { withinProvince } from '../workflows/within-province/within-province.workflow';
import type { PolicyDocument, ProfileFault, WrittenProfile } from './policy-profile.terms';

const textUpTo = (longest: number) => z.string().trim().min(1).max(longest).regex(/^\P{Cc}*$/u);
const text = textUpTo(200);
const count = (largest: number) => z.int().min(1).max(largest);
const ruleId = z.string().refine((id) => findRule(id) !== null, { error: 'no rule has this ID' });
const oneOf = <T extends string>(values: readonly T[]) => z.enum(values as readonly [T, ...T[]]);
const codesOf = (choices: readonly { code: string }[]) => choices.map(({ code }) => code);
// A year without a 29 February stands for all: what does not come every year is no day of a window.
const monthDay = z.string().refine((day) => isCstDay(`2025-${day}`), { error: 'not a day MM-DD that every year has' });
const choice = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z_]{1,39}$/), zh: text, en: text });
const chosen = (choices: readonly { code: string }[]) => choice.extend({ code: oneOf(codesOf(choices)) });
const documentKind = oneOf(codesOf(DOCUMENT_KINDS));

const window = z.strictObject({ from: monthDay, to: monthDay, outside: z.enum(['REFUSED', 'LATE', 'NEEDS_REASON']), rule: ruleId }).nullable();
const windows = z.record(z.enum(BUSINESS_FUNCTIONS), window);

const review = oneOf(Object.values(ReviewStep));
const transfer = z.strictObject({
  initiator: z.enum(['OUT_SCHOOL', 'IN_SCHOOL']),
  initiatorRule: ruleId,
  withinProvince: z.array(review).max(12),
  cityReviews: z.array(z.enum(['OUT_CITY', 'IN_CITY'])),
  acrossProvinces: z.array(oneOf([...Object.values(ReviewStep), 'MINISTRY_CHECK'])),
  stepWorkingDays: count(60),
  stepRule: ruleId,
  reminderAfterWorkingDays: count(60),
  reasons: z.array(chosen(TRANSFER_REASONS).extend({ documents: z.array(documentKind) })).min(1),
  refusalReasons: z.array(chosen(REFUSAL_REASONS)).min(1),
  requiredDocuments: z.array(documentKind),
});

const flag = z.boolean();
const dayOfMonth = count(28);

/** The shape of a whole document, nothing more and nothing less. */
export const policyDocument: z.ZodType<PolicyDocument> = z.strictObject({
  windows,
  transfer,
  newcomer: z.strictObject({ schoolReview: flag, preReview: flag, guardianIdentity: flag, preschoolRecordBlocks: flag, archiveMonths: count(24), identityMonths: count(24), reformSchools: flag }),
  graduation: z.strictObject({ compulsoryReviewed: flag, seniorReviewed: flag, promotion: z.enum(['SCHOOL', 'SCHEDULED']), promotionDay: monthDay.nullable(), schoolYearStart: monthDay }),
  statusChange: z.strictObject({ suspensionReasons: z.array(choice), deathReportWorkingDays: count(60) }),
  classSize: z.strictObject({ warnAbove: z.strictObject({ PRIMARY: count(200), JUNIOR: count(200), SENIOR: count(200) }), largeFrom: count(200), superLargeFrom: count(200), refuse: flag }),
  preschool: z.strictObject({
    handoverWorkingDays: count(200), accidentWorkingDays: count(200), declarationWorkingDays: count(200), archiveMonths: count(24), changeMonths: count(24), monthlyUpdateDay: dayOfMonth,
  }),
  desk: z.strictObject({ closeAnsweredAfterDays: count(365), certificate: z.enum(['OFF', 'WARN', 'REFUSE']), rolloutPhase: z.union([z.literal(1), z.literal(2), z.literal(3)]) }),
  report: z.strictObject({ nationalDay: dayOfMonth, provincialDay: dayOfMonth.nullable() }),
  account: z.strictObject({ passwordMaxAgeDays: count(3650), passwordWarnDays: count(365) }),
});

const day = z.string().refine(isCstDay, { error: 'not a day YYYY-MM-DD' });
const heading = z.object({ profileId: z.string().regex(/^[A-Z][A-Z0-9_]{1,39}$/), zh: text, en: text, effectiveFrom: day, effectiveTo: day.nullable(), legalSource: textUpTo(500) });

/** Which rule a part of a profile follows; the longest path that fits. */
const RULES: readonly [string, string][] = [
  ['transfer.initiator', 'TRF-INTRA-04'], ['transfer.withinProvince', 'TRF-INTRA-01'], ['transfer.cityReviews', 'TRF-INTRA-02'], ['transfer.acrossProvinces', 'TRF-INTER-01'],
  ['transfer.stepWorkingDays', 'TRF-GEN-03'], ['transfer.reminderAfterWorkingDays', 'TRF-SLA-03'], ['transfer.refusalReasons', 'TRF-GEN-01'], ['transfer', 'TRF-GEN-09'], ['windows', 'GEN-FLOW-07'],
];
const ruleOf = (path: string): string => RULES.find(([part]) => path === part || path.startsWith(`${part}.`))?.[1] ?? 'GEN-SCOPE-07';

/** The same JSON, whatever the order of its keys. */
const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

const fault = (path: string, code: string, zh: string, en: string, rule = ruleOf(path)): ProfileFault => ({ path, code, rule, zh, en });

const at = (given: unknown, path: readonly PropertyKey[]): unknown => path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], given);

/** Faults of the shape, all of them. */
function faultsOfShape(schema: z.ZodType, given: unknown): ProfileFault[] {
  const { error } = schema.safeParse(given);
  return (error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => fault([...issue.path, key].join('.'), 'PROFILE_FIELD_UNKNOWN', '没有该项', 'There is no such field'));
    if (at(given, issue.path) === undefined) return [fault(path, 'PROFILE_FIELD_MISSING', '缺少该项', 'This field is missing')];
    if (issue.code === 'invalid_value') return [fault(path, 'PROFILE_VALUE_UNKNOWN', `须为以下之一：${issue.values.join('、')}`, `Must be one of ${issue.values.join(', ')}`)];
    return [fault(path, 'PROFILE_FIELD_INVALID', `取值不符合要求（${issue.message}）`, issue.message)];
  });
}

/** Every way two schools of a province can lie to each other: chains differ by it. */
const ROUTES: readonly FilingRoute[] = [false, true].flatMap((senior) =>
  [[true, true], [true, false], [false, false]].flatMap(([sameCity, sameCounty]) =>
    [false, true].flatMap((outUnderCity) => [false, true].map((inUnderCity) => ({ senior, sameProvince: true, sameCity: sameCity!, sameCounty: sameCounty!, outUnderCity, inUnderCity })))));

/** What the engine says against a table: one that it would not start with is none that a case may follow. */
function faultsOfTable(path: string, build: () => unknown): ProfileFault[] {
  try {
    build();
    return [];
  } catch (error) {
    if (!(error instanceof WorkflowDefinitionError)) throw error;
    return error.faults.map((said) => fault(path, 'PROFILE_CHAIN_BROKEN', `该审核链无法办结：${said}`, `This chain cannot be run: ${said}`, 'GEN-FLOW-02'));
  }
}

const ACROSS = ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'MINISTRY_CHECK'];

function faultsOfChains(policy: Pick<TransferPolicy, 'initiator' | 'withinProvince' | 'cityReviews' | 'acrossProvinces'>): ProfileFault[] {
  const { initiator, withinProvince: steps, cityReviews, acrossProvinces } = policy;
  // Days are looked at by themselves; here any will do.
  const whole = { ...policy, stepWorkingDays: 1 } as TransferPolicy;
  const both = { profile: { transfer: whole }, outProfile: { transfer: whole } } as unknown as { profile: PolicyProfile; outProfile: PolicyProfile };
  const others = (['OUT_SCHOOL', 'IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'] as const).filter((step) => step !== initiator);
  return [
    ...ROUTES.flatMap((route) => faultsOfTable('transfer.withinProvince', () => withinProvince(withinProvinceChain(whole, route)))),
    ...(steps.includes(initiator) ? [fault('transfer.withinProvince', 'PROFILE_REVIEWS_ITSELF', `发起方${initiator}不能审核自己的申请`, `${initiator} files and cannot review its own application`, 'GEN-FLOW-05')] : []),
    ...others.filter((step) => !steps.includes(step)).map((step) => fault(
      'transfer.withinProvince', 'PROFILE_SIDE_MISSING', `缺少环节${step}：两校及双方主管部门都须参与`, `${step} is missing: both schools and the bureau of each take part`,
      initiator === 'OUT_SCHOOL' ? 'TRF-INTRA-01' : 'TRF-INTRA-04',
    )),
    ...(isSame([...cityReviews].sort(), ['IN_CITY', 'OUT_CITY']) ? [] : [fault('transfer.cityReviews', 'PROFILE_SIDE_MISSING', '双方市级各审核一次', 'The cities of both sides review, once each')]),
    ...(isSame(acrossProvinces, ACROSS)
      ? [...faultsOfTable('transfer.acrossProvinces', () => crossProvince(crossProvinceChain(both))), ...faultsOfTable('transfer', () => progression(progressionChain(both)))]
      : [fault('transfer.acrossProvinces', 'PROFILE_CHAIN_FIXED', `跨省转学的环节和次序全国统一：${ACROSS.join('、')}`, `Across provinces the order is the same for all: ${ACROSS.join(', ')}`)]),
  ];
}

const repeated = (values: readonly string[]): string[] => [...new Set(values.filter((value, nth) => values.indexOf(value) !== nth))];

function faultsOfReasons({ reasons, refusalReasons, requiredDocuments }: Pick<TransferPolicy, 'reasons' | 'refusalReasons' | 'requiredDocuments'>): ProfileFault[] {
  const lists: [string, string[]][] = [['reasons', codesOf(reasons)], ['refusalReasons', codesOf(refusalReasons)], ['requiredDocuments', [...requiredDocuments]]];
  return [
    ...lists.flatMap(([list, codes]) => repeated(codes).map((code) => fault(`transfer.${list}`, 'PROFILE_VALUE_REPEATED', `${code}重复`, `${code} stands there twice`))),
    ...refusalReasons.flatMap(({ zh, en }, nth) =>
      (/网络|联网|系统|network|system|offline/iu.test(`${zh} ${en}`) ? [fault(`transfer.refusalReasons.${nth}`, 'PROFILE_REASON_FORBIDDEN', '系统或网络不通不是不同意的理由', 'A system or network that is down is no reason to refuse')] : [])),
    ...(codesOf(refusalReasons).includes(DATA_FAULT) ? [] : [fault('transfer.refusalReasons', 'PROFILE_REASON_MISSING', `缺少${DATA_FAULT}：毕业一方只能以此报告`, `${DATA_FAULT} is missing: the graduation side has no other to report with`, 'TRF-PROG-04')]),
  ];
}

/** What this service acts by. All else is applied by other services, which do not hear of rows. */
const OWN_WINDOWS: readonly BusinessFunction[] = ['TRANSFER', 'CROSS_PROVINCE_PROGRESSION'];
const ELSEWHERE = ['newcomer', 'graduation', 'statusChange', 'classSize', 'preschool', 'desk', 'report', 'account'] as const;

/** A part that a row could change without any effect must not look changed. */
function faultsOfElsewhere(document: unknown, province: string | null, effectiveFrom: string): ProfileFault[] {
  const builtIn = profileFor(province, startOfCstDay(effectiveFrom), POLICY_PROFILES);
  const paths = [...ELSEWHERE.map((section) => [section]), ...BUSINESS_FUNCTIONS.filter((name) => !OWN_WINDOWS.includes(name)).map((name) => ['windows', name])];
  const changed = paths.filter((path) => at(document, path) !== undefined && !isSame(at(document, path), at(builtIn, path)));
  return changed.map((path) => fault(path.join('.'), 'PROFILE_PART_FIXED', '该部分由其他业务按内置方案执行，不能在此变更', 'Other services apply this part from the built-in profile; it cannot be changed here', 'GEN-SCOPE-07'));
}

const neverOpens = (given: BusinessWindow | null, { effectiveFrom, effectiveTo }: Pick<WrittenProfile, 'effectiveFrom' | 'effectiveTo'>): boolean => {
  if (given === null || effectiveTo === null) return false;
  const { open, opensAt } = windowState({ windows: { TRANSFER: given } } as unknown as PolicyProfile, 'TRANSFER', startOfCstDay(effectiveFrom));
  return !open && opensAt! > endOfCstDay(effectiveTo);
};

/** Reads `part` of what was given if it is sound by itself, so that one fault does not hide the next. */
const sound = <T>(schema: z.ZodType<T>, part: unknown): T[] => {
  const read = schema.safeParse(part);
  return read.success ? [read.data] : [];
};
const loose = <K extends keyof typeof transfer.shape>(...keys: K[]) => z.object(Object.fromEntries(keys.map((key) => [key, transfer.shape[key]])) as Pick<typeof transfer.shape, K>);

/**
 * All that is wrong with a document for a province from a day on, by path: its shape, what it names, and whether each chain that follows from it could be
 * run, which the workflow engine says. Empty when cases may follow it.
 */
export function faultsOfDocument(given: unknown, province: string | null, period: Pick<WrittenProfile, 'effectiveFrom' | 'effectiveTo'>): ProfileFault[] {
  const document = (typeof given === 'object' && given !== null ? given : {}) as Partial<PolicyDocument>;
  const faults = [
    ...faultsOfShape(policyDocument, given),
    ...sound(loose('initiator', 'withinProvince', 'cityReviews', 'acrossProvinces'), document.transfer).flatMap((policy) => faultsOfChains(policy)),
    ...sound(loose('reasons', 'refusalReasons', 'requiredDocuments'), document.transfer).flatMap((policy) => faultsOfReasons(policy)),
    ...sound(loose('stepWorkingDays', 'reminderAfterWorkingDays'), document.transfer).flatMap(({ stepWorkingDays, reminderAfterWorkingDays }) =>
      (reminderAfterWorkingDays > stepWorkingDays ? [fault('transfer.reminderAfterWorkingDays', 'PROFILE_REMINDER_LATE', '提醒须在期限之内', 'The reminder comes after the deadline')] : [])),
    // A version for some months may leave out the days of progression; one without a day for transfers is a mistake.
    ...sound(window, document.windows?.TRANSFER).flatMap((given) =>
      (neverOpens(given, period) ? [fault('windows.TRANSFER', 'PROFILE_WINDOW_NEVER_OPENS', '在方案有效期内从不开放', 'It never opens while the profile holds')] : [])),
    ...faultsOfElsewhere(document, province, period.effectiveFrom),
  ];
  return faults.filter((one, nth) => faults.findIndex((other) => isSame(other, one)) === nth);
}

const NEWEST = POLICY_PROFILES.map(({ effectiveFrom }) => effectiveFrom).sort().at(-1)!;

/** The same for a profile as it was written, with what names it and when it holds. */
export function faultsOfProfile(written: WrittenProfile, province: string | null): ProfileFault[] {
  const faults = faultsOfShape(heading, written);
  const broken = new Set(faults.map(({ path }) => path));
  // Where a day is none, what depends on it is looked at as if the profile held beside the newest of the regulations, without an end.
  const effectiveFrom = broken.has('effectiveFrom') ? NEWEST : written.effectiveFrom;
  let effectiveTo = broken.has('effectiveTo') ? null : written.effectiveTo;
  if (effectiveTo !== null && effectiveTo < effectiveFrom) {
    faults.push(fault('effectiveTo', 'PROFILE_PERIOD_INVALID', '止日早于起日', 'The last day is before the first'));
    effectiveTo = null;
  }
  const within = faultsOfDocument(written.document, province, { effectiveFrom, effectiveTo });
  return [...faults, ...within.map((each) => ({ ...each, path: ['document', each.path].filter(Boolean).join('.') }))];
}
