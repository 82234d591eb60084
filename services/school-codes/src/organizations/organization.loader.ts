import { isInArea, loadTogether, type Actor, type GraphContext, type ServiceContext } from '@xueji/platform';
import { isCstDay } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Any, type EntityManager } from 'typeorm';
import { Organization } from './organization.entity';

/**
 * Organisations by id, gathered into one query per request. The tree is a directory that every person signed in may read: transfers and
 * hand-overs name schools of other provinces. What belongs to the area only (history, applications) is kept to it by its own resolver.
 */
export const loadOrganization = (context: GraphContext, id: string): Promise<Organization | null> =>
  loadTogether(context, 'organizations', id, async (ids) => {
    const found = new Map((await (context as ServiceContext).manager.findBy(Organization, { id: Any([...ids]) })).map((organization) => [organization.id, organization]));
    return ids.map((each) => found.get(each) ?? null);
  });

export const loadOrganizations = (ids: readonly string[], context: GraphContext): Promise<(Organization | null)[]> => Promise.all(ids.map((id) => loadOrganization(context, id)));

/** The name on a day, null before the first one known. Gathered into one query per request and day. Throws DATE_INVALID (CODE-ORG-10). */
export async function nameAsOf(context: ServiceContext, organizationId: string, date: string): Promise<string | null> {
  if (!isCstDay(date)) throw new DomainError({ code: 'DATE_INVALID', rule: 'CODE-ORG-10', field: 'date', zh: '日期须为实际存在的 YYYY-MM-DD', en: 'The date must be a real day, YYYY-MM-DD' });
  return loadTogether(context, `names as of ${date}`, organizationId, async (ids) => {
    const rows: { organization_id: string; name: string }[] = await context.manager.query(
      'select distinct on (organization_id) organization_id, name from organization_name where organization_id = any($1) and valid_from <= $2 order by organization_id, valid_from desc', [ids, date]);
    const found = new Map(rows.map((row) => [row.organization_id, row.name]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** An organisation in the actor's area. One out of it does not exist for the actor: ORGANIZATION_UNKNOWN, naming `field`. */
export async function getOrganizationInArea(manager: EntityManager, actor: Actor, id: string, field: string): Promise<Organization> {
  const organization = await manager.findOneBy(Organization, { id });
  if (organization && isInArea(actor, organization.path)) return organization;
  throw new DomainError({ code: 'ORGANIZATION_UNKNOWN', rule: 'GEN-SCOPE-04', field, zh: '本辖区内没有该机构', en: 'There is no such organisation in your area' });
}
