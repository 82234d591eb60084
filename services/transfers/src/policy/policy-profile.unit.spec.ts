import type { Actor } from '@xueji/platform';
import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import { walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { faultsOfDocument, faultsOfProfile } from './policy-profile.document';
import type { PolicyProfileVersion } from './policy-profile.entity';
import type { PolicyProfileFacts } from './policy-profile.facts';
import type { PolicyProfileInput } from './policy-profile.inputs';
import type { PolicyProfileSituation } from './policy-profile.rules';
import type { PolicyDocument, WrittenProfile } from './policy-profile.terms';
import { policyProfileWorkflow } from './policy-profile.workflow';

const now = new Date('2026-11-20T02:00:00Z');
const documentOf = ({ id: _id, province: _province, zh: _zh, en: _en, effectiveFrom: _from, effectiveTo: _to, ...document }: PolicyProfile): PolicyDocument => document;
const shaanxi = documentOf(POLICY_PROFILES.find(({ id, effectiveTo }) => id === 'SHAANXI' && effectiveTo === null)!);
const period = { effectiveFrom: '2026-11-27', effectiveTo: null };
const written: WrittenProfile = { profileId: 'SHAANXI', zh: '新规定', en: 'New notice', ...period, legalSource: '陕教〔2026〕1号', document: shaanxi };

const actor = (duty: string, province: string | null, accountId = `a-${duty}`, level = province ? 'PROVINCE' : 'MINISTRY') => ({ accountId, duty, province, level, realNameVerified: true }) as Actor;
const facts: PolicyProfileFacts = { province: '61', faults: [], nameTaken: false, edition: 3, predecessor: null, overlapping: [] };
const row = (state: string, change: Partial<PolicyProfileVersion> = {}) => ({ id: 'p1', version: 1, submittedBy: 'a-submitter', province: '61', writtenBy: ['a-writer'], ...written, state, ...change }) as PolicyProfileVersion;
const inputs: Record<string, PolicyProfileInput> = { draft: written, revise: written, adopt: written, end: { lastDay: '2026-11-26' } };
const people: Record<string, Actor> = { own: actor('SYSTEM_ADMIN', '61'), ministry: actor('SYSTEM_ADMIN', null), system: actor('SYSTEM', null, 'system') };
const situation = (command: string, from: string | null, change: Partial<PolicyProfileSituation> = {}): PolicyProfileSituation => ({
  record: from === null ? null : row(from), actor: people.own!, input: inputs[command] ?? { reason: '理由' }, facts, now, command, ...change,
});
const answer = (s: PolicyProfileSituation) => {
  const decision = decide(policyProfileWorkflow, s);
  return decision.allowed ? decision.to : `${decision.error.code} ${decision.error.rule}`;
};

describe('the table of policy profiles', () => {
  walkTable(policyProfileWorkflow, { allowed: (row, from, by) => situation(row.command, from, { actor: { ...people[by.relation]!, duty: by.duty as never } }) });

  const approver = actor('PROVINCIAL_ADMIN', '61');
  it('lets nobody approve what that person wrote or submitted [GEN-FLOW-05]', () => {
    expect(answer(situation('approve', 'SUBMITTED', { actor: approver }))).toBe('APPROVED');
    for (const accountId of ['a-writer', 'a-submitter']) expect(answer(situation('approve', 'SUBMITTED', { actor: { ...approver, accountId } }))).toBe('REVIEW_NOT_INDEPENDENT GEN-FLOW-05');
  });

  it('leaves the policy of a province to it and to the Ministry, that of the country to the Ministry [GEN-SCOPE-04] [GEN-SCOPE-07] [ACC-DUTY-05]', () => {
    const approves = (by: Actor, province: string | null = '61') => answer(situation('approve', 'SUBMITTED', { actor: by, record: row('SUBMITTED', { province }) }));
    expect([approves(approver), approves(people.ministry!), approves(people.ministry!, null)]).toEqual(['APPROVED', 'APPROVED', 'APPROVED']);
    for (const other of [actor('PROVINCIAL_ADMIN', '41'), actor('SYSTEM_ADMIN', '61'), actor('REGISTRY_LEADER', '61'), actor('REGISTRY_LEADER', null)]) expect(approves(other)).toBe('ACTOR_NOT_PERMITTED GEN-FLOW-02');
    expect(approves(approver, null)).toBe('ACTOR_NOT_PERMITTED GEN-FLOW-02');
    expect(answer(situation('draft', null, { actor: actor('SYSTEM_ADMIN', '61', 'a', 'CITY') }))).toBe('ACTOR_NOT_PERMITTED GEN-FLOW-02');
  });

  it('holds from tomorrow at the earliest, and must be approved before its first day [GEN-FLOW-04] [GEN-FLOW-08]', () => {
    const on = (day: string) => answer(situation('approve', 'SUBMITTED', { actor: approver, now: new Date(day) }));
    expect([on('2026-11-26T15:59:59Z'), on('2026-11-26T16:00:00Z')]).toEqual(['APPROVED', 'POLICY_PROFILE_TOO_LATE GEN-FLOW-04']);
    expect(decide(policyProfileWorkflow, situation('submit', 'DRAFT'))).toMatchObject({ allowed: true, deadline: { dueAt: new Date('2026-11-26T15:59:59Z'), rule: 'GEN-FLOW-04' } });
  });

  it('refuses a name of another province, days that are taken, an end of the national profile, and to call back what has begun', () => {
    const drafts = (change: Partial<PolicyProfileFacts>, input = written) => answer(situation('draft', null, { facts: { ...facts, ...change }, input, actor: actor('SYSTEM_ADMIN', change.province === null ? null : '61') }));
    expect(drafts({ nameTaken: true })).toBe('POLICY_PROFILE_NAME_TAKEN GEN-SCOPE-03');
    expect(drafts({ overlapping: [{ id: 'x', profileId: 'SHAANXI', effectiveFrom: '2026-12-01', effectiveTo: null }] })).toBe('POLICY_PROFILE_OVERLAPS GEN-SCOPE-07');
    expect(drafts({ province: null }, { ...written, effectiveTo: '2027-07-31' })).toBe('POLICY_PROFILE_NATIONAL_ENDS GEN-SCOPE-07');
    expect(drafts({ faults: faultsOfProfile({ ...written, zh: '' }, '61') })).toBe('POLICY_PROFILE_INVALID GEN-SCOPE-07');
    const withdraws = (day: string) => answer(situation('withdraw', 'APPROVED', { actor: approver, now: new Date(day) }));
    expect([withdraws('2026-11-26T15:59:59Z'), withdraws('2026-11-26T16:00:00Z')]).toEqual(['WITHDRAWN', 'POLICY_PROFILE_BEGUN GEN-FLOW-04']);
  });
});

describe('a policy document', () => {
  const with_ = (change: (document: any) => void) => {
    const document = structuredClone(shaanxi);
    change(document);
    return document;
  };
  const faults = (change: (document: any) => void, held: { effectiveFrom: string; effectiveTo: string | null } = period) => faultsOfDocument(with_(change), '61', held);
  const briefly = (change: (document: any) => void, held = period as { effectiveFrom: string; effectiveTo: string | null }) => [...new Set(faults(change, held).map(({ path, code, rule }) => `${path} ${code} ${rule}`))];

  it.each(POLICY_PROFILES.map((profile) => [profile.id, profile.effectiveFrom, profile] as const))('is sound as the regulations give it: %s of %s', (_id, _from, profile) => {
    expect(faultsOfDocument(documentOf(profile), profile.province, profile)).toEqual([]);
  });

  it.each<[string, (document: any) => void, string[]]>([
    ['a part is missing', (d) => delete d.transfer.stepWorkingDays, ['transfer.stepWorkingDays PROFILE_FIELD_MISSING TRF-GEN-03']],
    ['a part is unknown', (d) => (d.transfer.extra = 1), ['transfer.extra PROFILE_FIELD_UNKNOWN TRF-GEN-09']],
    ['a step has no day', (d) => (d.transfer.stepWorkingDays = 0), ['transfer.stepWorkingDays PROFILE_FIELD_INVALID TRF-GEN-03']],
    ['a step is unknown', (d) => d.transfer.withinProvince.push('VILLAGE'), ['transfer.withinProvince.3 PROFILE_VALUE_UNKNOWN TRF-INTRA-01']],
    ['no person acts at a step', (d) => d.transfer.withinProvince.push('MINISTRY_CHECK'), ['transfer.withinProvince.3 PROFILE_VALUE_UNKNOWN TRF-INTRA-01']],
    ['nobody may file', (d) => (d.transfer.initiator = 'OUT_COUNTY'), ['transfer.initiator PROFILE_VALUE_UNKNOWN TRF-INTRA-04']],
    ['the filer reviews its own filing', (d) => d.transfer.withinProvince.push('OUT_SCHOOL'), ['transfer.withinProvince PROFILE_REVIEWS_ITSELF GEN-FLOW-05']],
    ['one side moves the child alone', (d) => (d.transfer.withinProvince = ['OUT_COUNTY', 'IN_COUNTY']), ['transfer.withinProvince PROFILE_SIDE_MISSING TRF-INTRA-01']],
    ['a bureau is left out', (d) => Object.assign(d.transfer, { initiator: 'IN_SCHOOL', withinProvince: ['OUT_SCHOOL', 'OUT_COUNTY'] }), ['transfer.withinProvince PROFILE_SIDE_MISSING TRF-INTRA-04']],
    ['a chain comes back to a step and never ends', (d) => (d.transfer.withinProvince = ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'IN_SCHOOL']), ['transfer.withinProvince PROFILE_CHAIN_BROKEN GEN-FLOW-02']],
    ['a city is left out', (d) => (d.transfer.cityReviews = ['OUT_CITY']), ['transfer.cityReviews PROFILE_SIDE_MISSING TRF-INTRA-02']],
    ['the order across provinces is another one', (d) => d.transfer.acrossProvinces.reverse(), ['transfer.acrossProvinces PROFILE_CHAIN_FIXED TRF-INTER-01']],
    ['the reminder comes after the deadline', (d) => (d.transfer.reminderAfterWorkingDays = 4), ['transfer.reminderAfterWorkingDays PROFILE_REMINDER_LATE TRF-SLA-03']],
    ['a rule is unknown', (d) => (d.transfer.stepRule = 'of our own'), ['transfer.stepRule PROFILE_FIELD_INVALID TRF-GEN-09']],
    ['a reason is unknown', (d) => (d.transfer.reasons[0].code = 'BETTER_SCHOOL'), ['transfer.reasons.0.code PROFILE_VALUE_UNKNOWN TRF-GEN-09']],
    ['a reason stands there twice', (d) => d.transfer.reasons.push(d.transfer.reasons[0]), ['transfer.reasons PROFILE_VALUE_REPEATED TRF-GEN-09']],
    ['a paper is unknown', (d) => (d.transfer.reasons[1].documents = ['TAX_BILL']), ['transfer.reasons.1.documents.0 PROFILE_VALUE_UNKNOWN TRF-GEN-09']],
    ['a paper of every case is unknown', (d) => d.transfer.requiredDocuments.push('TAX_BILL'), ['transfer.requiredDocuments.1 PROFILE_VALUE_UNKNOWN TRF-GEN-09']],
    ['the network becomes a reason to refuse', (d) => d.transfer.refusalReasons.push({ code: 'NETWORK_DOWN', zh: '网络不通', en: 'Offline' }), ['transfer.refusalReasons.6.code PROFILE_VALUE_UNKNOWN TRF-GEN-01']],
    ['the network hides behind another name', (d) => (d.transfer.refusalReasons[0].zh = '学籍系统未联网'), ['transfer.refusalReasons.0 PROFILE_REASON_FORBIDDEN TRF-GEN-01']],
    ['the graduation side could report nothing', (d) => (d.transfer.refusalReasons = d.transfer.refusalReasons.filter(({ code }: any) => code !== 'DATA_WRONG')), ['transfer.refusalReasons PROFILE_REASON_MISSING TRF-PROG-04']],
    ['a window opens on a day that never comes', (d) => (d.windows.TRANSFER.from = '02-30'), ['windows.TRANSFER.from PROFILE_FIELD_INVALID GEN-FLOW-07']],
    ['a window is left out', (d) => delete d.windows.TRANSFER, ['windows.TRANSFER PROFILE_FIELD_MISSING GEN-FLOW-07']],
    ['a window is unknown', (d) => (d.windows.HOLIDAY = null), ['windows.HOLIDAY PROFILE_FIELD_UNKNOWN GEN-FLOW-07']],
    ['another service would not hear of it', (d) => (d.newcomer.archiveMonths = 6), ['newcomer PROFILE_PART_FIXED GEN-SCOPE-07']],
    ['another service would not hear of a window', (d) => (d.windows.GRADUATION.to = '07-31'), ['windows.GRADUATION PROFILE_PART_FIXED GEN-SCOPE-07']],
  ])('is refused where %s [GEN-SCOPE-07]', (_name, change, expected) => {
    expect(briefly(change)).toEqual(expected);
  });

  it('is refused where a window does not open while it holds [GEN-FLOW-07]', () => {
    const held = { effectiveFrom: '2027-08-01', effectiveTo: '2027-09-19' };
    expect(briefly(() => undefined, held)).toEqual(['windows.TRANSFER PROFILE_WINDOW_NEVER_OPENS GEN-FLOW-07']);
    expect(briefly(() => undefined, { ...held, effectiveTo: '2027-10-01' })).toEqual([]);
  });

  it('names what the engine says against a chain that leads nowhere, in two languages [GEN-FLOW-02]', () => {
    const said = faults((d) => (d.transfer.withinProvince = []));
    expect(said.find(({ en }) => en.includes('no row creates the record'))).toMatchObject({ path: 'transfer.withinProvince', code: 'PROFILE_CHAIN_BROKEN', zh: expect.stringContaining('无法办结') });
    expect(said.some(({ en }) => en.includes('state COMPLETED cannot be reached'))).toBe(true);
  });

  it('has every fault named at once, whatever else is wrong [GEN-SCOPE-07]', () => {
    expect(briefly((d) => {
      delete d.transfer.stepWorkingDays;
      d.transfer.withinProvince = ['IN_SCHOOL'];
      d.transfer.reasons.push(d.transfer.reasons[0]);
      d.windows.TRANSFER.to = '13-01';
      delete d.desk;
    })).toEqual([
      'windows.TRANSFER.to PROFILE_FIELD_INVALID GEN-FLOW-07', 'transfer.stepWorkingDays PROFILE_FIELD_MISSING TRF-GEN-03', 'desk PROFILE_FIELD_MISSING GEN-SCOPE-07',
      'transfer.withinProvince PROFILE_SIDE_MISSING TRF-INTRA-01', 'transfer.reasons PROFILE_VALUE_REPEATED TRF-GEN-09',
    ]);
  });

  it.each([null, 'text', [], 7])('is refused where it is no document at all: %j', (given) => {
    expect(faultsOfDocument(given, '61', period)).toHaveLength(1);
  });

  it('has its name, its days and its source looked at with it [GEN-SCOPE-07]', () => {
    const paths = (change: object) => faultsOfProfile({ ...written, ...change } as WrittenProfile, '61').map(({ path }) => path);
    expect(paths({})).toEqual([]);
    expect(paths({ profileId: 'shaanxi', zh: ' ', legalSource: '', effectiveFrom: '2026-02-29', effectiveTo: 'never' })).toEqual(['profileId', 'zh', 'effectiveFrom', 'effectiveTo', 'legalSource']);
    expect(paths({ effectiveTo: '2026-11-26' })).toEqual(['effectiveTo']);
    expect(paths({ document: with_((d) => delete d.desk) })).toEqual(['document.desk']);
  });
});
