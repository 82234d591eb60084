import type { Actor } from '@xueji/platform';
import { defineWorkflow, type Row } from '@xueji/workflow';
import type { GuardianBinding } from './guardian-binding.entity';
import type { BindingFacts } from './guardian-binding.facts';
import type { BindingInput, RequestBindingInput } from './guardian-binding.inputs';
import { matchesOnePupil, relationshipIsKnown, type BindingSituation } from './guardian-binding.rules';

export type BindingState = 'REQUESTED' | 'CONFIRMED' | 'REJECTED' | 'ENDED';
type BindingRow = Row<BindingState, GuardianBinding, BindingInput, BindingFacts, Actor>;

const CONFIRMED = 'cn.xueji.registry.guardianBinding.confirmed.v1';
const ENDED = 'cn.xueji.registry.guardianBinding.ended.v1';

const tells = (type: string): Pick<BindingRow, 'emits' | 'events'> => ({
  emits: [type],
  events: (_, { id: bindingId, accountId, studentId }) => [{ type, key: studentId, data: { bindingId, accountId, studentId } }],
});
const leader = { duty: 'REGISTRY_LEADER', relation: 'holdingSchool' };
const oneself = { duty: 'GUARDIAN', relation: 'oneself' };

/** The sources give a guardian the own child's record [REG-QUERY-01] and say nothing of how the tie is proven: the school that knows the family confirms it. */
export const guardianBinding = defineWorkflow<BindingState, GuardianBinding, BindingInput, BindingFacts, Actor>({
  name: 'guardian-binding',
  title: { zh: '监护人绑定', en: 'Guardian binding' },
  states: {
    REQUESTED: { zh: '待学校确认', en: 'waiting for the school' },
    CONFIRMED: { zh: '已绑定', en: 'bound' },
    REJECTED: { zh: '未确认', en: 'rejected', final: true },
    ENDED: { zh: '已解除', en: 'ended', final: true },
  },
  relations: {
    oneself: ({ record, actor }: BindingSituation) => record === null || record.accountId === actor.accountId,
    holdingSchool: ({ record, actor }: BindingSituation) => record?.schoolId === actor.organizationId,
  },
  submitter: (binding) => binding.submittedBy,
  rows: [
    {
      from: null, command: 'request', to: 'REQUESTED', by: [oneself], cites: ['REG-QUERY-01', 'ACC-PERM-03'], rules: [matchesOnePupil, relationshipIsKnown],
      apply: ({ input, facts, actor }) => {
        const { id: studentId, schoolId, holderPath } = facts.student!;
        return { accountId: actor.accountId, realName: actor.realName, submittedBy: actor.accountId, relationship: (input as RequestBindingInput).relationship, studentId, schoolId, holderPath };
      },
    },
    { from: 'REQUESTED', command: 'confirm', to: 'CONFIRMED', by: [leader], independent: true, cites: ['REG-QUERY-01', 'ACC-DUTY-03'], ...tells(CONFIRMED) },
    { from: 'REQUESTED', command: 'refuse', to: 'REJECTED', by: [leader], independent: true, needsReason: true, cites: ['GEN-FLOW-03', 'ACC-DUTY-03'] },
    { from: 'REQUESTED', command: 'drop', to: 'ENDED', by: [oneself], cites: ['ACC-PERM-03'] },
    { from: 'CONFIRMED', command: 'end', to: 'ENDED', by: [oneself, leader], cites: ['ACC-PERM-03'], ...tells(ENDED) },
  ],
});
