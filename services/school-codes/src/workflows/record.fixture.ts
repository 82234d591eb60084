import { demoOrganization, demoPath } from '@xueji/testing';
import { Organization } from '../organizations/organization.entity';

/** A demo organisation as its row would be. */
export function organizationRow(id: string, changes: Partial<Organization> = {}): Organization {
  const { parentId, level, name, divisionCode, schoolIdentifier = null, schoolType = null, stages = [] } = demoOrganization(id);
  return Object.assign(new Organization(), {
    id, parentId, parentLevel: parentId === null ? null : demoOrganization(parentId).level, level, path: demoPath(id), name, divisionCode, schoolIdentifier, schoolType,
    stages: [...stages], state: 'ACTIVE', version: 1, ...changes,
  });
}
