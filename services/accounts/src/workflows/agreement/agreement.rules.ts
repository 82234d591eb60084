import type { Actor } from '@xueji/platform';
import { findShareableField, isPurpose, LARGEST_DAILY_QUOTA, LONGEST_AGREEMENT_DAYS, PURPOSE_PROFILES, type PurposeProfile } from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { Agreement } from '../../agreement/agreement.entity';
import type { AgreementFacts } from './agreement.facts';
import type { AgreementInput } from './agreement.inputs';

export type AgreementSituation = Situation<Agreement, AgreementInput, AgreementFacts, Actor>;
type AgreementRule = Rule<Agreement, AgreementInput, AgreementFacts, Actor>;

const DAY_MS = 86_400_000;
const MOST_FIELDS = 80;

const fits = (text: string | undefined, longest: number) => !!text && text.trim() !== '' && text.length <= longest;
const profileOf = ({ input }: AgreementSituation): PurposeProfile | null => (isPurpose(input.purpose ?? '') ? PURPOSE_PROFILES[input.purpose as keyof typeof PURPOSE_PROFILES] : null);

export const agencyIsNamed: AgreementRule = {
  name: 'the agency is named', cites: 'AGY-IF-02', code: 'AGENCY_UNNAMED', field: 'agencyName',
  allows: ({ input }) => fits(input.agencyName, 100),
  message: { zh: '请填写使用部门名称（不超过100字）', en: 'Name the agency in at most 100 characters' },
};

export const purposeIsKnown: AgreementRule = {
  name: 'the purpose is one of those agreed on', cites: 'AGY-IF-07', code: 'PURPOSE_UNKNOWN', field: 'purpose',
  allows: (s) => profileOf(s) !== null,
  message: { zh: '没有这一用途', en: 'There is no such purpose' },
};

export const legalBasisIsGiven: AgreementRule = {
  name: 'the legal basis is given', cites: 'AGY-IF-02', code: 'LEGAL_BASIS_MISSING', field: 'legalBasis',
  allows: ({ input }) => fits(input.legalBasis, 500),
  message: { zh: '请填写法律依据（不超过500字）', en: 'Give the legal basis in at most 500 characters' },
};

export const confidentialityIsAccepted: AgreementRule = {
  name: 'the agency keeps what it obtains secret', cites: 'AGY-IF-02', code: 'CONFIDENTIALITY_NOT_ACCEPTED', field: 'confidentialityAccepted',
  allows: ({ input }) => input.confidentialityAccepted === true,
  message: { zh: '使用部门须先承诺保密', en: 'The agency must accept to keep the data confidential first' },
};

export const areaExists: AgreementRule = {
  name: 'the area is that of an organisation', cites: 'AGY-IF-01', code: 'AREA_UNKNOWN', field: 'areaId',
  allows: ({ facts }) => facts.area !== null,
  message: { zh: '没有这一区域', en: 'There is no such area' },
};

export const areaFitsPurpose: AgreementRule = {
  name: 'the purpose reaches areas of this level', cites: 'AGY-IF-10', code: 'AREA_NOT_OF_PURPOSE', field: 'areaId',
  allows: (s) => {
    const profile = profileOf(s);
    return profile === null || s.facts.area === null || (profile.areas as readonly string[]).includes(s.facts.area.level);
  },
  message: { zh: '该用途不能覆盖这一级区域', en: 'The purpose does not reach an area of this level' },
  details: (s) => ({ areas: profileOf(s)?.areas ?? [], purposeRule: profileOf(s)?.rule ?? null }),
};

const repeated = (values: readonly string[]) => new Set(values).size !== values.length;

export const fieldsAreNamed: AgreementRule = {
  name: 'each field is named once', cites: 'AGY-IF-08', code: 'FIELDS_UNNAMED', field: 'fields',
  allows: ({ input }) => Array.isArray(input.fields) && input.fields.length > 0 && input.fields.length <= MOST_FIELDS && !repeated(input.fields),
  message: { zh: `请逐一列出字段（1至${MOST_FIELDS}个，不重复）`, en: `Name the fields one by one, 1 to ${MOST_FIELDS}, none twice` },
};

const unknown = ({ input }: AgreementSituation) => (input.fields ?? []).filter((field) => findShareableField(field) === null);

export const fieldsCanBeShared: AgreementRule = {
  name: 'every field can be shared', cites: 'AGY-IF-08', code: 'FIELD_NOT_SHAREABLE', field: 'fields',
  allows: (s) => unknown(s).length === 0,
  message: { zh: '字段中有不能共享的', en: 'Some of the fields cannot be shared' },
  details: (s) => ({ fields: unknown(s).slice(0, 20) }),
};

const beyond = (s: AgreementSituation) => {
  const profile = profileOf(s);
  if (!profile) return [];
  return (s.input.fields ?? []).filter((name) => {
    const field = findShareableField(name);
    return field !== null && (!field.groups.some((group) => profile.groups.includes(group)) || (field.unmasked && !profile.unmasked));
  });
};

export const fieldsServeThePurpose: AgreementRule = {
  name: 'every field serves the purpose', cites: 'AGY-IF-07', code: 'FIELD_BEYOND_PURPOSE', field: 'fields',
  allows: (s) => beyond(s).length === 0,
  message: (s) => ({ zh: `字段超出“${profileOf(s)?.zh ?? ''}”所需`, en: `Some of the fields go beyond "${profileOf(s)?.en ?? ''}"` }),
  details: (s) => ({ fields: beyond(s).slice(0, 20), purposeRule: profileOf(s)?.rule ?? null }),
};

export const periodIsSound: AgreementRule = {
  name: 'the period lies ahead and is no longer than allowed', cites: 'AGY-IF-02', code: 'PERIOD_INVALID', field: 'validUntil',
  allows: ({ input, now }) => {
    const { validFrom, validUntil } = input;
    return !!validFrom && !!validUntil && validUntil > validFrom && validUntil > now && validUntil.getTime() - validFrom.getTime() <= LONGEST_AGREEMENT_DAYS * DAY_MS;
  },
  message: { zh: '期限须在将来结束，且不超过三年', en: 'The period must end in the future and last at most three years' },
};

export const quotaIsSound: AgreementRule = {
  name: 'the quota is a number of calls', cites: 'AGY-IF-02', code: 'QUOTA_INVALID', field: 'dailyQuota',
  allows: ({ input }) => Number.isInteger(input.dailyQuota) && input.dailyQuota! >= 1 && input.dailyQuota! <= LARGEST_DAILY_QUOTA,
  message: { zh: `每日调用上限须为1至${LARGEST_DAILY_QUOTA}`, en: `The daily quota must be 1 to ${LARGEST_DAILY_QUOTA}` },
};

export const periodHasNotPassed: AgreementRule = {
  name: 'the period has not passed', cites: 'AGY-IF-02', code: 'AGREEMENT_OVER', field: 'agreementId',
  allows: ({ record, now }) => record!.validUntil > now,
  message: { zh: '协议期限已过', en: 'The period of the agreement has passed' },
};

export const periodHasPassed: AgreementRule = {
  name: 'the period has passed', cites: 'AGY-IF-02', code: 'AGREEMENT_NOT_OVER',
  allows: ({ record, now }) => record!.validUntil <= now,
  message: { zh: '协议尚在有效期内', en: 'The agreement is still valid' },
};
