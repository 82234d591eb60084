import type { RecordCommands } from '@xueji/platform';
import type { Workflow } from '@xueji/workflow';
import { policyProfileWorkflow } from '../policy/policy-profile.workflow';
import type { TransferCase } from '../transfer/transfer.entity';
import type { ReviewChain } from '../transfer/transfer.terms';
import { crossProvinceProcedure } from './cross-province/cross-province.procedure';
import { progressionProcedure } from './progression/progression.procedure';
import { withinProvinceProcedure } from './within-province/within-province.procedure';

/** A way a transfer can go. A case names its procedure and carries its chain. Inputs and facts are the procedure's own affair. */
export interface Procedure {
  name: string;
  records(chain: ReviewChain): RecordCommands<TransferCase, any, any>;
  workflows: readonly Workflow<string, any, any, any, any>[];
}

/** Each new procedure adds its line here. */
const procedures: readonly Procedure[] = [withinProvinceProcedure, crossProvinceProcedure, progressionProcedure];

export const workflows = [...procedures.flatMap((procedure) => procedure.workflows), policyProfileWorkflow];

/** The commands on this case. */
export function recordsOf(transfer: Pick<TransferCase, 'procedure' | 'chain'>): RecordCommands<TransferCase, any, any> {
  const procedure = procedures.find(({ name }) => name === transfer.procedure);
  if (!procedure) throw new Error(`no procedure ${transfer.procedure}`);
  return procedure.records(transfer.chain);
}
