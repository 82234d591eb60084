import { cstDate, endOfCstDay, startOfCstDay } from './cst-day';
import {
  BUSINESS_FUNCTIONS, DOCUMENT_KINDS, POLICY_PROFILES, profileFor, resolveProfiles, transferSteps, windowFault, windowState,
  type BusinessFunction, type TransferRoute,
} from './policy-profiles';

const at = (day: string): Date => new Date(startOfCstDay(day).getTime() + 3_600_000);
const profile = (province: string | null, day = '2026-11-22') => profileFor(province, at(day));
const sameCity: TransferRoute = { senior: false, sameProvince: true, sameCity: true, sameCounty: false };

describe('the profile in force', () => {
  it.each([
    [null, '2026-11-22', 'NATIONAL_2025'], [null, '2025-01-02', 'NATIONAL_2013'], [null, '2025-01-03', 'NATIONAL_2025'],
    [null, '2010-01-01', 'NATIONAL_2013'], ['61', '2026-11-22', 'SHAANXI'], ['610113', '2026-11-22', 'SHAANXI'], ['61', '2014-01-01', 'NATIONAL_2013'], ['61', '2025-01-02', 'SHAANXI'],
    ['34', '2026-11-22', 'ANHUI'], ['41', '2026-11-22', 'HENAN'], ['44', '2026-11-22', 'NATIONAL_2025'],
  ])('of %s on %s is %s [GEN-SCOPE-07]', (province, day, id) => {
    expect(profile(province, day).id).toBe(id);
  });

  it('turns at midnight in China', () => {
    expect(profileFor(null, endOfCstDay('2025-01-02')).id).toBe('NATIONAL_2013');
    expect(profileFor(null, startOfCstDay('2025-01-03')).id).toBe('NATIONAL_2025');
  });

  it('inherits what a province does not say from the national version of the day [GEN-SCOPE-07]', () => {
    expect([profile('41').transfer.stepWorkingDays, profile('41').transfer.initiator, profile('41').report.provincialDay]).toEqual([10, 'IN_SCHOOL', 3]);
    expect([profile('61', '2025-01-02').newcomer.archiveMonths, profile('61', '2025-01-03').newcomer.archiveMonths]).toEqual([1, 2]);
  });

  it('never overlaps with another version of the same province', () => {
    for (const a of POLICY_PROFILES) {
      for (const b of POLICY_PROFILES) {
        if (a === b || a.province !== b.province || a.effectiveFrom > b.effectiveFrom) continue;
        expect(a.effectiveTo !== null && a.effectiveTo < b.effectiveFrom).toBe(true);
      }
    }
  });

  it('changes with data, not with code [GEN-SCOPE-07]', () => {
    const profiles = resolveProfiles(undefined, [{
      id: 'SHAANXI', province: '61', zh: '新', en: 'New', effectiveFrom: '2030-01-01', effectiveTo: null, transfer: { stepWorkingDays: 5 },
    }]);
    expect(profileFor('61', at('2030-06-01'), profiles).transfer).toMatchObject({ stepWorkingDays: 5, initiator: 'IN_SCHOOL' });
    expect(profileFor('61', at('2029-06-01'), profiles).id).toBe('NATIONAL_2025');
  });
});

