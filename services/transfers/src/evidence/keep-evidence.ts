import { randomUUID } from 'node:crypto';
import { systemActor, type CommandScope, type FileFolder } from '@xueji/platform';
import { DomainError } from '@xueji/workflow';
import { IsNull, MoreThan, type EntityManager } from 'typeorm';
import { TransferEvidence } from './evidence.entity';
import { EVIDENCE_LIMITS, EVIDENCE_RULE } from './evidence.terms';
import type { VirusScanner } from './scanner';

/** What everything that touches the files is made with. */
export interface EvidenceKeeping {
  files: FileFolder;
  scanner: VirusScanner;
}

/** One transaction through the write door. */
export type InTransaction = <T>(command: string, work: (scope: CommandScope) => Promise<T>) => Promise<T>;

const SUBJECT = 'transfer-evidence';
const MINUTE = 60_000;
/** a body that has not come in by then never will */
const RECEIVING_MS = 60 * MINUTE;
const UNBOUND_MS = 24 * 60 * MINUTE;
const LONGEST_PAUSE_MS = 15 * MINUTE;

const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
/** Longer than a scanner takes, and with each failure more. */
const nextAttempt = (now: Date, attempts: number): Date => later(now, Math.min(2 ** attempts * MINUTE, LONGEST_PAUSE_MS));

/** A row for a file that is about to come in, so that no file is ever without one, whatever crashes. */
export async function reserveEvidence({ manager, actor, now }: CommandScope, fileName: string): Promise<TransferEvidence> {
  const { waiting } = EVIDENCE_LIMITS;
  if ((await manager.countBy(TransferEvidence, { organizationId: actor.organizationId, caseId: IsNull(), expiresAt: MoreThan(now) })) >= waiting) {
    throw new DomainError({
      code: 'EVIDENCE_TOO_MANY', rule: EVIDENCE_RULE, field: 'file', details: { limit: waiting },
      zh: `本校已有${waiting}个文件尚未用于转学申请，请先办理申请`, en: `${waiting} files of your school wait for a case already; file those first`,
    });
  }
  return manager.save(TransferEvidence, {
    id: randomUUID(), fileKey: randomUUID(), fileName, mediaType: null, size: null, sha256: null, accountId: actor.accountId, uploadedBy: actor.realName,
    organizationId: actor.organizationId, uploadedAt: now, expiresAt: later(now, RECEIVING_MS), scan: 'RECEIVING', scanAfter: null, scanAttempts: 0, scannedAt: null, scannedBy: null,
    finding: null, caseId: null, kind: null, boundAt: null,
  });
}

/** The file is there and is what it says. Held from now on; `scanAfter` leaves the first scan to whoever received it. */
export async function keepEvidence(scope: CommandScope, id: string, received: { mediaType: string; size: number; sha256: string }): Promise<void> {
  const { now } = scope;
  const { affected } = await scope.manager.update(TransferEvidence, { id, scan: 'RECEIVING' }, { ...received, scan: 'PENDING', scanAfter: nextAttempt(now, 1), scanAttempts: 1, uploadedAt: now, expiresAt: later(now, UNBOUND_MS) });
  if (!affected) throw new DomainError({ code: 'UPLOAD_TOO_SLOW', rule: EVIDENCE_RULE, field: 'file', zh: '上传停滞过久，请重新上传', en: 'The upload took too long; try again' });
  scope.audit('evidence.upload', SUBJECT, id, received);
}

/** Gives a file to the scanner and writes down what it says. Throws when the scanner cannot say. No transaction is open meanwhile. */
export async function scanEvidence({ files, scanner }: EvidenceKeeping, { id, fileKey }: Pick<TransferEvidence, 'id' | 'fileKey'>, inTransaction: InTransaction): Promise<void> {
  const { finding } = await scanner.scan(files.read(fileKey));
  const scan = finding === null ? 'CLEAN' : 'INFECTED';
  await inTransaction('scanEvidence', async (scope) => {
    const { affected } = await scope.manager.update(TransferEvidence, { id, scan: 'PENDING' }, { scan, scanAfter: null, scannedAt: scope.now, scannedBy: scanner.name, finding });
    if (affected) scope.as(systemActor).audit('evidence.scan', SUBJECT, id, { scan, by: scanner.name, finding });
  });
}

/** The file that has waited longest for a scanner, left to the caller until its next attempt; null when none waits. */
export async function claimScan({ manager, now }: CommandScope): Promise<Pick<TransferEvidence, 'id' | 'fileKey'> | null> {
  const waiting = await manager.createQueryBuilder(TransferEvidence, 'e').where(`e.scan = 'PENDING' and e.scanAfter <= :now`, { now })
    .orderBy('e.scanAfter').addOrderBy('e.id').limit(1).setLock('pessimistic_write').setOnLocked('skip_locked').getOne();
  if (!waiting) return null;
  const { id, fileKey, scanAttempts } = waiting;
  await manager.update(TransferEvidence, { id }, { scanAttempts: scanAttempts + 1, scanAfter: nextAttempt(now, scanAttempts + 1) });
  return { id, fileKey };
}

/** Ids of files that no case took in time. */
export const expiredEvidence = async (manager: EntityManager, now: Date, atMost: number): Promise<string[]> =>
  (await manager.createQueryBuilder(TransferEvidence, 'e').select('e.id').where('e.expiresAt <= :now', { now }).orderBy('e.expiresAt').limit(atMost).getMany()).map(({ id }) => id);

export type Removal = 'EXPIRED' | 'NOT_RECEIVED';

/**
 * Takes a file away that no case has: one that expired, or one whose body never came in whole. First the file, then the row: after a crash between the two the
 * row leads here again.
 */
export async function removeEvidence(scope: CommandScope, files: FileFolder, id: string, why: Removal): Promise<void> {
  const { manager, now } = scope;
  const evidence = await manager.findOne(TransferEvidence, { where: { id, caseId: IsNull() }, lock: { mode: 'pessimistic_write' } });
  if (!evidence || !(why === 'EXPIRED' ? evidence.expiresAt! <= now : evidence.scan === 'RECEIVING')) return;
  await files.remove(evidence.fileKey);
  await manager.delete(TransferEvidence, { id });
  scope.as(systemActor).audit('evidence.remove', SUBJECT, id, { why, sha256: evidence.sha256 });
}
