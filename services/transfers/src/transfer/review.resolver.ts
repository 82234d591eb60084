import { Access, LARGEST_PAGE, recordNotFound, type ServiceContext } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { In } from 'typeorm';
import { recordsOf } from '../workflows';
import { ApproveTransferInput, ApproveTransfersInput, RefuseTransferInput, WithdrawTransferInput, type ReviewInput } from './review.inputs';
import { TransferCase } from './transfer.entity';
import { TRANSFER } from './transfer.loaders';
import { ApproveTransfersPayload, TransferPayload } from './transfer.payload';

/** What is remembered of one case of a list, in the two languages. */
interface Kept {
  id: string;
  refusal: { code: string; rule: string; field: string | null; zh: string; en: string } | null;
}

/** The commands that every procedure has: its own table says who may give them when. */
@Resolver()
export class ReviewResolver {
  @Access.scopes('school.approve', 'bureau.approve')
  @Mutation(() => TransferPayload, { description: '同意 [TRF-GEN-04]' })
  approveTransfer(@Arg('input', () => ApproveTransferInput) input: ApproveTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
    return this.give(context, 'approve', input, { classId: input.classId ?? null, reason: input.comment ?? null });
  }

  @Access.scopes('school.approve', 'bureau.approve')
  @Mutation(() => TransferPayload, { description: '不同意 [GEN-FLOW-03] [TRF-GEN-01]' })
  refuseTransfer(@Arg('input', () => RefuseTransferInput) input: RefuseTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
    return this.give(context, 'refuse', input, { reasonCode: input.reasonCode, reason: input.reason });
  }

  @Access.scopes('pupil.enter')
  @Mutation(() => TransferPayload, { description: '撤销申请，限申请学校' })
  withdrawTransfer(@Arg('input', () => WithdrawTransferInput) input: WithdrawTransferInput, @Ctx() context: ServiceContext): Promise<TransferPayload> {
    return this.give(context, 'withdraw', input, { reason: input.comment ?? null });
  }

  @Access.scopes('school.approve', 'bureau.approve')
  @Mutation(() => ApproveTransfersPayload, { description: '批量同意，逐件给出结果' })
  async approveTransfers(@Arg('input', () => ApproveTransfersInput) { requestId, ids: asked, comment }: ApproveTransfersInput, @Ctx() context: ServiceContext): Promise<ApproveTransfersPayload> {
    const ids = [...new Set(asked)];
    if (ids.length < 1 || ids.length > LARGEST_PAGE) {
      throw new DomainError({ code: 'BULK_SIZE_INVALID', rule: 'GEN-FLOW-02', field: 'ids', zh: `每次1至${LARGEST_PAGE}件`, en: `1 to ${LARGEST_PAGE} cases at a time` });
    }
    const input: ReviewInput = { reason: comment ?? null };
    const kept = await context.command('approveTransfers', requestId, { ids, input }, async (scope) => {
      const procedures = await scope.manager.find(TransferCase, { select: { id: true, procedure: true, chain: true as never }, where: { id: In(ids) } });
      const verdicts: Kept[] = [];
      // One order for all, so that two lists never wait for each other's locks.
      for (const id of [...ids].sort()) {
        const known = procedures.find((transfer) => transfer.id === id);
        const verdict = known ? await scope.attempt(recordsOf(known), { command: 'approve', id, input }) : { allowed: false as const, error: recordNotFound(TRANSFER) };
        verdicts.push({ id, refusal: verdict.allowed ? null : { code: verdict.error.code, rule: verdict.error.rule, field: verdict.error.field, ...verdict.error.messages } });
      }
      return verdicts;
    });
    const approved = await context.manager.findBy(TransferCase, { id: In(kept.filter(({ refusal }) => !refusal).map(({ id }) => id)) });
    return {
      verdicts: ids.map((id) => {
        const { refusal } = kept.find((each) => each.id === id)!;
        return {
          id, approved: refusal === null, transferCase: approved.find((transfer) => transfer.id === id) ?? null,
          code: refusal?.code ?? null, rule: refusal?.rule ?? null, field: refusal?.field ?? null, message: refusal?.[context.locale] ?? null,
        };
      }),
    };
  }

  private async give(context: ServiceContext, command: string, { requestId, id, expectedVersion }: { requestId: string; id: string; expectedVersion?: number | null }, input: ReviewInput): Promise<TransferPayload> {
    // Procedure and chain never change, so they may be read before the lock.
    const known = await context.manager.findOne(TransferCase, { select: { id: true, procedure: true, chain: true as never }, where: { id } });
    if (!known) throw recordNotFound(TRANSFER);
    return { transferCase: await context.run(recordsOf(known), requestId, { command, id, input, expectedVersion: expectedVersion ?? null }) };
  }
}
