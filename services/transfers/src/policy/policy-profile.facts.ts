import type { Actor } from '@xueji/platform';
import { isCstDay } from '@xueji/standards';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { faultsOfProfile } from './policy-profile.document';
import { PolicyProfileVersion } from './policy-profile.entity';
import type { PolicyProfileInput } from './policy-profile.inputs';
import type { ProfileFault, WrittenProfile } from './policy-profile.terms';

/** A version that stands in the way. */
export interface Neighbour {
  id: string;
  profileId: string;
  effectiveFrom: string;
  effectiveTo: string | null;
}

export interface PolicyProfileFacts {
  /** whose profile it is; null for the country */
  province: string | null;
  faults: readonly ProfileFault[];
  nameTaken: boolean;
  /** number of the next version of this name */
  edition: number;
  /** the version without a last day that gives way; null when there is none */
  predecessor: Neighbour | null;
  /** approved versions on some of the same days, without the predecessor */
  overlapping: readonly Neighbour[];
}

const neighbour = ({ id, profileId, effectiveFrom, effectiveTo }: PolicyProfileVersion): Neighbour => ({ id, profileId, effectiveFrom, effectiveTo });

/** Commands on the profiles of a province take turns, so that each sees what the one before it approved. */
export const lockProvince = (manager: EntityManager, province: string | null): Promise<unknown> =>
  manager.query(`select pg_advisory_xact_lock(hashtext('policy-profile'), $1)`, [Number(province ?? 0)]);

const WRITES = ['draft', 'revise', 'adopt'];
const READS = [...WRITES, 'submit', 'approve'];

/** `adopt` is how the profiles of the regulations come in; the system says of which province they are. */
export async function policyProfileFacts(manager: EntityManager, { record, input, actor, command }: { record: PolicyProfileVersion | null; input: PolicyProfileInput; actor: Actor; command: string }): Promise<PolicyProfileFacts> {
  const province = record ? record.province : command === 'adopt' ? (input as WrittenProfile & { province: string | null }).province : actor.province;
  const facts: PolicyProfileFacts = { province, faults: [], nameTaken: false, edition: 0, predecessor: null, overlapping: [] };
  if (!READS.includes(command)) return facts;
  const written = WRITES.includes(command) ? (input as WrittenProfile) : record!;
  const faults = faultsOfProfile(written, province);
  if (!isCstDay(written.effectiveFrom) || (written.effectiveTo !== null && !isCstDay(written.effectiveTo))) return { ...facts, faults };
  if (!record) await lockProvince(manager, province);
  const others = await manager.find(PolicyProfileVersion, {
    select: { id: true, profileId: true, effectiveFrom: true, effectiveTo: true, writtenBy: true }, where: { state: 'APPROVED', province: province ?? IsNull(), ...(record && { id: Not(record.id) }) }, order: { effectiveFrom: 'ASC' },
  });
  const sharing = others
    .filter(({ effectiveFrom, effectiveTo }) => (written.effectiveTo === null || effectiveFrom <= written.effectiveTo) && (effectiveTo === null || effectiveTo >= written.effectiveFrom));
  // What the product brings along gives way to what somebody wrote, never the other way round.
  const givesWay = ({ effectiveFrom, effectiveTo, writtenBy }: PolicyProfileVersion) => effectiveTo === null && effectiveFrom < written.effectiveFrom && (command !== 'adopt' || writtenBy.length === 0);
  const predecessor = sharing.find(givesWay) ?? null;
  const named = await manager.createQueryBuilder(PolicyProfileVersion, 'p').select('max(p.edition)', 'edition').addSelect('coalesce(bool_or(p.province is distinct from :province), false)', 'elsewhere')
    .where('p.profileId = :profileId', { profileId: written.profileId, province }).getRawOne<{ edition: number | null; elsewhere: boolean }>();
  return {
    ...facts, faults, predecessor: predecessor && neighbour(predecessor), overlapping: sharing.filter((each) => each !== predecessor).map(neighbour), nameTaken: named!.elsewhere,
    edition: record && record.profileId === written.profileId ? record.edition : (named!.edition ?? 0) + 1,
  };
}
