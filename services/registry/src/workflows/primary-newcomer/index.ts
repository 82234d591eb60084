import { isInArea, type RecordCommands } from '@xueji/platform';
import { newcomerFacts } from '../../intake/newcomer-facts';
import { Newcomer } from '../../intake/newcomer.entity';
import { newcomerEffects } from './primary-newcomer.effects';
import type { NewcomerFacts } from './primary-newcomer.facts';
import type { NewcomerInput } from './primary-newcomer.inputs';
import { primaryNewcomer } from './primary-newcomer.workflow';

export { primaryNewcomer };

/** Rows of an intake. They are made many at a time by `takeIn`; here they are looked at and moved one by one. */
export const newcomers: RecordCommands<Newcomer, NewcomerInput, NewcomerFacts> = {
  recordType: 'newcomer',
  workflow: primaryNewcomer,
  entity: Newcomer,
  facts: async (manager, { record, now }) => (await newcomerFacts(manager, [record!], now)).get(record!.id)!,
  // Newcomers asked for together are of one batch, so of one school.
  viewFacts: async (manager, records, now) => {
    const facts = await newcomerFacts(manager, records, now);
    return records.map(({ id }) => facts.get(id)!);
  },
  isVisible: (newcomer, actor) => isInArea(actor, newcomer.holderPath),
  effects: newcomerEffects,
};
