import { organizationRegistered } from '@xueji/contracts';
import type { CommandScope } from '@xueji/platform';
import { demoOrganization, demoOrganizations, demoPath, type DemoOrganization } from '@xueji/testing/dist/src/demo';
import { SchoolCodeEntry } from '../../src/code-application/school-code-entry.entity';
import { Organization, OrganizationName } from '../../src/organizations/organization.entity';
import { isSchoolLevel, snapshotOf } from '../../src/organizations/organization.terms';

const FOUNDED = '2014-09-01';
const PHONE = '010-00000000';

const schoolInformation = ({ schoolIdentifier = '', schoolType, stages }: DemoOrganization): Partial<Organization> => ({
  schoolIdentifier, schoolType: schoolType!, stages: [...stages!],
  localSchoolCode: schoolIdentifier.slice(-6), providerCategory: '21', urbanRuralClass: '111',
  schoolingSystem: schoolType === '21' ? '2' : '3',
  kindergartenLicence: schoolType === '11' ? `示例许可${schoolIdentifier}` : null,
});

const bureauInformation = ({ divisionCode, name }: DemoOrganization): Partial<Organization> => ({
  authorityCode: divisionCode, address: `${name}（示例地址）`, locationClass: '1', economicAttribute: '0',
});

/** Puts the organisations of the demonstration country in place, tells of those that were not there, and enters their identifiers into the ledger. */
export async function seedDemoOrganizations(scope: CommandScope): Promise<void> {
  const { manager, now } = scope;
  const there = new Set((await manager.find(Organization, { select: { id: true } })).map(({ id }) => id));
  const missing = demoOrganizations.filter(({ id }) => !there.has(id)).map((demo): Organization =>
    Object.assign(new Organization(), {
      id: demo.id, state: 'ACTIVE', version: 1, submittedBy: null, dueAt: null, dueRule: null, dueFlagged: false, createdAt: now, updatedAt: now,
      parentId: demo.parentId, parentLevel: demo.parentId === null ? null : demoOrganization(demo.parentId).level, level: demo.level, path: demoPath(demo.id),
      name: demo.name, divisionCode: demo.divisionCode, phone: PHONE, stages: [], schoolIdentifier: null, schoolType: null,
      ...(isSchoolLevel(demo.level) ? schoolInformation(demo) : bureauInformation(demo)),
    }),
  );
  if (missing.length === 0) return;
  await manager.insert(Organization, missing);
  await manager.insert(OrganizationName, missing.map(({ id, name }) => ({ organizationId: id, validFrom: FOUNDED, name })));
  await manager.insert(SchoolCodeEntry, missing.filter(({ schoolIdentifier }) => schoolIdentifier !== null)
    .map(({ id, schoolIdentifier }) => ({ identifier: schoolIdentifier!, act: 'ISSUED' as const, schoolId: id, applicationId: null, at: now })));
  for (const organization of missing) scope.emit('organization', organization, { type: organizationRegistered.type, key: organization.id, data: snapshotOf(organization) });
}
