import { randomUUID } from 'node:crypto';
import { inCommand, organizationsById, systemActor, type BackgroundContext, type CommandHost, type OrganizationProjection } from '@xueji/platform';
import type { PolicyProfile, TransferPolicy } from '@xueji/standards';
import { In, type EntityManager } from 'typeorm';
import { approvedProfiles } from '../policy/policy-profile.rows';
import { TransferCase } from '../transfer/transfer.entity';
import { ANSWERS_FOR, type TransferState } from '../transfer/transfer.terms';
import { TransferReminder } from './reminder.entity';
import { reminderInstant, thresholds, type ReminderKind } from './reminder.instants';
import { ticking } from './ticking';

const TICK_MS = 30_000;
/** reminders of one transaction */
const BATCH = 200;
/** only one process at a time acts for the clock; the unique index stands behind that */
const CLOCK_LOCK = 7102;

const WAITING = Object.keys(ANSWERS_FOR) as TransferState[];
/** what another province's policy may bind */
const OUT_SIDE = WAITING.filter((state) => ANSWERS_FOR[state]!.party.startsWith('out'));

interface Outstanding {
  id: string;
  version: number;
  kind: ReminderKind;
}

/** The policy that binds whoever the case waits for [TRF-GEN-09]. */
function policyOf(profiles: readonly PolicyProfile[], { state, outTerms, profileId, profileEffectiveFrom }: TransferCase): TransferPolicy | undefined {
  const terms = (OUT_SIDE.includes(state as TransferState) ? outTerms : null) ?? { profileId, profileEffectiveFrom };
  return profiles.find(({ id, effectiveFrom }) => id === terms.profileId && effectiveFrom === terms.profileEffectiveFrom)?.transfer;
}

/** Reminders whose instant has come and that nobody got. It looks at the cases as they stand, so a clock that was away misses nothing. */
function outstanding(manager: EntityManager, profiles: readonly PolicyProfile[], now: Date): Promise<Outstanding[]> {
  const policies = profiles.map(({ id, effectiveFrom, transfer }) => ({ id, effectiveFrom, ...thresholds(transfer, now) }));
  return manager.query(
    `select c.id, c.version, k.kind from transfer_case c
     left join jsonb_to_recordset($1::jsonb) as p(id text, "effectiveFrom" date, "receivedBefore" timestamptz, "dueBefore" timestamptz)
       on p.id = case when c.state = any($4) then coalesce(c.out_terms->>'profileId', c.profile_id) else c.profile_id end
       and p."effectiveFrom" = case when c.state = any($4) then coalesce((c.out_terms->>'profileEffectiveFrom')::date, c.profile_effective_from) else c.profile_effective_from end
     cross join lateral (values (1, 'BEFORE', c.updated_at < p."receivedBefore" and c.state <> 'MOVING'), (2, 'DUE', c.due_at <= $2), (3, 'OVERDUE', c.due_at < $2), (4, 'ESCALATED', c.due_at < p."dueBefore")) as k(nth, kind, reached)
     where c.due_at is not null and c.state = any($3) and k.reached
       and not exists (select 1 from transfer_reminder r where r.case_id = c.id and r.version = c.version and r.kind = k.kind)
     order by c.due_at, c.id, k.nth limit ${BATCH}`,
    [JSON.stringify(policies), now, WAITING, OUT_SIDE],
  );
}

async function fire(manager: EntityManager, now: Date): Promise<number> {
  const profiles = await approvedProfiles(manager);
  const due = await outstanding(manager, profiles, now);
  const found = await manager.findBy(TransferCase, { id: In([...new Set(due.map(({ id }) => id))]) });
  // One decided meanwhile is nothing to remind of; its new step is looked at the next time.
  const cases = new Map(found.filter(({ id, version }) => due.some((each) => each.id === id && each.version === version)).map((transfer) => [transfer.id, transfer]));
  const reviewerOf = (transfer: TransferCase): string => transfer[ANSWERS_FOR[transfer.state as TransferState]!.party]!;
  const known = new Map<string, OrganizationProjection>();
  for (let ids = [...cases.values()].map(reviewerOf); ids.length > 0; ) {
    const organizations = await organizationsById(manager, ids);
    for (const [id, organization] of organizations) known.set(id, organization);
    ids = [...organizations.values()].map(superiorOf).filter((id): id is string => id !== null && !known.has(id));
  }
  // Whoever has nobody above hears of it instead.
  const above = (id: string): string => (known.has(id) ? superiorOf(known.get(id)!) : null) ?? id;
  const reminders = due.flatMap(({ id, kind }) => {
    const transfer = cases.get(id);
    if (!transfer?.dueAt) return [];
    const reviewer = reviewerOf(transfer);
    const addressedId = kind === 'OVERDUE' ? above(reviewer) : kind === 'ESCALATED' ? above(above(reviewer)) : reviewer;
    const policy = policyOf(profiles, transfer);
    const dueAt = policy ? reminderInstant(kind, { receivedAt: transfer.updatedAt, dueAt: transfer.dueAt }, policy) : transfer.dueAt;
    return [{ id: randomUUID(), caseId: id, version: transfer.version, kind, state: transfer.state as TransferState, dueAt, firedAt: now, addressedId }];
  });
  if (reminders.length > 0) await manager.createQueryBuilder().insert().into(TransferReminder).values(reminders).orIgnore().execute();
  return due.length;
}

const superiorOf = ({ competentAuthorityId, parentId }: OrganizationProjection): string | null => competentAuthorityId ?? parentId;

/** Sends every reminder whose instant has come. The cases stay where they are [GEN-FLOW-08]. */
export async function remind(host: CommandHost): Promise<void> {
  for (let sent = BATCH; sent === BATCH; ) {
    const { manager } = host.dataSource;
    if ((await outstanding(manager, await approvedProfiles(manager), host.clock.now())).length === 0) return;
    await inCommand(host, { requestId: randomUUID(), actor: systemActor, command: `${host.name}.remind`, input: null, source: 'clock' }, async (scope) => {
      await scope.manager.query('select pg_advisory_xact_lock($1)', [CLOCK_LOCK]);
      sent = await fire(scope.manager, scope.now);
    });
  }
}

/** The clock that runs beside the service. What it did stands in the database, so it may be stopped and started, and run twice. */
export const reminderClock = (tickMs = TICK_MS) => (context: BackgroundContext): (() => Promise<void>) =>
  ticking(context.log, 'reminder', tickMs, () => remind(context));
