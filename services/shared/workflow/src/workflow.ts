import type { Messages } from './domain-error';

/** What the engine must know of a person: the platform's Actor fulfils it. */
export interface WorkflowActor {
  accountId: string;
  duty: string;
  realNameVerified: boolean;
}

/** What the engine must know of a record. */
export interface WorkflowRecord {
  id: string;
  state: string;
  version: number;
}

/** Everything a decision may look at. No clock, no I/O: `now` and `facts` are given. `record` is null for a creating command. */
export interface Situation<R, I, F, A> {
  record: R | null;
  actor: A;
  input: I;
  facts: F;
  now: Date;
  command: string;
}

/** A named predicate, true when the command is allowed, with the refusal to give when it is not. */
export interface Rule<R, I, F, A> {
  name: string;
  cites: string;
  allows(s: Situation<R, I, F, A>): boolean;
  code: string;
  field?: string;
  message: Messages | ((s: Situation<R, I, F, A>) => Messages);
  details?: (s: Situation<R, I, F, A>) => Record<string, unknown>;
}

/** Who may take a row: a duty, and how the person's organisation stands to the record (a name in `relations`). */
export interface By {
  duty: string;
  relation: string;
}

/** An absolute instant by which the state must be left, with the rule that sets it. `flagged`: the holiday calendar does not cover it. */
export interface Deadline {
  dueAt: Date;
  rule: string;
  flagged: boolean;
}

/** An event to be published if the transaction commits. `key` orders it; `data` must fit the contract of `type`. */
export interface DraftEvent {
  type: string;
  key: string;
  data: object;
}

/** One transition. Holds everything about it. */
export interface Row<S extends string, R, I, F, A> {
  /** null creates the record */
  from: S | readonly S[] | null;
  command: string;
  to: S | { choose(s: Situation<R, I, F, A>): S; among: readonly S[] };
  by: readonly By[];
  cites: readonly string[];
  rules?: readonly Rule<R, I, F, A>[];
  /** a refusal or return: `input.reason` must not be empty (GEN-FLOW-03) */
  needsReason?: boolean;
  /** a review: the person who submitted may not take it (GEN-FLOW-05) */
  independent?: boolean;
  /** event types this row may emit, for the documents and the diagram */
  emits?: readonly string[];
  /** new values of the record's own columns */
  apply?(s: Situation<R, I, F, A>): Partial<R>;
  events?(s: Situation<R, I, F, A>, after: R): DraftEvent[];
}

export interface StateDefinition<R, I, F, A> {
  zh: string;
  en: string;
  /** nothing leads out of it */
  final?: boolean;
  deadline?(s: Situation<R, I, F, A>): Deadline | null;
}

export interface WorkflowDefinition<S extends string, R, I, F, A> {
  name: string;
  title: Messages;
  states: Record<S, StateDefinition<R, I, F, A>>;
  relations: Record<string, (s: Situation<R, I, F, A>) => boolean>;
  rows: readonly Row<S, R, I, F, A>[];
  /** account that submitted the record, for the independence of reviews */
  submitter?(record: R): string | null;
}

export interface Workflow<S extends string, R, I, F, A> extends WorkflowDefinition<S, R, I, F, A> {
  findRow(state: string | null, command: string): Row<S, R, I, F, A> | null;
  readonly commands: readonly string[];
}

/** The table is wrong; the program must not start. */
export class WorkflowDefinitionError extends Error {
  constructor(readonly workflow: string, readonly faults: readonly string[]) {
    super(`workflow ${workflow} is wrongly defined:\n- ${faults.join('\n- ')}`);
    this.name = 'WorkflowDefinitionError';
  }
}

const sources = (from: string | readonly string[] | null): readonly (string | null)[] =>
  from === null || typeof from === 'string' ? [from] : from;

/** Rows made from data may lack a target; that is a fault to be named, not one to stumble over. */
const targets = (to: string | { among: readonly string[] } | undefined): readonly string[] => (typeof to === 'string' ? [to] : (to?.among ?? []));

/** Transitions as (from, command, to) triples; from is null for creation. */
export const transitionsOf = (workflow: { rows: readonly { from: string | readonly string[] | null; command: string; to: string | { among: readonly string[] } }[] }) =>
  workflow.rows.flatMap((row) => sources(row.from).flatMap((from) => targets(row.to).map((to) => ({ from, command: row.command, to }))));

function faultsOf(definition: WorkflowDefinition<string, never, never, never, never>): string[] {
  const faults: string[] = [];
  const known = new Set(Object.keys(definition.states));
  const seen = new Set<string>();
  for (const row of definition.rows) {
    const label = `${String(row.from)} --${row.command}-->`;
    if (Array.isArray(row.from) && row.from.length === 0) faults.push(`${label}: no source state`);
    for (const from of sources(row.from)) {
      if (from !== null && !known.has(from)) faults.push(`${label}: unknown state ${from}`);
      if (from !== null && definition.states[from]?.final) faults.push(`${label}: ${from} is final, nothing may lead out of it`);
      const cell = `${from}/${row.command}`;
      if (seen.has(cell)) faults.push(`${label}: two rows for (${from}, ${row.command})`);
      seen.add(cell);
    }
    if (targets(row.to).length === 0) faults.push(`${label}: no target state`);
    for (const to of targets(row.to)) if (!known.has(to)) faults.push(`${label}: unknown state ${to}`);
    if (row.by.length === 0) faults.push(`${label}: nobody may take it`);
    for (const by of row.by) if (!definition.relations[by.relation]) faults.push(`${label}: unknown relation ${by.relation}`);
    if (row.cites.length === 0) faults.push(`${label}: cites no rule`);
  }
  const all = transitionsOf(definition);
  const reached = new Set<string>();
  let frontier = all.filter((t) => t.from === null).map((t) => t.to);
  if (frontier.length === 0) faults.push('no row creates the record');
  while (frontier.length > 0) {
    const state = frontier.pop()!;
    if (reached.has(state)) continue;
    reached.add(state);
    frontier = frontier.concat(all.filter((t) => t.from === state).map((t) => t.to));
  }
  for (const state of known) {
    if (!reached.has(state)) faults.push(`state ${state} cannot be reached`);
    if (!definition.states[state]!.final && !all.some((t) => t.from === state)) faults.push(`state ${state} is a dead end but not final`);
  }
  return faults;
}

/** Checks the table and returns the workflow. Throws WorkflowDefinitionError naming every fault. */
export function defineWorkflow<S extends string, R, I, F, A>(definition: WorkflowDefinition<S, R, I, F, A>): Workflow<S, R, I, F, A> {
  const faults = faultsOf(definition as never);
  if (faults.length > 0) throw new WorkflowDefinitionError(definition.name, faults);
  const index = new Map<string, Row<S, R, I, F, A>>();
  for (const row of definition.rows) for (const from of sources(row.from)) index.set(`${from}/${row.command}`, row);
  return {
    ...definition,
    findRow: (state, command) => index.get(`${state}/${command}`) ?? null,
    commands: [...new Set(definition.rows.map((row) => row.command))],
  };
}
