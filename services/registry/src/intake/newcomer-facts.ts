import { type EntityManager, In, Not } from 'typeorm';
import { Handover } from '../handover/handover.entity';
import type { NewcomerFacts } from '../workflows/primary-newcomer/primary-newcomer.facts';
import { intakeSetting } from './intake-setting';
import { findMatches } from './newcomer-matches';
import type { Newcomer } from './newcomer.entity';

/** Facts of newcomers of one school, with a fixed number of statements however many they are. Keys are newcomer ids. */
export async function newcomerFacts(manager: EntityManager, newcomers: readonly Newcomer[], now: Date): Promise<Map<string, NewcomerFacts>> {
  const [first] = newcomers;
  if (!first) return new Map();
  const { facts } = await intakeSetting(manager, first.schoolId, now);
  const matches = await findMatches(manager, newcomers);
  const childIds = newcomers.flatMap((newcomer) => newcomer.childId ?? []);
  const open = childIds.length === 0 ? [] : await manager.find(Handover, { where: { childId: In(childIds), state: Not('DECLINED') } });
  const handovers = new Map(open.map(({ id, state, schoolId, childId }) => [childId, { id, state, schoolId }]));
  return new Map(newcomers.map((newcomer, i) => [newcomer.id, { ...facts, match: matches[i]!, handover: handovers.get(newcomer.childId ?? '') ?? null }]));
}
