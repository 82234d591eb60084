import type { RecordCommands } from '@xueji/platform';
import { POLICY_PROFILES } from '@xueji/standards';
import { transferFacts, type FilingFacts, type TransferFacts } from '../../filing/filing.facts';
import { TransferCase } from '../../transfer/transfer.entity';
import { TRANSFER } from '../../transfer/transfer.loaders';
import { stepTaken } from '../../transfer/rows.workflow';
import { isVisible } from '../../transfer/transfer.rows';
import type { ReviewChain } from '../../transfer/transfer.terms';
import { progressionChain } from './progression.chain';
import type { ProgressionInput } from './progression.inputs';
import { PROGRESSION, progression, type ProgressionWorkflow } from './progression.workflow';

const tables = new Map<string, ProgressionWorkflow>();

const tableOf = (chain: ReviewChain): ProgressionWorkflow => {
  const key = `${chain.stepWorkingDays} ${chain.outStepWorkingDays}`;
  const table = tables.get(key) ?? progression(chain);
  tables.set(key, table);
  return table;
};

/** The commands on cases of one chain; `filing` for the one that is being filed. */
const records = (chain: ReviewChain, filing: FilingFacts | null = null): RecordCommands<TransferCase, ProgressionInput, TransferFacts> => ({
  recordType: TRANSFER, workflow: tableOf(chain), entity: TransferCase, facts: transferFacts(filing), isVisible, news: stepTaken,
});

const national = POLICY_PROFILES.find(({ id }) => id === 'NATIONAL_2025')!;

export const progressionProcedure = {
  name: PROGRESSION,
  records,
  /** for the documents: the order is the same everywhere, the days are not drawn */
  workflows: [progression(progressionChain({ profile: national, outProfile: national }))],
};
