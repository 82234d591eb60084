import { randomUUID } from 'node:crypto';
import { inCommand, systemActor, type BackgroundContext, type CommandHost } from '@xueji/platform';
import { ticking } from '../clocks/ticking';
import { TransferEvidence } from './evidence.entity';
import { claimScan, expiredEvidence, removeEvidence, scanEvidence, type EvidenceKeeping, type InTransaction } from './keep-evidence';

const TICK_MS = 30_000;
/** files taken away between two looks */
const BATCH = 100;

const bySystem = (host: CommandHost): InTransaction => (command, work) =>
  inCommand(host, { requestId: randomUUID(), actor: systemActor, command: `${host.name}.${command}`, input: null, source: 'clock' }, work);

/** Gives what is held to the scanner, oldest attempt first, until nothing waits. Throws when the scanner cannot say: what is left is looked at the next time. */
export async function scanHeld(host: CommandHost, keeping: EvidenceKeeping): Promise<void> {
  const waits = () => host.dataSource.manager.createQueryBuilder(TransferEvidence, 'e').where(`e.scan = 'PENDING' and e.scanAfter <= :now`, { now: host.clock.now() }).getExists();
  while (await waits()) {
    const claimed = await bySystem(host)('claimScan', claimScan);
    if (!claimed) return;
    await scanEvidence(keeping, claimed, bySystem(host));
  }
}

/** Takes away the files that no case took in time. */
export async function removeExpired(host: CommandHost, { files }: Pick<EvidenceKeeping, 'files'>): Promise<void> {
  for (const id of await expiredEvidence(host.dataSource.manager, host.clock.now(), BATCH)) {
    await bySystem(host)('removeEvidence', (scope) => removeEvidence(scope, files, id, 'EXPIRED'));
  }
}

/** What it has to do stands in the database, so it may be stopped and started, and run twice: a file is claimed before it is scanned. */
export const evidenceClock = (keeping: EvidenceKeeping, tickMs = TICK_MS) => (context: BackgroundContext): (() => Promise<void>) =>
  ticking(context.log, 'evidence', tickMs, async () => {
    await removeExpired(context, keeping);
    await scanHeld(context, keeping);
  });
