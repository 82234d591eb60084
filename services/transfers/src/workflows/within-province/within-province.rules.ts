import type { Actor } from '@xueji/platform';
import type { Situation } from '@xueji/workflow';
import type { TransferFacts } from '../../filing/filing.facts';
import type { TransferCase } from '../../transfer/transfer.entity';
import type { WithinProvinceInput } from './within-province.inputs';

// Filing and reviewing within a province need no rule that other procedures do not need as well.
export * from '../../evidence/evidence.rules';
export * from '../../filing/filing.rules';
export * from '../../transfer/review.rules';

export type TransferSituation = Situation<TransferCase, WithinProvinceInput, TransferFacts, Actor>;
