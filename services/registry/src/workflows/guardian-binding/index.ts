import { isInArea, type Actor, type RecordCommands } from '@xueji/platform';
import { GuardianBinding } from './guardian-binding.entity';
import { bindingFacts, type BindingFacts } from './guardian-binding.facts';
import type { BindingInput } from './guardian-binding.inputs';
import { guardianBinding } from './guardian-binding.workflow';

export * from './guardian-binding.entity';
export { guardianBinding };

/** A guardian sees the own bindings, the others those of their area: the path of a guardian's account opens nothing. */
export const isBindingVisible = (binding: GuardianBinding, actor: Actor): boolean => (actor.duty === 'GUARDIAN' ? binding.accountId === actor.accountId : isInArea(actor, binding.holderPath));

export const guardianBindings: RecordCommands<GuardianBinding, BindingInput, BindingFacts> = {
  recordType: 'guardian-binding',
  workflow: guardianBinding,
  entity: GuardianBinding,
  facts: bindingFacts,
  isVisible: isBindingVisible,
};
