import type { Actor } from '@xueji/platform';
import { addCalendarDays, endOfCstDay } from '@xueji/standards';
import { defineWorkflow } from '@xueji/workflow';
import type { PolicyProfileVersion } from './policy-profile.entity';
import type { PolicyProfileFacts } from './policy-profile.facts';
import type { PolicyProfileInput } from './policy-profile.inputs';
import { approverIsNoAuthor, hasNotBegun, nameIsOwn, nationalHasNoEnd, periodIsFree, profileIsSound, provinceOf, startsAfterToday, textOf, type PolicyProfileSituation } from './policy-profile.rules';
import type { PolicyProfileState } from './policy-profile.terms';

const ofOwnLevel = ({ level }: Actor) => level === 'PROVINCE' || level === 'MINISTRY';

const authors = [{ duty: 'SYSTEM_ADMIN', relation: 'own' }, { duty: 'PROVINCIAL_ADMIN', relation: 'own' }];
// Bureau leaders only read [ACC-DUTY-05]: the one who answers for the province approves, or the level above.
const approvers = [{ duty: 'PROVINCIAL_ADMIN', relation: 'own' }, { duty: 'SYSTEM_ADMIN', relation: 'ministry' }];
const bySystem = [{ duty: 'SYSTEM', relation: 'system' }];

const written = (s: PolicyProfileSituation) => {
  const { profileId, zh, en, effectiveFrom, effectiveTo, legalSource, document } = textOf(s);
  return { profileId, zh, en, effectiveFrom, effectiveTo, legalSource, document, edition: s.facts.edition };
};
const lastDay = ({ input }: PolicyProfileSituation) => ({ effectiveTo: (input as { lastDay: string | null }).lastDay });
const succeeds = ({ facts }: PolicyProfileSituation) => ({ succeedsId: facts.predecessor?.id ?? null });

/** The conditions of a province are the province's to set [GEN-SCOPE-07]: one person writes them, another one approves them, and they hold from a day to come. */
export const policyProfileWorkflow = defineWorkflow<PolicyProfileState, PolicyProfileVersion, PolicyProfileInput, PolicyProfileFacts, Actor>({
  name: 'policy-profile',
  title: { zh: '政策方案', en: 'Policy profile' },
  states: {
    DRAFT: { zh: '草拟', en: 'draft' },
    SUBMITTED: {
      zh: '待批准', en: 'submitted',
      deadline: ({ record }) => ({ dueAt: endOfCstDay(addCalendarDays(record!.effectiveFrom, -1)), rule: 'GEN-FLOW-04', flagged: false }),
    },
    APPROVED: { zh: '已批准', en: 'approved' },
    WITHDRAWN: { zh: '已撤回', en: 'withdrawn', final: true },
  },
  relations: {
    own: (s) => ofOwnLevel(s.actor) && s.actor.province === provinceOf(s),
    ministry: ({ actor }) => actor.level === 'MINISTRY',
    system: ({ actor }) => actor.accountId === 'system',
  },
  submitter: (profile) => profile.submittedBy,
  rows: [
    {
      from: null, command: 'draft', to: 'DRAFT', by: authors, cites: ['GEN-SCOPE-07', 'ACC-DUTY-06'], rules: [profileIsSound, nameIsOwn, nationalHasNoEnd, startsAfterToday, periodIsFree],
      apply: (s) => ({ ...written(s), province: s.facts.province, writtenBy: [s.actor.accountId], succeedsId: null }),
    },
    {
      from: 'DRAFT', command: 'revise', to: 'DRAFT', by: authors, cites: ['GEN-SCOPE-07', 'ACC-DUTY-06'], rules: [profileIsSound, nameIsOwn, nationalHasNoEnd, startsAfterToday, periodIsFree],
      apply: (s) => ({ ...written(s), writtenBy: [...new Set([...s.record!.writtenBy, s.actor.accountId])] }),
    },
    {
      from: 'DRAFT', command: 'submit', to: 'SUBMITTED', by: authors, cites: ['GEN-SCOPE-07', 'GEN-FLOW-02'], rules: [profileIsSound, startsAfterToday, periodIsFree],
      apply: ({ actor }) => ({ submittedBy: actor.accountId }),
    },
    {
      from: 'SUBMITTED', command: 'approve', to: 'APPROVED', by: approvers, independent: true, cites: ['GEN-SCOPE-07', 'GEN-SCOPE-04', 'GEN-FLOW-05'],
      rules: [approverIsNoAuthor, profileIsSound, startsAfterToday, periodIsFree], apply: succeeds,
    },
    { from: 'SUBMITTED', command: 'refuse', to: 'DRAFT', by: approvers, independent: true, needsReason: true, cites: ['GEN-FLOW-03'], apply: () => ({ submittedBy: null }) },
    { from: ['DRAFT', 'SUBMITTED'], command: 'withdraw', to: 'WITHDRAWN', by: authors, cites: ['GEN-SCOPE-07'] },
    { from: 'APPROVED', command: 'withdraw', to: 'WITHDRAWN', by: approvers, cites: ['GEN-SCOPE-07', 'GEN-FLOW-04'], rules: [hasNotBegun] },
    // The profiles that the product brings along, at its start.
    {
      from: null, command: 'adopt', to: 'APPROVED', by: bySystem, cites: ['GEN-SCOPE-07'], rules: [profileIsSound, nameIsOwn, periodIsFree],
      apply: (s) => ({ ...written(s), ...succeeds(s), province: s.facts.province, writtenBy: [] }),
    },
    // An approval gives the version before it its last day; a withdrawal takes it away again.
    { from: 'APPROVED', command: 'end', to: 'APPROVED', by: bySystem, cites: ['GEN-SCOPE-07'], apply: lastDay },
  ],
});
