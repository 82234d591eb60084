import { actorOfContext, type RecordCommands, type ServiceContext } from '@xueji/platform';
import type { BusinessFunction } from '@xueji/standards';
import { bindEvidence, evidenceToBind } from '../evidence/bind-evidence';
import type { Lookup } from '../student/lookup';
import { TransferCase } from '../transfer/transfer.entity';
import type { TransferPayload } from '../transfer/transfer.payload';
import { filingFacts, type FilingFacts, type StudentWanted } from './filing.facts';
import type { FileInput } from './filing.inputs';

/** What the resolvers that take filings in are made with. */
export interface FilingSettings {
  lookup: Lookup;
}

export interface Filing {
  /** name of the mutation */
  command: string;
  requestId: string;
  wanted: StudentWanted;
  inSchoolId: string;
  input: FileInput;
  /** whose window applies; a transfer's when absent */
  purpose?: BusinessFunction;
  /** the commands of the procedure on the chain that these facts give */
  records(filing: FilingFacts): RecordCommands<TransferCase, any, any>;
}

/** The one way a case comes to be: facts under the pupil's lock, `file` of the procedure, and the documents are the case's. What the request is remembered by holds the keyed hashes, never number or name. */
export async function fileCase(context: ServiceContext, { command, requestId, wanted, inSchoolId, input, purpose, records }: Filing): Promise<TransferPayload> {
  const actor = actorOfContext(context);
  const { id } = await context.command(command, requestId, { wanted, inSchoolId, input }, async (scope) => {
    const evidence = await evidenceToBind(scope, input.documents);
    const filing = await filingFacts(scope.manager, { wanted, inSchoolId, classId: input.classId, actor, now: scope.now, evidence, ...(purpose && { purpose }) });
    const filed = await scope.execute(records(filing), { command: 'file', input: { ...input, attachments: evidence.map(({ sha256 }) => sha256) } });
    await bindEvidence(scope, filed.id, input.documents);
    return { id: filed.id };
  });
  return { transferCase: await context.manager.findOneByOrFail(TransferCase, { id }) };
}