describe('business windows', () => {
  it.each<[string, BusinessFunction, string, boolean, string, string, string]>([
    ['61', 'NEWCOMER_REGISTRATION', '2026-08-24', false, '2026-08-25', '2026-09-20', 'REG-ENROL-08'],
    ['61', 'NEWCOMER_REGISTRATION', '2026-08-25', true, '2026-08-25', '2026-09-20', 'REG-ENROL-08'],
    ['61', 'NEWCOMER_REGISTRATION', '2026-09-20', true, '2026-08-25', '2026-09-20', 'REG-ENROL-08'],
    ['61', 'NEWCOMER_REGISTRATION', '2026-09-21', false, '2027-08-25', '2027-09-20', 'REG-ENROL-08'],
    ['61', 'TRANSFER', '2026-09-30', false, '2026-10-01', '2027-07-31', 'TRF-GEN-05'],
    ['61', 'TRANSFER', '2026-10-01', true, '2026-10-01', '2027-07-31', 'TRF-GEN-05'],
    ['61', 'TRANSFER', '2027-03-01', true, '2026-10-01', '2027-07-31', 'TRF-GEN-05'],
    ['61', 'TRANSFER', '2027-08-01', false, '2027-10-01', '2028-07-31', 'TRF-GEN-05'],
    ['61', 'CROSS_PROVINCE_PROGRESSION', '2026-09-19', false, '2026-09-20', '2026-09-30', 'TRF-PROG-05'],
    ['61', 'CROSS_PROVINCE_PROGRESSION', '2026-09-30', true, '2026-09-20', '2026-09-30', 'TRF-PROG-05'],
    ['34', 'NEWCOMER_REGISTRATION', '2026-09-30', true, '2026-08-01', '2026-09-30', 'REG-ENROL-09'],
    ['34', 'NEWCOMER_REGISTRATION', '2026-10-01', false, '2027-08-01', '2027-09-30', 'REG-ENROL-09'],
  ])('%s %s on %s is open: %s (%s to %s) [GEN-FLOW-07] [%s]', (province, fn, day, open, from, to, rule) => {
    expect(windowState(profile(province, day), fn, at(day))).toEqual({
      open, onTime: open, opensAt: startOfCstDay(from), closesAt: endOfCstDay(to), outside: 'REFUSED', rule,
    });
  });

  it('is open up to the last second of its last day [REG-ENROL-08]', () => {
    const last = endOfCstDay('2026-09-20');
    expect(windowState(profile('61'), 'NEWCOMER_REGISTRATION', last).open).toBe(true);
    expect(windowState(profile('61'), 'NEWCOMER_REGISTRATION', new Date(last.getTime() + 1000)).open).toBe(false);
  });

  it('names itself to whoever comes outside it [GEN-FLOW-07]', () => {
    expect(windowFault(profile('61'), 'TRANSFER', at('2026-09-15'))).toEqual({
      code: 'WINDOW_CLOSED', rule: 'TRF-GEN-05', severity: 'error',
      zh: '不在业务开放时间内（2026-10-01至2027-07-31）', en: 'Outside the window 2026-10-01 to 2027-07-31',
    });
    expect(windowFault(profile('61'), 'TRANSFER', at('2026-10-15'))).toBeNull();
  });

  it.each([['61', '2026-08-10', true], ['61', '2026-08-11', false], ['34', '2026-07-31', true], ['34', '2026-08-01', false]])(
    'graduation in %s on %s is on time: %s, and is never refused for being late [REG-GRAD-02] [REG-GRAD-06]', (province, day, onTime) => {
      expect(windowState(profile(province, day), 'GRADUATION', at(day))).toMatchObject({ open: true, onTime });
    });

  it('points a late school back to the deadline it missed [REG-GRAD-02]', () => {
    expect(cstDate(windowState(profile('61'), 'GRADUATION', at('2026-11-22')).closesAt!)).toBe('2026-08-10');
    expect(cstDate(windowState(profile('61'), 'GRADUATION', at('2026-05-31')).closesAt!)).toBe('2025-08-10');
  });

  it.each([['PRESCHOOL_GRADUATION', '07'], ['PRESCHOOL_PROMOTION', '08'], ['PRESCHOOL_ENTRY', '09']] as const)(
    '%s belongs to month %s and needs a reason in others [PRE-DATA-06]', (fn, month) => {
      for (const province of [null, '61', '34', '41']) {
        expect(windowFault(profile(province), fn, at(`2026-${month}-15`))).toBeNull();
        expect(windowFault(profile(province), fn, at('2026-03-15'))).toMatchObject({ severity: 'warning', rule: 'PRE-DATA-06' });
        expect(windowState(profile(province), fn, at('2026-03-15')).outside).toBe('NEEDS_REASON');
      }
    });

  it('is always open where a province sets none', () => {
    expect(windowState(profile('44'), 'TRANSFER', at('2026-08-15'))).toEqual({
      open: true, onTime: true, opensAt: null, closesAt: null, outside: null, rule: 'GEN-FLOW-07',
    });
  });

  it('is named by every profile for every function, between two real days', () => {
    for (const { windows } of POLICY_PROFILES) {
      expect(Object.keys(windows).sort()).toEqual([...BUSINESS_FUNCTIONS].sort());
      for (const window of Object.values(windows)) {
        if (window) expect(() => [startOfCstDay(`2025-${window.from}`), startOfCstDay(`2025-${window.to}`)]).not.toThrow();
      }
    }
  });
});

