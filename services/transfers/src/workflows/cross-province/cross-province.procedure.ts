import { systemActor, type RecordCommands } from '@xueji/platform';
import { POLICY_PROFILES } from '@xueji/standards';
import { transferFacts, type FilingFacts } from '../../filing/filing.facts';
import { TransferCase } from '../../transfer/transfer.entity';
import { TRANSFER } from '../../transfer/transfer.loaders';
import { stepTaken } from '../../transfer/rows.workflow';
import { isVisible } from '../../transfer/transfer.rows';
import type { ReviewChain } from '../../transfer/transfer.terms';
import { crossProvinceChain } from './cross-province.chain';
import { checkFacts, type CrossProvinceFacts } from './cross-province.facts';
import type { CrossProvinceInput } from './cross-province.inputs';
import { CROSS_PROVINCE, crossProvince, type CrossProvinceWorkflow } from './cross-province.workflow';

const tables = new Map<string, CrossProvinceWorkflow>();

const tableOf = (chain: ReviewChain): CrossProvinceWorkflow => {
  const key = `${chain.steps.join(' ')} ${chain.stepWorkingDays} ${chain.outStepWorkingDays}`;
  const table = tables.get(key) ?? crossProvince(chain);
  tables.set(key, table);
  return table;
};

/** The commands on cases of one chain; `filing` for the one that is being filed. */
const records = (chain: ReviewChain, filing: FilingFacts | null = null): RecordCommands<TransferCase, CrossProvinceInput, CrossProvinceFacts> => ({
  recordType: TRANSFER,
  workflow: tableOf(chain),
  entity: TransferCase,
  facts: async (manager, s) => ({ ...(await transferFacts(filing)(manager, s)), check: s.record && s.command === 'check' ? await checkFacts(manager, s.record) : null }),
  isVisible, news: stepTaken,
  effects: async (scope, { after }) => {
    if (after.state === 'MINISTRY_CHECK') await scope.as(systemActor).execute(records(chain), { command: 'check', id: after.id, input: {} });
  },
});

const national = POLICY_PROFILES.find(({ id }) => id === 'NATIONAL_2025')!;

export const crossProvinceProcedure = {
  name: CROSS_PROVINCE,
  records,
  /** for the documents: the order is the same everywhere, the days are not drawn */
  workflows: [crossProvince(crossProvinceChain({ profile: national, outProfile: national }))],
};
