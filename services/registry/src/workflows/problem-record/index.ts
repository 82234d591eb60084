import { isInArea, type RecordCommands } from '@xueji/platform';
import { ProblemRecord } from './problem-record.entity';
import { problemFacts, type ProblemFacts } from './problem-record.facts';
import type { ProblemInput } from './problem-record.inputs';
import { problemRecord } from './problem-record.workflow';

export * from './problem-record.entity';
export { problemRecord };

/** The doubts about records and the commands on them. */
export const problemRecords: RecordCommands<ProblemRecord, ProblemInput, ProblemFacts> = {
  recordType: 'problem-record',
  workflow: problemRecord,
  entity: ProblemRecord,
  facts: problemFacts,
  isVisible: (problem, actor) => isInArea(actor, problem.holderPath),
};