describe('transfer chains', () => {
  const steps = (province: string | null, change: Partial<TransferRoute> = {}) => transferSteps(profile(province).transfer, { ...sameCity, ...change });

  it('run from the old school in Shaanxi, three working days a step [TRF-INTRA-01] [TRF-GEN-03]', () => {
    expect(profile('61').transfer).toMatchObject({ initiator: 'OUT_SCHOOL', stepWorkingDays: 3 });
    expect(steps('61')).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']);
  });

  it('run from the receiving school elsewhere, ten working days a step [TRF-INTRA-04] [TRF-GEN-03]', () => {
    expect(profile(null).transfer).toMatchObject({ initiator: 'IN_SCHOOL', stepWorkingDays: 10 });
    expect(steps(null)).toEqual(['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY']);
  });

  it('ask one county once [TRF-INTRA-03]', () => {
    expect([steps('61', { sameCounty: true }), steps(null, { sameCounty: true })]).toEqual([['IN_SCHOOL', 'OUT_COUNTY'], ['OUT_SCHOOL', 'OUT_COUNTY']]);
  });

  it('ask both cities across cities, one city once for a senior pupil inside it [TRF-INTRA-02]', () => {
    expect(steps('61', { sameCity: false })).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY', 'IN_CITY']);
    expect(steps('61', { senior: true })).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY']);
    expect(steps('61', { senior: true, sameCounty: true })).toEqual(['IN_SCHOOL', 'OUT_COUNTY', 'OUT_CITY']);
  });

  it('ask a city that takes part in every transfer once, wherever it stands [TRF-INTRA-02] [TRF-INTRA-03]', () => {
    const policy = { ...profile('61').transfer, withinProvince: ['OUT_CITY', 'IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY'] as const };
    expect(transferSteps(policy, sameCity)).toEqual(['OUT_CITY', 'IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY']);
    expect(transferSteps(policy, { ...sameCity, sameCity: false })).toEqual(['OUT_CITY', 'IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'IN_CITY']);
    expect(transferSteps({ ...policy, withinProvince: ['IN_SCHOOL', 'IN_CITY'] }, sameCity)).toEqual(['IN_SCHOOL', 'IN_CITY']);
  });

  it("end with the Ministry's check across provinces, whoever starts at home [TRF-INTER-01]", () => {
    expect(steps('61', { sameProvince: false, sameCity: false })).toEqual(['IN_COUNTY', 'OUT_SCHOOL', 'OUT_COUNTY', 'MINISTRY_CHECK']);
  });

  it('know no network among the reasons to refuse, and no catch-all [TRF-GEN-01]', () => {
    const codes = profile('61').transfer.refusalReasons.map((reason) => reason.code);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => /NETWORK|SYSTEM|CONNECT|OTHER/.test(code))).toEqual([]);
  });

  it('want only documents that have a name [TRF-GEN-09]', () => {
    const known = DOCUMENT_KINDS.map((kind) => kind.code);
    for (const { transfer } of POLICY_PROFILES) {
      expect([...transfer.requiredDocuments, ...transfer.reasons.flatMap((reason) => reason.documents)].filter((kind) => !known.includes(kind))).toEqual([]);
    }
  });
});

describe('what else provinces decide', () => {
  it('graduates seniors by approval and promotes all on 1 August in Anhui [REG-GRAD-05] [REG-GRAD-07]', () => {
    expect(profile('34').graduation).toEqual({
      compulsoryReviewed: false, seniorReviewed: true, promotion: 'SCHEDULED', promotionDay: '08-01', schoolYearStart: '08-01',
    });
    expect(profile('61').graduation.promotion).toBe('SCHOOL');
  });

  it("allows a guardian's number and blocks preschool children in Anhui only [REG-NUM-05] [REG-ENROL-10]", () => {
    expect([profile('34'), profile('61')].map((p) => [p.newcomer.guardianIdentity, p.newcomer.preschoolRecordBlocks])).toEqual([[true, true], [false, false]]);
  });

  it('keeps the preschool deadlines everywhere [PRE-CHG-04] [PRE-CHG-05] [PRE-DATA-09] [PRE-DATA-15] [PRE-ARCH-01]', () => {
    for (const { preschool } of POLICY_PROFILES) {
      expect(preschool).toEqual({
        handoverWorkingDays: 30, accidentWorkingDays: 30, declarationWorkingDays: 5, archiveMonths: 1, changeMonths: 1, monthlyUpdateDay: 25,
      });
    }
  });

  it('reports to the Ministry on the 5th, to the province on the 3rd in Henan [OPS-REPORT-01] [OPS-REPORT-07]', () => {
    expect([profile('41').report, profile('61').report]).toEqual([{ nationalDay: 5, provincialDay: 3 }, { nationalDay: 5, provincialDay: null }]);
  });
});
