import { organizationChanged, organizationRegistered, type OrganizationData } from '@xueji/contracts';
import { DomainError } from '@xueji/workflow';
import { In, type EntityManager } from 'typeorm';
import { consumer, type CommandScope, type Consumer } from '../command';
import { OrganizationProjection } from '../db/tables';

/** The organisation as this service knows it, or null. */
export const findOrganization = (manager: EntityManager, id: string): Promise<OrganizationProjection | null> => manager.findOneBy(OrganizationProjection, { id });

/** As `findOrganization`; throws ORGANIZATION_UNKNOWN naming `field`. */
export async function getOrganization(manager: EntityManager, id: string, field: string): Promise<OrganizationProjection> {
  const organization = await findOrganization(manager, id);
  if (!organization) throw new DomainError({ code: 'ORGANIZATION_UNKNOWN', rule: 'CODE-ORG-01', field, zh: '机构不存在', en: 'There is no such organisation' });
  return organization;
}

export async function organizationsById(manager: EntityManager, ids: readonly string[]): Promise<Map<string, OrganizationProjection>> {
  const found = await manager.findBy(OrganizationProjection, { id: In([...new Set(ids)]) });
  return new Map(found.map((organization) => [organization.id, organization]));
}

async function keep(scope: CommandScope, data: OrganizationData): Promise<void> {
  await scope.manager.query(
    `insert into organization (id, parent_id, path, level, name, division_code, province, school_identifier, school_type, stages, status, competent_authority_id, version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (id) do update set parent_id = excluded.parent_id, path = excluded.path, level = excluded.level, name = excluded.name, division_code = excluded.division_code,
       province = excluded.province, school_identifier = excluded.school_identifier, school_type = excluded.school_type, stages = excluded.stages, status = excluded.status,
       competent_authority_id = excluded.competent_authority_id, version = excluded.version
     where excluded.version > organization.version`,
    [data.organizationId, data.parentId, data.path, data.level, data.name, data.divisionCode, data.province, data.schoolIdentifier, data.schoolType, data.stages, data.status, data.competentAuthorityId, data.version],
  );
}

/**
 * Keep the table `organization` of a service up to date. `onMoved` lets the service bring along paths that it holds itself, when a school or bureau
 * changed its place in the tree.
 */
export const organizationConsumers = (onMoved?: (scope: CommandScope, from: string, to: string) => Promise<void>): Consumer<never>[] => [
  consumer(organizationRegistered, (scope, event) => keep(scope, event.data)),
  consumer(organizationChanged, async (scope, event) => {
    const before = await findOrganization(scope.manager, event.data.organizationId);
    await keep(scope, event.data);
    if (onMoved && before && before.version < event.data.version && before.path !== event.data.path) await onMoved(scope, before.path, event.data.path);
  }),
];
