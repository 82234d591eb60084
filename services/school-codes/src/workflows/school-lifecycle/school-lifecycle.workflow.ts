import { organizationChanged, organizationRegistered } from '@xueji/contracts';
import type { Actor } from '@xueji/platform';
import { findDivision } from '@xueji/standards';
import { defineWorkflow, type DraftEvent } from '@xueji/workflow';
import type { Organization } from '../../organizations/organization.entity';
import { snapshotOf } from '../../organizations/organization.terms';
import type { LifecycleInput } from './school-lifecycle.inputs';
import {
  authorityMayHoldIt, codesAreKnown, divisionIsCurrent, divisionIsInAuthoritysArea, divisionIsKnown, identifierFits, identifierIsNotVoid, isLicensed,
  stagesFitType, stagesOf, textsArePlain, typeIsInScope, typeOf, type LifecycleFacts, type LifecycleSituation,
} from './school-lifecycle.rules';

const told = (type: string, organization: Organization): DraftEvent => ({ type, key: organization.id, data: snapshotOf(organization) });

/** What createSchool fixes: the place in the tree and the information that came from the bureaus (CODE-ORG-06). */
function newSchool(s: LifecycleSituation): Partial<Organization> {
  const { authority, newId } = s.facts;
  const input = s.input.school!;
  return {
    id: newId,
    parentId: authority!.id,
    parentLevel: authority!.level,
    path: `${authority!.path}${newId}/`,
    level: typeOf(input)!.kind as 'SCHOOL' | 'INSTITUTION',
    name: input.name.trim(),
    divisionCode: findDivision(input.divisionCode)!.code,
    schoolIdentifier: null,
    schoolType: input.schoolType,
    stages: [...new Set(stagesOf(input))],
    localSchoolCode: input.localSchoolCode ?? null,
    phone: input.phone ?? null,
    providerCategory: input.providerCategory ?? null,
    urbanRuralClass: input.urbanRuralClass ?? null,
    schoolingSystem: input.schoolingSystem ?? null,
    kindergartenLicence: input.kindergartenLicence ?? null,
  };
}

/** ST-CODE-2. Once created, a school changes only through an effective code application. */
export const schoolLifecycle = defineWorkflow<'PENDING_CODE' | 'ACTIVE', Organization, LifecycleInput, LifecycleFacts, Actor>({
  name: 'school-lifecycle',
  title: { zh: '学校生命周期', en: 'School lifecycle' },
  states: { PENDING_CODE: { zh: '待赋码', en: 'waits for its code' }, ACTIVE: { zh: '正常', en: 'active' } },
  relations: {
    province: ({ actor }) => actor.level === 'PROVINCE',
    throughCodeApplication: ({ facts }) => facts.effectiveApplication !== null,
  },
  rows: [
    {
      from: null, command: 'createSchool', to: 'PENDING_CODE', by: [{ duty: 'PROVINCIAL_ADMIN', relation: 'province' }],
      cites: ['CODE-ORG-06', 'CODE-ORG-07', 'CODE-ORG-03', 'CODE-APPLY-07'],
      rules: [...textsArePlain, typeIsInScope, stagesFitType, isLicensed, authorityMayHoldIt, divisionIsKnown, divisionIsCurrent, divisionIsInAuthoritysArea, ...codesAreKnown],
      emits: [organizationRegistered.type], apply: newSchool, events: (_, after) => [told(organizationRegistered.type, after)],
    },
    {
      from: 'PENDING_CODE', command: 'receiveCode', to: 'ACTIVE', by: [{ duty: 'REGISTRY_ADMIN', relation: 'throughCodeApplication' }],
      cites: ['CODE-ID-01', 'CODE-APPLY-02'], rules: [identifierFits, identifierIsNotVoid],
      emits: [organizationChanged.type], apply: (s) => ({ schoolIdentifier: s.input.identifier! }), events: (_, after) => [told(organizationChanged.type, after)],
    },
    {
      from: 'ACTIVE', command: 'rename', to: 'ACTIVE', by: [{ duty: 'REGISTRY_ADMIN', relation: 'throughCodeApplication' }],
      cites: ['CODE-ID-03', 'CODE-ORG-10'],
      emits: [organizationChanged.type], apply: (s) => ({ name: s.facts.effectiveApplication!.newName! }), events: (_, after) => [told(organizationChanged.type, after)],
    },
  ],
});
