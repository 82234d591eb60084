import { systemActor, type CommandScope, type RecordCommands } from '@xueji/platform';
import { addCalendarDays, type PolicyProfile } from '@xueji/standards';
import { PolicyProfileVersion } from './policy-profile.entity';
import { lockProvince, policyProfileFacts, type PolicyProfileFacts } from './policy-profile.facts';
import type { PolicyProfileInput } from './policy-profile.inputs';
import { isProfileVisible } from './policy-profile.rows';
import { policyProfileWorkflow } from './policy-profile.workflow';

export const POLICY_PROFILE = 'policy-profile';

/** Profiles and the commands on them. */
export const policyProfiles: RecordCommands<PolicyProfileVersion, PolicyProfileInput, PolicyProfileFacts> = {
  recordType: POLICY_PROFILE,
  workflow: policyProfileWorkflow,
  entity: PolicyProfileVersion,
  facts: policyProfileFacts,
  isVisible: isProfileVisible,
  lockFirst: async (manager, { province }) => {
    await lockProvince(manager, province);
  },
  effects: async (scope, { before, after, command }) => {
    if (after.succeedsId === null) return;
    const succeeded = before?.state !== 'APPROVED' && after.state === 'APPROVED';
    if (succeeded || (command === 'withdraw' && before?.state === 'APPROVED')) {
      const lastDay = succeeded ? addCalendarDays(after.effectiveFrom, -1) : null;
      await scope.as(systemActor).execute(policyProfiles, { command: 'end', id: after.succeedsId, input: { lastDay } });
    }
  },
};

/**
 * Brings in the profiles that the product ships with, each version once. What a province has set for itself stays: a version that would hold on
 * the same days is left out.
 */
export async function adoptProfiles(scope: CommandScope, profiles: readonly PolicyProfile[]): Promise<void> {
  const known: { profile_id: string; effective_from: string }[] = await scope.manager.query('select profile_id, effective_from from policy_profile');
  const missing = profiles.filter(({ id, effectiveFrom }) => !known.some((row) => row.profile_id === id && row.effective_from === effectiveFrom));
  for (const { id, province, zh, en, effectiveFrom, effectiveTo, ...document } of [...missing].sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))) {
    const input = { profileId: id, province, zh, en, effectiveFrom, effectiveTo, legalSource: zh, document };
    const verdict = await scope.attempt(policyProfiles, { command: 'adopt', input });
    if (!verdict.allowed && verdict.error.code !== 'POLICY_PROFILE_OVERLAPS') throw verdict.error;
  }
}
