import { createHash, randomUUID } from 'node:crypto';
import { DomainError, decide, type DraftEvent, type Workflow } from '@xueji/workflow';
import { checkEvent, contracts, type CloudEvent, type EventContract } from '@xueji/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '../auth';
import type { Clock } from '../clock';
import { appending, chainOf, lockOfChain, type AuditDraft } from './audit-chain';
import { canonicalColumns, canonicalJson } from './canonical-json';
import { rowById, together, updateOf, type Statement } from './statements';
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
  /** what the relations look at, of many records at once and with a fixed number of statements; absent where they look at record and person alone */
  viewFacts?(manager: EntityManager, records: readonly R[], now: Date): Promise<readonly F[]>;
  /** row scope: a record out of it is not found */
  isVisible(record: R, actor: Actor): boolean;
  /** takes locks that must come before the record's own, e.g. the pupil's before the pull's */
  lockFirst?(manager: EntityManager, record: R): Promise<void>;
  /** told of every step, besides what the table tells */
  news?(after: R): DraftEvent;
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
  /** of a record that nothing looks at before the commit */
  readonly updates: Statement[] = [];
}

/** Steps, events, the answer, and the lock of the audit chain in one go: each further statement would be a wait for the database. */
const WRITE_GATHERED = `
  with step as (
    insert into case_step (record_type, record_id, version, from_state, to_state, command, account_id, real_name, duty, organization_id, organization_name, reason, attachments, cites, due_at, request_id, at)
    select "recordType", "recordId", version, "fromState", "toState", command, "accountId", "realName", duty, "organizationId", "organizationName", reason, attachments,
      array(select jsonb_array_elements_text(cites)), "dueAt", "requestId", at
    from jsonb_to_recordset($1::jsonb) as r("recordType" text, "recordId" text, version int, "fromState" text, "toState" text, command text, "accountId" text, "realName" text, duty text,
      "organizationId" text, "organizationName" text, reason text, attachments jsonb, cites jsonb, "dueAt" timestamptz, "requestId" text, at timestamptz)),
  event as (
    insert into outbox_event (id, topic, key, event)
    select (r->>'id')::uuid, r->>'topic', r->>'key', r->'event' from jsonb_array_elements($2::jsonb) with ordinality as e(r, n) order by n),
  answer as (update command_request set result = $4 where request_id = $3)
  ${lockOfChain('$5::int')} where $5::int is not null`;

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
    const verdict = await this.decideOn(records, call, call.id === undefined ? null : await this.lockedRecord(records, call.id));
    await together(this.manager, this.gathered.updates.splice(0));
    return verdict;
  }

  /** As `attempt` with the record in hand; its update is left to the flush when nothing follows that could look at it. */
  async decideOn<R extends WorkflowEntity, I, F>(records: RecordCommands<R, I, F>, call: Call<I>, before: R | null): Promise<Verdict<R>> {
    const { manager, actor, now } = this;
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
    const after = Object.assign(new records.entity(), before ?? { id: call.newId ?? randomUUID(), submittedBy: null, createdAt: now }, definedIn(decision.patch), {
      state: decision.to,
      version: (before?.version ?? 0) + 1,
      dueAt: decision.deadline?.dueAt ?? null,
      dueRule: decision.deadline?.rule ?? null,
      dueFlagged: decision.deadline?.flagged ?? false,
      updatedAt: now,
    }) as R;
    const was = before && canonicalColumns(before);
    const is = canonicalColumns(after, before && { of: before, columns: was! });
    if (before) this.gathered.updates.push(updateOf(manager, records.entity, before.id, changedColumns(after, was!, is)));
    else await manager.insert(records.entity, after as never);
    const reason = (input as { reason?: string } | null)?.reason ?? null;
    this.gathered.steps.push({
      recordType: records.recordType, recordId: after.id, version: after.version, fromState: decision.from, toState: decision.to, command,
      accountId: actor.accountId, realName: actor.realName, duty: actor.duty, organizationId: actor.organizationId, organizationName: actor.organizationName,
      reason, attachments: (input as { attachments?: string[] } | null)?.attachments ?? [], cites: records.workflow.findRow(decision.from, command)!.cites,
      dueAt: after.dueAt, requestId: this.request.requestId, at: now,
    });
    this.audit(`${records.recordType}.${command}`, records.recordType, after.id, { from: decision.from, to: decision.to, version: after.version, before: was && fingerprint(was), after: fingerprint(is) });
    for (const event of decision.events(after)) this.emit(records.recordType, after, event);
    if (records.news) this.emit(records.recordType, after, records.news(after));
    if (records.effects) {
      await together(manager, this.gathered.updates.splice(0));
      await records.effects(this, { before, after, command, input, facts });
    }
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

  /** Writes what was gathered and what a repeat of the request is answered with, and commits. Returns whether events are waiting. */
  async commit(result: unknown = null): Promise<boolean> {
    const { manager, request } = this;
    const { steps, audits, outbox, updates } = this.gathered;
    const chain = audits.length > 0 ? chainOf(request.requestId) : null;
    const writes = [...updates, { text: WRITE_GATHERED, values: [JSON.stringify(steps), JSON.stringify(outbox), request.requestId, JSON.stringify(result ?? null), chain] }];
    // Several entries are linked here and not by the server, so their chain must be locked before its head is read.
    if (audits.length > 1) await together(manager, writes.splice(0));
    await together(manager, [...writes, ...(chain === null ? [] : [await appending(manager, chain, audits)]), COMMIT]);
    return outbox.length > 0;
  }

  private async lockedRecord<R extends WorkflowEntity>({ entity, lockFirst }: Pick<RecordCommands<R, never, never>, 'entity' | 'lockFirst'>, id: string): Promise<R | null> {
    const { manager } = this;
    const read = async (lock: 'for update' | '') => {
      const row = rowById(manager, entity, id, lock);
      return row.record((await together(manager, [row]))[0]!);
    };
    if (lockFirst) {
      const unlocked = await read('');
      if (!unlocked) return null;
      await lockFirst(manager, unlocked);
    }
    return read('for update');
  }
}

