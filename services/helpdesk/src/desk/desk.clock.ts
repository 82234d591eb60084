import { randomUUID } from 'node:crypto';
import { inCommand, systemActor, type BackgroundContext, type CommandHost, type CommandScope, type RecordCommands, type WorkflowEntity } from '@xueji/platform';
import { transitionsOf } from '@xueji/workflow';
import { Ticket } from '../ticket/ticket.entity';
import { announcements } from '../workflows/announcement';
import { tickets } from '../workflows/ticket';
import { upwards, type Desks } from './desk.presence';

const TICK_MS = 30_000;
/** records treated in one transaction; what is over waits for the next tick */
const BATCH = 200;
/** only one process at a time acts for the clock */
const CLOCK_LOCK = 7101;

const statesBefore = (workflow: Parameters<typeof transitionsOf>[0], command: string): string[] =>
  [...new Set(transitionsOf(workflow).flatMap((transition) => (transition.command === command && transition.from !== null ? [transition.from] : [])))];

const asClock = (host: CommandHost, command: string, work: (scope: CommandScope) => Promise<void>): Promise<void> =>
  inCommand(host, { requestId: randomUUID(), actor: systemActor, command: `${host.name}.${command}`, input: null, source: 'clock' }, async (scope) => {
    await scope.manager.query('select pg_advisory_xact_lock($1)', [CLOCK_LOCK]);
    await work(scope);
  });

/** Sends queued tickets of deserted desks to the first desk above them that has somebody online (HLP-DESK-04). Returns how many went. */
export async function pollUpward(host: CommandHost, desks: Desks): Promise<number> {
  const states = statesBefore(tickets.workflow, 'routeUp');
  const waiting: { id: string; path: string }[] = await host.dataSource.query(
    'select distinct desk_organization_id as id, desk_path as path from ticket where waiting_since is not null and state = any($1)', [states],
  );
  const online = await desks.staffed(waiting.flatMap(({ path }) => upwards(path)));
  const deserted = waiting.filter(({ id, path }) => !online.has(id) && upwards(path).some((above) => online.has(above))).map(({ id }) => id);
  if (deserted.length === 0) return 0;
  let sent = 0;
  await asClock(host, 'pollUpward', async (scope) => {
    sent = 0;
    const found = await scope.manager.createQueryBuilder(Ticket, 'ticket').select(['ticket.id'])
      .where('ticket.deskOrganizationId = any(:deserted) and ticket.state = any(:states)', { deserted, states })
      .orderBy('ticket.createdAt').addOrderBy('ticket.id').limit(BATCH).getMany();
    for (const { id } of found) {
      const verdict = await scope.attempt(tickets, { command: 'routeUp', id, input: { staffed: [...online] } });
      if (verdict.allowed) sent += 1;
    }
  });
  return sent;
}

/** Gives `command` on every record whose deadline has passed and whose state knows it. Returns how many it was given on. */
export async function giveWhenDue<R extends WorkflowEntity, I, F>(host: CommandHost, records: RecordCommands<R, I, F>, command: string): Promise<number> {
  const states = statesBefore(records.workflow, command);
  const dueIn = (scope: Pick<CommandScope, 'manager'>) => scope.manager.createQueryBuilder(records.entity, 'record').select(['record.id'])
    .where('record.state = any(:states) and record.dueAt <= :now', { states, now: host.clock.now() }).orderBy('record.dueAt').addOrderBy('record.id').limit(BATCH).getMany();
  if ((await dueIn(host.dataSource)).length === 0) return 0;
  let given = 0;
  await asClock(host, command, async (scope) => {
    given = 0;
    for (const { id } of await dueIn(scope)) {
      const verdict = await scope.attempt(records, { command, id, input: {} as I });
      if (verdict.allowed) given += 1;
    }
  });
  return given;
}

/** What happens without anybody asking: polling upward, closing what nobody replied to, archiving what has expired. */
export interface DeskClock {
  start(context: BackgroundContext): Promise<() => Promise<void>>;
  /** polls at once, because somebody has come online */
  poll(): Promise<void>;
}

export function deskClock(desks: Desks, tickMs = TICK_MS): DeskClock {
  let host: CommandHost | null = null;

  return {
    start: async (context) => {
      host = context;
      let running: Promise<void> | null = null;
      const tick = async (): Promise<void> => {
        try {
          await pollUpward(context, desks);
          await giveWhenDue(context, tickets, 'closeUnconfirmed');
          await giveWhenDue(context, announcements, 'expireAnnouncement');
        } catch (error) {
          context.log.warn({ error: (error as Error).name }, 'a tick of the desk clock failed; the next one tries again');
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
    },
    poll: async () => {
      if (host) await pollUpward(host, desks);
    },
  };
}
