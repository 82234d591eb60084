import { POLICY_PROFILES, type PolicyProfile } from '@xueji/standards';
import type { TransferCase } from '../transfer/transfer.entity';
import { differences, runAsFiled, runUnder } from './dry-run';

const profile = (id: string): PolicyProfile => POLICY_PROFILES.find((each) => each.id === id && each.effectiveTo === null)!;
const NOW = new Date('2026-11-20T02:00:00Z');
const across: Partial<TransferCase> = {
  procedure: 'cross-province', stage: 'PRIMARY', outPath: '/cn/b-61/b-6101/b-610113/s-1/', inPath: '/cn/b-41/b-4101/b-410102/s-2/', outAuthorityId: 'b-610113', inAuthorityId: 'b-410102',
  chain: { initiator: 'IN_SCHOOL', steps: ['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY'], stepWorkingDays: 10, outStepWorkingDays: 3 },
  createdAt: NOW, reasonCode: 'HOUSEHOLD_MOVED', documents: [], profileId: 'HENAN', profileEffectiveFrom: profile('HENAN').effectiveFrom, refusal: null, outTerms: null,
};
const bothRuns = (transfer: Partial<TransferCase>, from: string, to: string) => {
  const given = transfer as TransferCase;
  return [runAsFiled(given, [], profile(from), NOW), runUnder(given, [], profile(to), NOW)] as const;
};

describe('a run under another profile', () => {
  it('leaves the days of the giving province alone, which the deciding one does not set [TRF-GEN-09]', () => {
    const [was, would] = bothRuns(across, 'HENAN', 'SHAANXI');
    expect(would.steps.map(({ step, workingDays }) => [step, workingDays])).toEqual([['IN_COUNTY', 3], ['OUT_SCHOOL', 3], ['OUT_COUNTY', 3]]);
    expect(was.steps.map(({ workingDays }) => workingDays)).toEqual([10, 3, 3]);
    expect(differences(was, would)).toEqual([{ aspect: 'WORKING_DAYS', was: 'IN_COUNTY 10, OUT_COUNTY 3, OUT_SCHOOL 3', would: 'IN_COUNTY 3, OUT_COUNTY 3, OUT_SCHOOL 3' }]);
  });

  it('names the papers that are wanted and the window that is closed [TRF-GEN-09] [GEN-FLOW-07]', () => {
    const [, would] = bothRuns({ ...across, createdAt: new Date('2026-09-10T02:00:00Z') }, 'HENAN', 'SHAANXI');
    expect(would).toMatchObject({ reasonKnown: true, missingDocuments: ['GUARDIAN_APPLICATION', 'HOUSEHOLD_REGISTER'], windowOpen: false });
  });

  it('wants no paper and no listed reason of a progression, and asks for its own window [TRF-PROG-02] [TRF-PROG-05]', () => {
    const graduate = { ...across, procedure: 'progression', reasonCode: 'CROSS_PROVINCE_PROGRESSION', createdAt: new Date('2026-09-25T02:00:00Z') };
    const [was, would] = bothRuns(graduate, 'HENAN', 'SHAANXI');
    expect([would.reasonKnown, would.missingDocuments, would.windowOpen, would.steps.map(({ step }) => step)]).toEqual([true, [], true, was.steps.map(({ step }) => step)]);
    expect(bothRuns({ ...graduate, createdAt: NOW }, 'HENAN', 'SHAANXI')[1].windowOpen).toBe(false);
  });

  it('says which refusals the policy would not have allowed, but judges the giving side by its own province [GEN-FLOW-03] [TRF-GEN-09]', () => {
    const henan = profile('HENAN');
    const strict = { ...henan, transfer: { ...henan.transfer, refusalReasons: henan.transfer.refusalReasons.filter(({ code }) => code === 'DATA_WRONG') } };
    const refusedAt = (step: string) => ({ ...across, refusal: { step, code: 'CLASS_FULL', rule: 'GEN-FLOW-03', zh: '', en: '', text: null }, outTerms: { refusalReasons: henan.transfer.refusalReasons } }) as unknown as TransferCase;
    const runs = (step: string) => [runAsFiled(refusedAt(step), [], henan, NOW), runUnder(refusedAt(step), [], strict, NOW)] as const;
    expect(differences(...runs('IN_COUNTY'))).toEqual([{ aspect: 'REFUSAL', was: 'KNOWN', would: 'UNKNOWN' }]);
    expect(differences(...runs('OUT_COUNTY'))).toEqual([]);
    expect(runs('REGISTRY').map(({ refusalKnown }) => refusalKnown)).toEqual([null, null]);
  });
});
