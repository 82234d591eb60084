import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { fileCase, type FilingSettings } from '../../filing/file-case';
import type { StudentWanted } from '../../filing/filing.facts';
import { fileInputOf } from '../../filing/filing.inputs';
import { wantedByPapers, type Lookup } from '../../student/lookup';
import { TransferPayload } from '../../transfer/transfer.payload';
import { withinProvinceChain } from './within-province.chain';
import { FileTransferInput } from './within-province.inputs';
import { withinProvinceProcedure } from './within-province.procedure';

export function wantedOf({ studentId, studentNumber, name }: Pick<FileTransferInput, 'studentId' | 'studentNumber' | 'name'>, lookup: Lookup): StudentWanted {
  if (studentId && !studentNumber && !name) return { studentId };
  if (!studentId && studentNumber && name) return wantedByPapers(lookup, { studentNumber, name });
  throw new DomainError({
    code: 'TRANSFER_STUDENT_MISSING', rule: 'TRF-INTRA-04', field: 'studentId',
    zh: '须填写学生（转出学校发起），或完整学籍号和姓名（转入学校发起）', en: 'Give the pupil (transferring-out school), or the full student number and the name (receiving school)',
  });
}

export function withinProvinceResolver({ lookup }: FilingSettings) {
  @Resolver()
  class WithinProvinceResolver {
    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '申请转学 [TRF-INTRA-01] [TRF-INTRA-04]' })
    fileTransfer(@Arg('input', () => FileTransferInput) given: FileTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      return fileCase(context, {
        command: 'fileTransfer', requestId: given.requestId, wanted: wantedOf(given, lookup), inSchoolId: given.inSchoolId ?? actorOfContext(context).organizationId,
        input: fileInputOf(given, given.reasonCode),
        records: (filing) => withinProvinceProcedure.records(withinProvinceChain(filing.profile.transfer, filing.route), filing),
      });
    }
  }
  return WithinProvinceResolver;
}
