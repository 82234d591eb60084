import { findOrganization, isInArea, type RecordCommands } from '@xueji/platform';
import { profileFor } from '@xueji/standards';
import { Handover } from '../../handover/handover.entity';
import type { HandoverFacts } from './primary-handover.facts';
import type { HandoverInput } from './primary-handover.inputs';
import { primaryHandover } from './primary-handover.workflow';

export type { RequestHandover } from './primary-handover.inputs';
export { primaryHandover };

export const handovers: RecordCommands<Handover, HandoverInput, HandoverFacts> = {
  recordType: 'handover',
  workflow: primaryHandover,
  entity: Handover,
  facts: async (manager, { record, input, now }) => {
    const school = await findOrganization(manager, record?.schoolId ?? input.schoolId!);
    return { workingDays: profileFor(school?.province ?? null, now).preschool.handoverWorkingDays };
  },
  isVisible: (handover, actor) => isInArea(actor, handover.holderPath),
};
