import { demoOrganizations, demoPath } from './organizations';

/**
 * Puts the demonstration's organisations into a service's table `organization`, in version 0, which the first event of school-codes replaces.
 * What is there stays. `query` runs SQL with parameters.
 */
export async function fillDemoOrganizations(query: (sql: string, parameters: unknown[]) => Promise<unknown>): Promise<void> {
  const rows = demoOrganizations.map((organization) => {
    const isSchool = organization.level === 'SCHOOL' || organization.level === 'INSTITUTION';
    return {
      id: organization.id, parent_id: organization.parentId, path: demoPath(organization.id), level: organization.level, name: organization.name, division_code: organization.divisionCode,
      province: organization.level === 'MINISTRY' ? null : organization.divisionCode.slice(0, 2), school_identifier: organization.schoolIdentifier ?? null, school_type: organization.schoolType ?? null,
      stages: organization.stages ?? [], status: 'ACTIVE', competent_authority_id: isSchool ? organization.parentId : null, version: 0,
    };
  });
  await query(`insert into organization select * from jsonb_populate_recordset(null::organization, $1::jsonb) on conflict do nothing`, [JSON.stringify(rows)]);
}
