import { createHash, randomUUID } from 'node:crypto';
import { DomainError, decide, type DraftEvent, type Workflow } from '@xueji/workflow';
import { checkEvent, contracts, type CloudEvent, type EventContract } from '@xueji/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '../auth';
import type { Clock } from '../clock';
import { appendAudit, type AuditDraft } from './audit-chain';
import { canonicalJson } from './canonical-json';
import type { WorkflowEntity } from './workflow-entity';

/** What the write door needs of the service it stands in. */
export interface CommandHost {
  name: string;
  dataSource: DataSource;
  clock: Clock;
  /** called after each commit that left events in the outbox */
  outboxFilled(): void;
  /** refusal to give when a unique constraint stops a race, by constraint name */
  constraints: Readonly<Record<string, () => DomainError>>;
}

/** How the records of one workflow are read and written. Everything here sees its own database only. */
export interface RecordCommands<R extends WorkflowEntity, I, F> {
  /** kebab-case name of the record, used in history, audit and events */
  recordType: string;
  workflow: Workflow<string, R, I, F, Actor>;
  entity: new () => R;
  facts(manager: EntityManager, s: { record: R | null; input: I; actor: Actor; now: Date; command: string }): Promise<F>;
  /** row scope: a record out of it is not found */
  isVisible(record: R, actor: Actor): boolean;
  /** takes locks that must come before the record's own, e.g. the pupil's before the pull's */
  lockFirst?(manager: EntityManager, record: R): Promise<void>;
  /** further writes of the same transaction */
  effects?(scope: CommandScope, s: { before: R | null; after: R; command: string; input: I; facts: F }): Promise<void>;
}

export interface Call<I> {
  command: string;
  /** absent for a creating command */
  id?: string;
  /** id to give a new record; random when absent */
  newId?: string;
  input: I;
  expectedVersion?: number | null;
}

export type Verdict<R> = { allowed: true; record: R } | { allowed: false; error: DomainError };

export interface Request {
  requestId: string;
  actor: Actor;
  command: string;
  input: unknown;
  /** where it came from: `graph`, `upload`, `event`, `clock` */
  source: string;
  traceId?: string;
}

/** Acts where no person does: consumers and clocks. */
export const systemActor: Actor = {
  accountId: 'system', realName: '系统', duty: 'SYSTEM' as never, organizationId: 'cn', organizationName: '系统', level: 'MINISTRY',
  path: '/cn/', province: null, realNameVerified: true, sessionId: 'system', certificate: null, scopes: [],
} as Actor;

/** What a transaction has still to write. */
class Gathered {
  readonly steps: object[] = [];
  readonly audits: AuditDraft[] = [];
  readonly outbox: { id: string; topic: string; key: string; event: CloudEvent }[] = [];
}

/** One transaction: decisions, and everything that must commit with them. */
export class CommandScope {
  constructor(private readonly host: CommandHost, readonly manager: EntityManager, readonly request: Request, readonly now: Date, private readonly gathered = new Gathered()) {}

  get actor(): Actor {
    return this.request.actor;
  }

  /** The same transaction with somebody else acting: the system, for steps that follow from a person's by rule; a persona, in demo seeds. */
  as(actor: Actor): CommandScope {
    return new CommandScope(this.host, this.manager, { ...this.request, actor }, this.now, this.gathered);
  }

  /** Decides and, when allowed, writes. A refusal writes nothing and leaves the transaction usable, so a bulk command can go on. */
  async attempt<R extends WorkflowEntity, I, F>(records: RecordCommands<R, I, F>, call: Call<I>): Promise<Verdict<R>> {
    const { manager, actor, now } = this;
    const before = call.id === undefined ? null : await this.lockedRecord(records, call.id);
    if (call.id !== undefined && (!before || !records.isVisible(before, actor))) return { allowed: false, error: recordNotFound(records.recordType) };
    if (before && call.expectedVersion != null && call.expectedVersion !== before.version) {
      return { allowed: false, error: new DomainError({ code: 'VERSION_STALE', rule: 'GEN-FLOW-02', field: 'expectedVersion', zh: '记录已被他人更新，请刷新后重试', en: 'The record has changed since you read it', details: { currentVersion: before.version } }) };
    }
    const { command, input } = call;
    const facts = await records.facts(manager, { record: before, input, actor, now, command });
    const decision = decide(records.workflow, { record: before, actor, input, facts, now, command });
    if (!decision.allowed) {
      // Who comes second reads which version was there first.
      if (before) decision.error.details.currentVersion ??= before.version;
      return decision;
    }
    const after = Object.assign(new records.entity(), before ?? { id: call.newId ?? randomUUID(), submittedBy: null, createdAt: now }, decision.patch, {
      state: decision.to,
      version: (before?.version ?? 0) + 1,
      dueAt: decision.deadline?.dueAt ?? null,
      dueRule: decision.deadline?.rule ?? null,
      dueFlagged: decision.deadline?.flagged ?? false,
      updatedAt: now,
    }) as R;
    if (before) await manager.update(records.entity, { id: before.id } as never, changedColumns(before, after) as never);
    else await manager.insert(records.entity, after as never);
    const reason = (input as { reason?: string } | null)?.reason ?? null;
    this.gathered.steps.push({
      recordType: records.recordType, recordId: after.id, version: after.version, fromState: decision.from, toState: decision.to, command,
      accountId: actor.accountId, realName: actor.realName, duty: actor.duty, organizationId: actor.organizationId, organizationName: actor.organizationName,
      reason, attachments: (input as { attachments?: string[] } | null)?.attachments ?? [], cites: records.workflow.findRow(decision.from, command)!.cites,
      dueAt: after.dueAt, requestId: this.request.requestId, at: now,
    });
    this.audit(`${records.recordType}.${command}`, records.recordType, after.id, { from: decision.from, to: decision.to, version: after.version, before: fingerprint(before), after: fingerprint(after) });
    for (const event of decision.events(after)) this.emit(records.recordType, after, event);
    await records.effects?.(this, { before, after, command, input, facts });
    return { allowed: true, record: after };
  }