export const recordNotFound = (recordType: string): DomainError =>
  new DomainError({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03', zh: '未找到该记录', en: 'Not found', details: { recordType } });

/** A column that is null and one that is not set yet are alike. */
const fingerprint = (columns: ReadonlyMap<string, string>): string => {
  const entries = [...columns].filter(([, json]) => json !== 'null').sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
  return createHash('sha256').update(`{${entries.join(',')}}`).digest('hex');
};

/** What a patch leaves undefined stays as it is. */
const definedIn = <T extends object>(patch: T): Partial<T> => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>;

const changedColumns = <R extends object>(after: R, was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Partial<R> =>
  Object.fromEntries(Object.entries(after).filter(([key]) => is.get(key) !== was.get(key))) as Partial<R>;

const RETRIED = new Set(['40001', '40P01']);
/** unique and exclusion constraints */
const TAKEN = new Set(['23505', '23P01']);

/** Runs `work` in a transaction of its own that begins with the statements of `first` and that `work` commits; what it throws rolls back. */
async function inTransaction<T>(dataSource: DataSource, first: (manager: EntityManager) => Statement[], work: (manager: EntityManager, answers: Record<string, unknown>[][]) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const { manager } = runner;
  try {
    await runner.connect();
    const sent = together(manager, [{ text: 'begin' }, ...first(manager)]);
    // So that TypeORM puts what it does within the transaction, not beside it.
    Object.assign(runner, { isTransactionActive: true, transactionDepth: 1 });
    const [, ...answers] = await sent;
    return await work(manager, answers);
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
    await runner.release();
  }
}

const COMMIT: Statement = { text: 'commit' };
const FIRST_OF_REQUEST = 'insert into command_request (request_id, account_id, command, input_hash, at) values ($1, $2, $3, $4, $5) on conflict do nothing returning 1 as fresh';
const FIRST_OF_EVENT = 'insert into inbox_event (event_id, type) values ($1, $2) on conflict do nothing returning 1 as fresh';

/**
 * The only write door. One transaction: has this request been seen? → `work` → history, outbox, audit. `work` returns what a repeat of the request
 * shall be answered with (JSON). A request id used by another person or with other input is refused.
 */
export const inCommand = <T>(host: CommandHost, request: Request, work: (scope: CommandScope) => Promise<T>): Promise<T> => inRequest(host, request, null, work);

/** `locked` is sent along with the look at the request, and its answer given to `work`. */
async function inRequest<T>(host: CommandHost, request: Request, locked: ((manager: EntityManager) => Statement) | null, work: (scope: CommandScope, rows: Record<string, unknown>[]) => Promise<T>): Promise<T> {
  if (!/^[\w-]{8,64}$/.test(request.requestId)) {
    throw new DomainError({ code: 'REQUEST_ID_INVALID', rule: 'GEN-FLOW-01', field: 'requestId', zh: 'requestId 须为 8 至 64 位字母、数字、下划线或连字符', en: 'requestId must be 8 to 64 letters, digits, underscores or hyphens' });
  }
  const inputHash = createHash('sha256').update(canonicalJson(request.input)).digest('hex');
  for (let attempt = 1; ; attempt += 1) {
    try {
      const now = host.clock.now();
      const first = (manager: EntityManager): Statement[] => [
        { text: FIRST_OF_REQUEST, values: [request.requestId, request.actor.accountId, request.command, inputHash, now] }, ...(locked ? [locked(manager)] : []),
      ];
      let filled = false;
      const result = await inTransaction(host.dataSource, first, async (manager, [fresh, rows = []]) => {
        if (fresh!.length === 0) {
          const seen = await repeated<T>(manager, request, inputHash);
          await together(manager, [COMMIT]);
          return seen;
        }
        const scope = new CommandScope(host, manager, request, now);
        const outcome = await work(scope, rows);
        filled = await scope.commit(outcome);
        return outcome;
      });
      if (filled) host.outboxFilled();
      return result;
    } catch (error) {
      const { code, constraint } = sqlFault(error);
      if (code && RETRIED.has(code) && attempt < 4) continue;
      if (code && TAKEN.has(code) && constraint && host.constraints[constraint]) throw host.constraints[constraint]!();
      throw error;
    }
  }
}

/** One command on one record, or a creating one. Returns the record as it stands after the commit (or after the first time, for a repeat). */
export async function runCommand<R extends WorkflowEntity, I, F>(host: CommandHost, records: RecordCommands<R, I, F>, request: Omit<Request, 'command' | 'input'>, call: Call<I>): Promise<R> {
  const full = { ...request, command: `${records.recordType}.${call.command}`, input: { id: call.id ?? null, input: call.input } };
  const { id: known } = call;
  if (known === undefined || records.lockFirst || records.effects) {
    const { id } = await inCommand(host, full, async (scope) => ({ id: (await scope.execute(records, call)).id }));
    return host.dataSource.manager.findOneByOrFail(records.entity, { id } as never);
  }
  // Nothing else happens in this transaction: the row is asked for along with the first statement, and written along with the last.
  let written: R | null = null;
  const rowOf = (manager: EntityManager) => rowById(manager, records.entity, known, 'for update');
  await inRequest(host, full, rowOf, async (scope, rows) => {
    const verdict = await scope.decideOn(records, call, rowOf(scope.manager).record(rows));
    if (!verdict.allowed) throw verdict.error;
    written = verdict.record;
    return { id: known };
  });
  return written ?? host.dataSource.manager.findOneByOrFail(records.entity, { id: known } as never);
}

/**
 * Takes in one event: de-duplicated by its id in the same transaction as its effect. Returns false when it was already taken.
 */
export async function inEvent(host: CommandHost, event: CloudEvent, work: (scope: CommandScope) => Promise<void>): Promise<boolean> {
  let filled = false;
  const fresh = await inTransaction(host.dataSource, () => [{ text: FIRST_OF_EVENT, values: [event.id, event.type] }], async (manager, [taken]) => {
    if (taken!.length === 0) {
      await together(manager, [COMMIT]);
      return false;
    }
    const scope = new CommandScope(host, manager, { requestId: event.id, actor: systemActor, command: event.type, input: null, source: 'event', ...(event.traceid ? { traceId: event.traceid } : {}) }, host.clock.now());
    await work(scope);
    filled = await scope.commit();
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
