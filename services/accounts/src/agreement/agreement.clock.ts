import { randomUUID } from 'node:crypto';
import { agreementSession, inCommand, systemActor, type BackgroundContext, type CommandHost, type EndedSessions } from '@xueji/platform';
import { agreements } from '../workflows/agreement';

const TICK_MS = 30_000;
const BATCH = 200;
/** only one process at a time acts for the clock */
const CLOCK_LOCK = 7102;

/** Ends agreements whose period has passed. Returns how many. */
export async function expireAgreements(host: CommandHost, endedSessions: EndedSessions): Promise<number> {
  const due = () => host.dataSource.manager.createQueryBuilder(agreements.entity, 'a').select(['a.id']).where(`a.state = 'ACTIVE' and a.dueAt <= :now`, { now: host.clock.now() }).limit(BATCH).getMany();
  if ((await due()).length === 0) return 0;
  const expired = await inCommand(host, { requestId: randomUUID(), actor: systemActor, command: 'accounts.expireAgreements', input: null, source: 'clock' }, async (scope) => {
    await scope.manager.query('select pg_advisory_xact_lock($1)', [CLOCK_LOCK]);
    const ids: string[] = [];
    for (const { id } of await due()) {
      const verdict = await scope.attempt(agreements, { command: 'expireAgreement', id, input: {} });
      if (verdict.allowed) ids.push(id);
    }
    return ids;
  });
  await endedSessions.end(expired.map(agreementSession));
  return expired.length;
}

export const agreementClock = (endedSessions: EndedSessions, tickMs = TICK_MS) => async (context: BackgroundContext): Promise<() => Promise<void>> => {
  let running: Promise<void> | null = null;
  const tick = async (): Promise<void> => {
    try {
      await expireAgreements(context, endedSessions);
    } catch (error) {
      context.log.warn({ error: (error as Error).name }, 'a tick of the agreement clock failed; the next one tries again');
    }
  };
  const timer = setInterval(() => {
    running ??= tick().finally(() => (running = null));
  }, tickMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
};