  /** As `attempt`, but a refusal is thrown and the transaction rolls back. */
  async execute<R extends WorkflowEntity, I, F>(records: RecordCommands<R, I, F>, call: Call<I>): Promise<R> {
    const verdict = await this.attempt(records, call);
    if (!verdict.allowed) throw verdict.error;
    return verdict.record;
  }

  /** Puts an event about `aggregate` into the outbox. Throws when its data do not fit the contract. */
  emit(aggregateType: string, aggregate: { id: string; version: number }, draft: DraftEvent): void {
    const contract = contracts.get(draft.type);
    if (!contract) throw new Error(`no contract for ${draft.type}`);
    const id = randomUUID();
    const event = checkEvent({
      specversion: '1.0', id, source: `/xueji/${this.host.name}`, type: draft.type, subject: draft.key, time: this.now.toISOString(), datacontenttype: 'application/json',
      dataschema: `urn:xueji:${draft.type}`, partitionkey: draft.key, aggregatetype: aggregateType, aggregateid: aggregate.id, aggregateversion: aggregate.version,
      ...(this.request.traceId ? { traceid: this.request.traceId } : {}), data: draft.data,
    });
    this.gathered.outbox.push({ id, topic: contract.topic, key: draft.key, event });
  }

  audit(action: string, subjectType: string, subjectId: string, detail: object): void {
    const { actor, now } = this;
    this.gathered.audits.push({ at: now, accountId: actor.accountId, realName: actor.realName, duty: actor.duty, organizationId: actor.organizationId, source: this.request.source, action, subjectType, subjectId, detail });
  }

  /** Writes what was gathered; the last thing before the commit. Returns whether events are waiting. */
  async flush(): Promise<boolean> {
    const { manager } = this;
    const { steps, audits, outbox } = this.gathered;
    if (steps.length > 0) {
      await manager.query(
        `insert into case_step (record_type, record_id, version, from_state, to_state, command, account_id, real_name, duty, organization_id, organization_name, reason, attachments, cites, due_at, request_id, at)
         select "recordType", "recordId", version, "fromState", "toState", command, "accountId", "realName", duty, "organizationId", "organizationName", reason, attachments,
           array(select jsonb_array_elements_text(cites)), "dueAt", "requestId", at
         from jsonb_to_recordset($1::jsonb) as r("recordType" text, "recordId" text, version int, "fromState" text, "toState" text, command text, "accountId" text, "realName" text, duty text,
           "organizationId" text, "organizationName" text, reason text, attachments jsonb, cites jsonb, "dueAt" timestamptz, "requestId" text, at timestamptz)`,
        [JSON.stringify(steps)],
      );
    }
    if (outbox.length > 0) {
      await manager.query(
        `insert into outbox_event (id, topic, key, event)
         select (r->>'id')::uuid, r->>'topic', r->>'key', r->'event' from jsonb_array_elements($1::jsonb) with ordinality as e(r, n) order by n`,
        [JSON.stringify(outbox)],
      );
    }
    await appendAudit(manager, this.request.requestId, audits);
    return outbox.length > 0;
  }

  private async lockedRecord<R extends WorkflowEntity>(records: Pick<RecordCommands<R, never, never>, 'entity' | 'lockFirst'>, id: string): Promise<R | null> {
    const { manager } = this;
    const where = { id } as never;
    if (records.lockFirst) {
      const unlocked = await manager.findOne(records.entity, { where });
      if (!unlocked) return null;
      await records.lockFirst(manager, unlocked);
    }
    return manager.findOne(records.entity, { where, lock: { mode: 'pessimistic_write' } });
  }
}

