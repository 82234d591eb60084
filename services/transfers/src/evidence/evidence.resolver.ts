import { Access, loadTogether, type ServiceContext } from '@xueji/platform';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { In } from 'typeorm';
import { TransferCase } from '../transfer/transfer.entity';
import { evidencePath } from './evidence-download.route';
import { TransferEvidence } from './evidence.entity';

@Resolver(() => TransferCase)
export class CaseEvidenceResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => [TransferEvidence], { description: '证明材料，随转学一并可见 [TRF-GEN-09]' })
  evidence(@Root() { id }: TransferCase, @Ctx() context: ServiceContext): Promise<TransferEvidence[]> {
    return loadTogether(context, 'evidence-of-transfer', id, async (ids) => {
      const found = await context.manager.find(TransferEvidence, { where: { caseId: In([...ids]) }, order: { kind: 'ASC', uploadedAt: 'ASC', id: 'ASC' } });
      return ids.map((caseId) => found.filter((evidence) => evidence.caseId === caseId));
    });
  }
}

@Resolver(() => TransferEvidence)
export class EvidenceResolver {
  @Access.scopes('pupil.read')
  @FieldResolver(() => String, { nullable: true, description: '下载地址；未通过查毒时为空' })
  downloadPath(@Root() { id, scan }: TransferEvidence): string | null {
    return scan === 'CLEAN' ? evidencePath(id) : null;
  }
}
