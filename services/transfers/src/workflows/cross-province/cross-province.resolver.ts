import { Access, actorOfContext, recordNotFound, type ServiceContext } from '@xueji/platform';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { fileCase, type FilingSettings } from '../../filing/file-case';
import { fileInputOf } from '../../filing/filing.inputs';
import { wantedByPapers } from '../../student/lookup';
import { TransferCase } from '../../transfer/transfer.entity';
import { TRANSFER } from '../../transfer/transfer.loaders';
import { TransferPayload } from '../../transfer/transfer.payload';
import { crossProvinceChain } from './cross-province.chain';
import { AcknowledgeTransferArchiveInput, FileCrossProvinceTransferInput, RequestTransferArchiveInput, type ArchiveInput } from './cross-province.inputs';
import { crossProvinceProcedure } from './cross-province.procedure';
import { CROSS_PROVINCE } from './cross-province.workflow';

export function crossProvinceResolver({ lookup }: FilingSettings) {
  @Resolver()
  class CrossProvinceResolver {
    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '申请跨省转学，由转入学校办理 [TRF-INTER-01]' })
    fileCrossProvinceTransfer(@Arg('input', () => FileCrossProvinceTransferInput) given: FileCrossProvinceTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      return fileCase(context, {
        command: 'fileCrossProvinceTransfer', requestId: given.requestId, wanted: wantedByPapers(lookup, given), inSchoolId: actorOfContext(context).organizationId,
        input: fileInputOf(given, given.reasonCode), records: (filing) => crossProvinceProcedure.records(crossProvinceChain(filing), filing),
      });
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '调档申请，由转入学校办理 [TRF-INTER-06]' })
    requestTransferArchive(@Arg('input', () => RequestTransferArchiveInput) input: RequestTransferArchiveInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      return give(context, 'requestArchive', input);
    }

    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '确认收到的档案，随后转接学籍 [TRF-INTER-06] [TRF-GEN-06]' })
    acknowledgeTransferArchive(@Arg('input', () => AcknowledgeTransferArchiveInput) input: AcknowledgeTransferArchiveInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      return give(context, 'acknowledgeArchive', input, { contentHash: input.contentHash });
    }
  }
  return CrossProvinceResolver;
}

async function give(context: ServiceContext, command: string, { requestId, id, expectedVersion }: RequestTransferArchiveInput, input: ArchiveInput | object = {}): Promise<TransferPayload> {
  const known = await context.manager.findOneBy(TransferCase, { id, procedure: CROSS_PROVINCE });
  if (!known) throw recordNotFound(TRANSFER);
  return { transferCase: await context.run(crossProvinceProcedure.records(known.chain), requestId, { command, id, input, expectedVersion: expectedVersion ?? null }) };
}