export const recordNotFound = (recordType: string): DomainError =>
  new DomainError({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03', zh: '未找到该记录', en: 'Not found', details: { recordType } });

const fingerprint = (record: object | null): string | null => (record ? createHash('sha256').update(canonicalJson(record)).digest('hex') : null);

const changedColumns = <R extends object>(before: R, after: R): Partial<R> =>
  Object.fromEntries(Object.entries(after).filter(([key, value]) => canonicalJson(value) !== canonicalJson(before[key as keyof R]))) as Partial<R>;

const RETRIED = new Set(['40001', '40P01']);

/**
 * The only write door. One transaction: has this request been seen? → `work` → history, outbox, audit. `work` returns what a repeat of the request
 * shall be answered with (JSON). A request id used by another person or with other input is refused.
 */
export async function inCommand<T>(host: CommandHost, request: Request, work: (scope: CommandScope) => Promise<T>): Promise<T> {
  if (!/^[\w-]{8,64}$/.test(request.requestId)) {
    throw new DomainError({ code: 'REQUEST_ID_INVALID', rule: 'GEN-FLOW-01', field: 'requestId', zh: 'requestId 须为 8 至 64 位字母、数字、下划线或连字符', en: 'requestId must be 8 to 64 letters, digits, underscores or hyphens' });
  }
  const inputHash = createHash('sha256').update(canonicalJson(request.input)).digest('hex');
  for (let attempt = 1; ; attempt += 1) {
    try {
      let filled = false;
      const result = await host.dataSource.transaction(async (manager) => {
        const now = host.clock.now();
        const fresh = await manager.query('insert into command_request (request_id, account_id, command, input_hash, at) values ($1, $2, $3, $4, $5) on conflict do nothing returning 1', [
          request.requestId, request.actor.accountId, request.command, inputHash, now,
        ]);
        if (fresh.length === 0) return repeated<T>(manager, request, inputHash);
        const scope = new CommandScope(host, manager, request, now);
        const outcome = await work(scope);
        filled = await scope.flush();
        await manager.query('update command_request set result = $2 where request_id = $1', [request.requestId, JSON.stringify(outcome ?? null)]);
        return outcome;
      });
      if (filled) host.outboxFilled();
      return result;
    } catch (error) {
      const { code, constraint } = sqlFault(error);
      if (code && RETRIED.has(code) && attempt < 4) continue;
      if (code === '23505' && constraint && host.constraints[constraint]) throw host.constraints[constraint]!();
      throw error;
    }
  }
}

/** One command on one record, or a creating one. Returns the record as it stands after the commit (or after the first time, for a repeat). */
export async function runCommand<R extends WorkflowEntity, I, F>(host: CommandHost, records: RecordCommands<R, I, F>, request: Omit<Request, 'command' | 'input'>, call: Call<I>): Promise<R> {
  const { id } = await inCommand(host, { ...request, command: `${records.recordType}.${call.command}`, input: { id: call.id ?? null, input: call.input } }, async (scope) => {
    const record = await scope.execute(records, call);
    return { id: record.id };
  });
  return host.dataSource.manager.findOneByOrFail(records.entity, { id } as never);
}

/**
 * Takes in one event: de-duplicated by its id in the same transaction as its effect. Returns false when it was already taken.
 */
export async function inEvent(host: CommandHost, event: CloudEvent, work: (scope: CommandScope) => Promise<void>): Promise<boolean> {
  let filled = false;
  const fresh = await host.dataSource.transaction(async (manager) => {
    const taken = await manager.query('insert into inbox_event (event_id, type) values ($1, $2) on conflict do nothing returning 1', [event.id, event.type]);
    if (taken.length === 0) return false;
    const scope = new CommandScope(host, manager, { requestId: event.id, actor: systemActor, command: event.type, input: null, source: 'event', ...(event.traceid ? { traceId: event.traceid } : {}) }, host.clock.now());
    await work(scope);
    filled = await scope.flush();
    return true;
  });
  if (filled) host.outboxFilled();
  return fresh;
}

/** Binds a contract to its handler. */
export interface Consumer<T = unknown> {
  contract: EventContract<T>;
  handle(scope: CommandScope, event: CloudEvent<T>): Promise<void>;
}

export const consumer = <T>(contract: EventContract<T>, handle: (scope: CommandScope, event: CloudEvent<T>) => Promise<void>): Consumer<never> => ({ contract, handle }) as unknown as Consumer<never>;

async function repeated<T>(manager: EntityManager, request: Request, inputHash: string): Promise<T> {
  const [seen] = await manager.query('select account_id, command, input_hash, result from command_request where request_id = $1', [request.requestId]);
  if (seen.account_id !== request.actor.accountId || seen.command !== request.command || seen.input_hash !== inputHash) {
    throw new DomainError({ code: 'REQUEST_ID_REUSED', rule: 'GEN-FLOW-01', field: 'requestId', zh: '该 requestId 已用于另一项操作', en: 'This requestId was already used for something else' });
  }
  return seen.result as T;
}

const sqlFault = (error: unknown): { code?: string; constraint?: string } => {
  const fault = error as { code?: string; constraint?: string; driverError?: { code?: string; constraint?: string } };
  return { code: fault.driverError?.code ?? fault.code, constraint: fault.driverError?.constraint ?? fault.constraint };
};
