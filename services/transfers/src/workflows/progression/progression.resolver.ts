import { Access, actorOfContext, recordNotFound, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { fileCase, type FilingSettings } from '../../filing/file-case';
import { fileInputOf } from '../../filing/filing.inputs';
import { wantedByPapers } from '../../student/lookup';
import { TransferCase } from '../../transfer/transfer.entity';
import { TRANSFER } from '../../transfer/transfer.loaders';
import { TransferPayload } from '../../transfer/transfer.payload';
import { progressionChain } from './progression.chain';
import { FileProgressionInput, RetrieveArchiveInput, type FileProgression } from './progression.inputs';
import { progressionProcedure } from './progression.procedure';
import { PROGRESSION, REASON } from './progression.workflow';

export function progressionResolver({ lookup }: FilingSettings) {
  @Resolver()
  class ProgressionResolver {
    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '申请毕业后跨省就学，由接收学校办理 [TRF-PROG-01] [TRF-PROG-02]' })
    fileProgression(@Arg('input', () => FileProgressionInput) given: FileProgressionInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      const input: FileProgression = { ...fileInputOf(given, REASON), formalitiesReference: given.formalitiesReference };
      return fileCase(context, {
        command: 'fileProgression', requestId: given.requestId, wanted: wantedByPapers(lookup, given), inSchoolId: actorOfContext(context).organizationId, input,
        purpose: 'CROSS_PROVINCE_PROGRESSION', records: (filing) => progressionProcedure.records(progressionChain(filing), filing),
      });
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '调取学生档案，由接收学校办理，随后建籍 [TRF-PROG-03]' })
    async retrieveProgressionArchive(@Arg('input', () => RetrieveArchiveInput) { requestId, id, expectedVersion }: RetrieveArchiveInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      const known = await context.manager.findOneBy(TransferCase, { id, procedure: PROGRESSION });
      if (!known) throw recordNotFound(TRANSFER);
      return { transferCase: await context.run(progressionProcedure.records(known.chain), requestId, { command: 'retrieveArchive', id, input: {}, expectedVersion: expectedVersion ?? null }) };
    }
  }
  return ProgressionResolver;
}
