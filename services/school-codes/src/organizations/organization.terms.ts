import type { OrganizationData } from '@xueji/contracts';
import type { Level, Stage } from '@xueji/standards';
import type { Organization } from './organization.entity';

/** Levels of the unit that a unit of a level may stand under (CODE-ORG-01): a county under its province (CODE-ORG-02), a school under any bureau but the Ministry (CODE-ORG-03). */
export const MAY_STAND_UNDER: Readonly<Record<Level, readonly Level[]>> = {
  MINISTRY: [],
  PROVINCE: ['MINISTRY'],
  CITY: ['PROVINCE'],
  COUNTY: ['CITY', 'PROVINCE'],
  SCHOOL: ['COUNTY', 'CITY', 'PROVINCE'],
  INSTITUTION: ['COUNTY', 'CITY', 'PROVINCE'],
};

export const isSchoolLevel = (level: Level): boolean => level === 'SCHOOL' || level === 'INSTITUTION';

/** Two digits; null for the Ministry. */
export const provinceOf = ({ level, divisionCode }: Pick<Organization, 'level' | 'divisionCode'>): string | null => (level === 'MINISTRY' ? null : divisionCode.slice(0, 2));

/** The bureau a school stands under is its competent authority, whatever its level (GEN-SCOPE-05); bureaus have none. */
export const competentAuthorityIdOf = ({ level, parentId }: Pick<Organization, 'level' | 'parentId'>): string | null => (isSchoolLevel(level) ? parentId : null);

/** What other services are told of an organisation. */
export const snapshotOf = (organization: Organization): OrganizationData => ({
  organizationId: organization.id,
  parentId: organization.parentId,
  path: organization.path,
  level: organization.level,
  name: organization.name,
  divisionCode: organization.divisionCode,
  province: provinceOf(organization),
  schoolIdentifier: organization.schoolIdentifier,
  schoolType: organization.schoolType,
  stages: organization.stages as Stage[],
  status: organization.state as OrganizationData['status'],
  competentAuthorityId: competentAuthorityIdOf(organization),
  version: organization.version,
});
