import { actorOfContext, type Actor, type ServiceContext } from '@xueji/platform';
import { cstDate, profileFor, type PolicyProfile } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { PolicyProfileVersion } from './policy-profile.entity';

/** The row as the profile that it is. */
export const profileOf = ({ profileId, province, zh, en, effectiveFrom, effectiveTo, document }: PolicyProfileVersion): PolicyProfile => ({ id: profileId, province, zh, en, effectiveFrom, effectiveTo, ...document });

/** Every version that holds, held, or will hold; national ones first, older ones first. */
export async function approvedProfiles(manager: EntityManager): Promise<PolicyProfile[]> {
  const rows = await manager.createQueryBuilder(PolicyProfileVersion, 'p').where(`p.state = 'APPROVED'`).orderBy('p.province', 'ASC', 'NULLS FIRST').addOrderBy('p.effectiveFrom').getMany();
  return rows.map(profileOf);
}

/**
 * What binds each of these provinces (null: the Ministry) at this instant, in the order asked. Read in the transaction of the command that goes by it: no
 * process keeps a copy, so a row that was approved holds everywhere at once. Throws POLICY_PROFILE_MISSING.
 */
export async function profilesInForce(manager: EntityManager, provinces: readonly (string | null)[], at: Date): Promise<PolicyProfile[]> {
  const rows = await manager.createQueryBuilder(PolicyProfileVersion, 'p')
    .where(`p.state = 'APPROVED' and (p.province is null or p.province = any(:provinces))`, { provinces })
    .andWhere('p.effectiveFrom <= :day and (p.effectiveTo is null or p.effectiveTo >= :day)', { day: cstDate(at) })
    .getMany();
  if (!rows.some(({ province }) => province === null)) {
    throw new DomainError({ code: 'POLICY_PROFILE_MISSING', rule: 'GEN-SCOPE-07', zh: '当日没有有效的政策方案', en: 'No policy profile is in force on this day' });
  }
  const profiles = rows.map(profileOf);
  return provinces.map((province) => profileFor(province, at, profiles));
}

const governs = ({ level }: Actor): boolean => level === 'PROVINCE' || level === 'MINISTRY';

/** A policy that was approved is public. Before that it is seen by its own province, and by the Ministry. */
export const isProfileVisible = ({ state, province }: Pick<PolicyProfileVersion, 'state' | 'province'>, actor: Actor): boolean =>
  state === 'APPROVED' || (governs(actor) && (actor.province === null || actor.province === province));

/** The versions the viewer may see, as alias `p`. */
export function visibleProfiles(context: ServiceContext): SelectQueryBuilder<PolicyProfileVersion> {
  const actor = actorOfContext(context);
  return context.manager.createQueryBuilder(PolicyProfileVersion, 'p')
    .where(`(p.state = 'APPROVED' or (:governs and (:own::text is null or p.province = :own)))`, { governs: governs(actor), own: actor.province });
}
