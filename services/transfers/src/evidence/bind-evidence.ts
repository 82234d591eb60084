import type { CommandScope } from '@xueji/platform';
import { In, type EntityManager } from 'typeorm';
import { TransferEvidence } from './evidence.entity';
import type { EvidenceFacts, NamedEvidence } from './evidence.terms';

const factsOf = ({ id, fileName, sha256, scan, caseId }: TransferEvidence): EvidenceFacts => ({ id, fileName, sha256: sha256!, scan, caseId });

/**
 * Files of the actor's own organisation among those named, locked till the commit so that of two filings the second sees the first; what is still coming in
 * or has expired is not there. Before the pupil's lock, always.
 */
export async function evidenceToBind({ manager, actor, now }: CommandScope, documents: readonly NamedEvidence[]): Promise<EvidenceFacts[]> {
  if (documents.length === 0) return [];
  const found = await manager.find(TransferEvidence, {
    where: { id: In(documents.map(({ evidenceId }) => evidenceId)), organizationId: actor.organizationId }, order: { id: 'ASC' }, lock: { mode: 'pessimistic_write' },
  });
  return found.filter(({ scan, expiresAt }) => scan !== 'RECEIVING' && (expiresAt === null || expiresAt > now)).map(factsOf);
}

/** In the transaction that files the case. */
export async function bindEvidence(scope: CommandScope, caseId: string, documents: readonly NamedEvidence[]): Promise<void> {
  for (const { kind, evidenceId } of documents) {
    await scope.manager.update(TransferEvidence, { id: evidenceId }, { caseId, kind, boundAt: scope.now, expiresAt: null });
    scope.audit('evidence.bind', 'transfer-evidence', evidenceId, { caseId, kind });
  }
}

/** Of the case, as it stands. */
export const evidenceOf = async (manager: EntityManager, caseId: string): Promise<EvidenceFacts[]> => (await manager.find(TransferEvidence, { where: { caseId }, order: { id: 'ASC' } })).map(factsOf);
