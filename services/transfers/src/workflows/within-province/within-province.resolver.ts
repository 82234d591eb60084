import { Access, actorOfContext, type ServiceContext } from '@xueji/platform';
import type { PolicyProfile } from '@xueji/standards';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Lookup } from '../../student/lookup';
import { TransferCase } from '../../transfer/transfer.entity';
import { TransferPayload } from '../../transfer/transfer.payload';
import { withinProvinceChain } from './within-province.chain';
import { filingFacts, type StudentWanted } from './within-province.facts';
import { FileTransferInput, type FileInput } from './within-province.inputs';
import { withinProvinceProcedure } from './within-province.procedure';

export interface FilingSettings {
  lookup: Lookup;
  profiles: readonly PolicyProfile[];
}

function wantedOf({ studentId, studentNumber, name }: FileTransferInput, lookup: Lookup): StudentWanted {
  if (studentId && !studentNumber && !name) return { studentId };
  if (!studentId && studentNumber && name) return { numberHash: lookup.numberHash(studentNumber), nameHash: lookup.nameHash(name) };
  throw new DomainError({
    code: 'TRANSFER_STUDENT_MISSING', rule: 'TRF-INTRA-04', field: 'studentId',
    zh: '须填写学生（转出学校发起），或完整学籍号和姓名（转入学校发起）', en: 'Give the pupil (transferring-out school), or the full student number and the name (receiving school)',
  });
}

export function withinProvinceResolver({ lookup, profiles }: FilingSettings) {
  @Resolver()
  class WithinProvinceResolver {
    @Access.scopes('pupil.enter')
    @Mutation(() => TransferPayload, { description: '申请转学 [TRF-INTRA-01] [TRF-INTRA-04]' })
    async fileTransfer(@Arg('input', () => FileTransferInput) given: FileTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
      const actor = actorOfContext(context);
      const wanted = wantedOf(given, lookup);
      const inSchoolId = given.inSchoolId ?? actor.organizationId;
      const { reasonCode, documents, comment, classId, receivedOn, attendanceStartDate } = given;
      const input: FileInput = {
        classId: classId ?? null, reasonCode, reason: comment ?? null, documents, attachments: documents.map(({ sha256 }) => sha256),
        receivedOn: receivedOn ?? null, attendanceStartDate: attendanceStartDate ?? null,
      };
      // What the request is remembered by holds the keyed hashes, never the number or the name.
      const { id } = await context.command('fileTransfer', given.requestId, { wanted, inSchoolId, input }, async (scope) => {
        const filing = await filingFacts(scope.manager, { wanted, inSchoolId, actor, now: scope.now, profiles });
        const chain = withinProvinceChain(filing.profile.transfer, filing.route);
        return { id: (await scope.execute(withinProvinceProcedure.records(chain, filing), { command: 'file', input })).id };
      });
      return { transferCase: await context.manager.findOneByOrFail(TransferCase, { id }) };
    }
  }
  return WithinProvinceResolver;
}
