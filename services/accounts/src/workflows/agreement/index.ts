import { isInArea, type RecordCommands } from '@xueji/platform';
import { Agreement } from '../../agreement/agreement.entity';
import { agreementFacts, type AgreementFacts } from './agreement.facts';
import type { AgreementInput } from './agreement.inputs';
import { agreementWorkflow } from './agreement.workflow';

export { agreementWorkflow };

/** Agreements and the commands on them. */
export const agreements: RecordCommands<Agreement, AgreementInput, AgreementFacts> = {
  recordType: 'agreement',
  workflow: agreementWorkflow,
  entity: Agreement,
  facts: agreementFacts,
  isVisible: (agreement, actor) => isInArea(actor, agreement.areaPath),
};
