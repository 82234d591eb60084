import { handoverCompleted, handoverDeclined, handoverReleased } from '@xueji/contracts';
import type { DraftEvent } from '@xueji/workflow';
import type { PreschoolHandover } from '../../handover/preschool-handover.entity';

export const RELEASED = handoverReleased.type;
export const DECLINED = handoverDeclined.type;
export const COMPLETED = handoverCompleted.type;

const parties = ({ id, childId, institutionId, receivingSchoolId }: PreschoolHandover) => ({ handoverId: id, childId, institutionId, receivingSchoolId });

export const released = (handover: PreschoolHandover): DraftEvent => ({ type: RELEASED, key: handover.childId, data: parties(handover) });
export const completed = (handover: PreschoolHandover): DraftEvent => ({ type: COMPLETED, key: handover.childId, data: parties(handover) });

export const declined = ({ id, childId, receivingSchoolId, declinedCode, declinedRule }: PreschoolHandover): DraftEvent => ({
  type: DECLINED, key: childId, data: { handoverId: id, childId, receivingSchoolId, code: declinedCode, rule: declinedRule },
});
