import { actorOfContext, type RecordCommands, type ServiceContext } from '@xueji/platform';
import type { BusinessFunction, PolicyProfile } from '@xueji/standards';
import type { Lookup } from '../student/lookup';
import { TransferCase } from '../transfer/transfer.entity';
import type { TransferPayload } from '../transfer/transfer.payload';
import { filingFacts, type FilingFacts, type StudentWanted } from './filing.facts';
import type { FileInput } from './filing.inputs';

/** What the resolvers that take filings in are made with. */
export interface FilingSettings {
  lookup: Lookup;
  profiles: readonly PolicyProfile[];
}

export interface Filing {
  /** name of the mutation */
  command: string;
  requestId: string;
  wanted: StudentWanted;
  inSchoolId: string;
  input: FileInput;
  profiles: readonly PolicyProfile[];
  /** whose window applies; a transfer's when absent */
  purpose?: BusinessFunction;
  /** the commands of the procedure on the chain that these facts give */
  records(filing: FilingFacts): RecordCommands<TransferCase, any, any>;
}

/** The one way a case comes to be: facts under the pupil's lock, then `file` of the procedure. What the request is remembered by holds the keyed hashes, never number or name. */
export async function fileCase(context: ServiceContext, { command, requestId, wanted, inSchoolId, input, profiles, purpose, records }: Filing): Promise<TransferPayload> {
  const actor = actorOfContext(context);
  const { id } = await context.command(command, requestId, { wanted, inSchoolId, input }, async (scope) => {
    const filing = await filingFacts(scope.manager, { wanted, inSchoolId, classId: input.classId, actor, now: scope.now, profiles, ...(purpose && { purpose }) });
    return { id: (await scope.execute(records(filing), { command: 'file', input })).id };
  });
  return { transferCase: await context.manager.findOneByOrFail(TransferCase, { id }) };
}
