import type { Actor } from '@xueji/platform';
import {
  divisionTableVersion, findDivision, findSchoolType, hasError, isCode, isCurrentDivision, isInDivision, isKnownDivision, validateDivision, validateSchoolIdentifier,
  type CodeTableId,
} from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { SchoolCodeApplication } from '../../code-application/code-application.entity';
import type { Organization } from '../../organizations/organization.entity';
import { MAY_STAND_UNDER, provinceOf } from '../../organizations/organization.terms';
import type { CreateSchoolInput, LifecycleInput } from './school-lifecycle.inputs';

export interface LifecycleFacts {
  /** id that a new school gets */
  newId: string;
  /** the bureau named as competent authority, in the actor's area; null for other commands than createSchool */
  authority: Organization | null;
  /** the code application of this school that the command carries out, if it is effective */
  effectiveApplication: SchoolCodeApplication | null;
  /** the identifier was voided at some time */
  identifierIsVoid: boolean;
}

export type LifecycleSituation = Situation<Organization, LifecycleInput, LifecycleFacts, Actor>;
type LifecycleRule = Rule<Organization, LifecycleInput, LifecycleFacts, Actor>;

const LONGEST_TEXT = 100;

const given = (s: LifecycleSituation): CreateSchoolInput => s.input.school!;
const authority = (s: LifecycleSituation): Organization => s.facts.authority!;

export const typeOf = (input: CreateSchoolInput) => findSchoolType(input.schoolType);

/** Stages as given, or those the type is named for. */
export const stagesOf = (input: CreateSchoolInput): readonly string[] => {
  const stage = typeOf(input)?.stage;
  return input.stages ?? (stage ? [stage] : []);
};

const isPlain = (text: string): boolean => text.trim() !== '' && text.length <= LONGEST_TEXT && !/\p{Cc}/u.test(text);

const isPlainText = (field: 'name' | 'localSchoolCode' | 'phone' | 'kindergartenLicence'): LifecycleRule => ({
  name: `${field} is plain text`, cites: 'CODE-ORG-05', code: 'TEXT_INVALID', field,
  allows: (s) => given(s)[field] == null || isPlain(given(s)[field]!),
  message: { zh: `须为 1 至 ${LONGEST_TEXT} 个字，不含控制字符`, en: `1 to ${LONGEST_TEXT} characters without control characters` },
});

export const textsArePlain: readonly LifecycleRule[] = [isPlainText('name'), isPlainText('localSchoolCode'), isPlainText('phone'), isPlainText('kindergartenLicence')];

export const typeIsInScope: LifecycleRule = {
  name: 'the school type belongs to the registry', cites: 'GEN-SCOPE-01', code: 'SCHOOL_TYPE_OUT_OF_SCOPE', field: 'schoolType',
  allows: (s) => ['SCHOOL', 'INSTITUTION'].includes(typeOf(given(s))?.kind ?? 'OTHER'),
  message: { zh: '该学校类别不属于中小学、特殊教育学校、工读学校或幼儿园', en: 'Only primary, secondary, special and specialised schools and kindergartens are registered' },
};

export const stagesFitType: LifecycleRule = {
  name: 'the stages fit the school type', cites: 'GEN-SCOPE-01', code: 'SCHOOL_STAGES_INVALID', field: 'stages',
  allows: (s) => stagesOf(given(s)).length > 0 && stagesOf(given(s)).every((stage) => (typeOf(given(s))!.stages as readonly string[]).includes(stage)),
  message: { zh: '所设学段与学校类别不符，或未填写', en: 'The stages do not fit the school type, or none is given' },
};

export const isLicensed: LifecycleRule = {
  name: 'a kindergarten holds a licence', cites: 'GEN-SCOPE-02', code: 'KINDERGARTEN_LICENCE_MISSING', field: 'kindergartenLicence',
  allows: (s) => typeOf(given(s))!.kind !== 'INSTITUTION' || given(s).kindergartenLicence != null,
  message: { zh: '幼儿园须持有办园许可证；小学附设幼儿园（班）请在小学的学段中登记', en: 'A kindergarten needs a licence; classes attached to a primary school are a stage of that school' },
};

export const authorityMayHoldIt: LifecycleRule = {
  name: 'the authority is a bureau that schools may stand under', cites: 'CODE-ORG-01', code: 'ORGANIZATION_PARENT_INVALID', field: 'authorityId',
  allows: (s) => MAY_STAND_UNDER.SCHOOL.includes(authority(s).level),
  message: { zh: '学校只能隶属于县、市或省教育行政部门', en: 'A school stands under a county, city or provincial bureau' },
};

export const divisionIsKnown: LifecycleRule = {
  name: 'the division code is known', cites: 'CODE-DIV-01', code: 'DIVISION_UNKNOWN', field: 'divisionCode',
  allows: (s) => isKnownDivision(given(s).divisionCode),
  message: (s) => validateDivision(given(s).divisionCode)[0]!,
  details: () => ({ tableVersion: divisionTableVersion() }),
};

export const divisionIsCurrent: LifecycleRule = {
  name: 'the division still exists', cites: 'CODE-DIV-02', code: 'DIVISION_WITHDRAWN', field: 'divisionCode',
  allows: (s) => isCurrentDivision(given(s).divisionCode),
  message: (s) => validateDivision(given(s).divisionCode, { forNew: true })[0]!,
  details: () => ({ tableVersion: divisionTableVersion() }),
};

export const divisionIsInAuthoritysArea: LifecycleRule = {
  name: 'the division lies in the area of the authority', cites: 'GEN-SCOPE-04', code: 'DIVISION_OUT_OF_AREA', field: 'divisionCode',
  allows: (s) => isInDivision(findDivision(given(s).divisionCode)!.code, authority(s).divisionCode),
  message: { zh: '所在地不在主管单位辖区内', en: 'The place lies outside the area of the authority' },
};

const isInTable = (field: 'providerCategory' | 'urbanRuralClass' | 'schoolingSystem', table: CodeTableId): LifecycleRule => ({
  name: `${field} is a code of ${table}`, cites: 'CODE-ORG-05', code: 'CODE_UNKNOWN', field,
  allows: (s) => given(s)[field] == null || isCode(table, given(s)[field]!),
  message: { zh: `代码不在代码表 ${table} 中`, en: `The code is not in table ${table}` },
  details: () => ({ table }),
});

export const codesAreKnown: readonly LifecycleRule[] = [
  isInTable('providerCategory', 'PROVIDER_CATEGORY'), isInTable('urbanRuralClass', 'URBAN_RURAL_CLASS'), isInTable('schoolingSystem', 'SCHOOLING_SYSTEM'),
];

export const identifierFits: LifecycleRule = {
  name: 'the identifier agrees with type and province', cites: 'CODE-ID-02', code: 'SCHOOL_IDENTIFIER_DIFFERS', field: 'identifier',
  allows: (s) => !hasError(validateSchoolIdentifier(s.input.identifier!, { typeDigits: s.record!.schoolType!, province: provinceOf(s.record!)! })),
  message: { zh: '标识码前四位与学校类别或所在省份不符', en: 'Digits 1-4 do not agree with the type and province of the school' },
};

export const identifierIsNotVoid: LifecycleRule = {
  name: 'the identifier was never voided', cites: 'CODE-ID-06', code: 'SCHOOL_IDENTIFIER_VOID', field: 'identifier',
  allows: (s) => !s.facts.identifierIsVoid,
  message: { zh: '已作废的标识码不能分配给其他学校', en: 'A void identifier is never given to another school' },
};
