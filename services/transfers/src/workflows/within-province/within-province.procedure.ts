import type { RecordCommands } from '@xueji/platform';
import { POLICY_PROFILES } from '@xueji/standards';
import { transferFacts, type FilingFacts, type TransferFacts } from '../../filing/filing.facts';
import { TransferCase } from '../../transfer/transfer.entity';
import { TRANSFER } from '../../transfer/transfer.loaders';
import { stepTaken } from '../../transfer/rows.workflow';
import { isVisible } from '../../transfer/transfer.rows';
import type { ReviewChain } from '../../transfer/transfer.terms';
import { withinProvinceChain } from './within-province.chain';
import type { WithinProvinceInput } from './within-province.inputs';
import { WITHIN_PROVINCE, withinProvince, type WithinProvinceWorkflow } from './within-province.workflow';

const tables = new Map<string, WithinProvinceWorkflow>();

/** One table per chain; there are few. */
const tableOf = (chain: ReviewChain): WithinProvinceWorkflow => {
  const key = `${chain.initiator} ${chain.steps.join(' ')} ${chain.stepWorkingDays}`;
  const table = tables.get(key) ?? withinProvince(chain);
  tables.set(key, table);
  return table;
};

/** The commands on cases of one chain; `filing` for the one that is being filed. */
const records = (chain: ReviewChain, filing: FilingFacts | null = null): RecordCommands<TransferCase, WithinProvinceInput, TransferFacts> => ({
  recordType: TRANSFER, workflow: tableOf(chain), entity: TransferCase, facts: transferFacts(filing), isVisible, news: stepTaken,
});

const ordinary = { senior: false, sameProvince: true, sameCity: true, sameCounty: false };
const drawn = (profileId: string, route = ordinary) => withinProvince(withinProvinceChain(POLICY_PROFILES.find(({ id, effectiveTo }) => id === profileId && effectiveTo === null)!.transfer, route));

export const withinProvinceProcedure = {
  name: WITHIN_PROVINCE,
  records,
  /** for the documents: the two chains of the profiles in force, and the one through two cities */
  workflows: [drawn('SHAANXI'), drawn('SHAANXI', { ...ordinary, sameCity: false }), drawn('NATIONAL_2025')],
};
