import { DomainError } from './domain-error';
import type { Deadline, DraftEvent, Row, Rule, Situation, Workflow, WorkflowActor, WorkflowRecord } from './workflow';

export interface Allowed<R> {
  allowed: true;
  from: string | null;
  to: string;
  /** columns to write, `state` and the deadline excluded */
  patch: Partial<R>;
  deadline: Deadline | null;
  /** computed from the record as it will be */
  events(after: R): DraftEvent[];
}

export interface Refused {
  allowed: false;
  error: DomainError;
}

/** SYSTEM is nobody: consumers and clocks act as it, and it needs no verified real name. */
const SYSTEM = 'SYSTEM';

const mayTake = <S extends string, R, I, F, A extends WorkflowActor>(workflow: Workflow<S, R, I, F, A>, row: Row<S, R, I, F, A>, s: Situation<R, I, F, A>) =>
  row.by.some((by) => by.duty === s.actor.duty && workflow.relations[by.relation]!(s));

/** Everything that stands against the command, in the order of the checks, each looked at only when asked for. */
function* refusals<S extends string, R extends WorkflowRecord, I, F, A extends WorkflowActor>(workflow: Workflow<S, R, I, F, A>, s: Situation<R, I, F, A>): Generator<DomainError, void> {
  const from = s.record?.state ?? null;
  const row = workflow.findRow(from, s.command);
  if (!row) {
    const stateName = from === null ? null : workflow.states[from as S];
    yield new DomainError({
      code: 'COMMAND_OUT_OF_ORDER',
      rule: 'GEN-FLOW-02',
      zh: `当前状态“${stateName?.zh ?? '无'}”不能执行该操作`,
      en: `This step is not possible in state "${stateName?.en ?? 'none'}"`,
      details: { state: from, command: s.command },
    });
    return;
  }
  if (!mayTake(workflow, row, s)) {
    yield new DomainError({
      code: 'ACTOR_NOT_PERMITTED',
      rule: 'GEN-FLOW-02',
      zh: '您的岗位或所在单位无权办理此步骤',
      en: 'Your duty or organisation may not take this step',
      details: { command: s.command, cites: row.cites },
    });
  }
  if (s.actor.duty !== SYSTEM && !s.actor.realNameVerified) {
    yield new DomainError({ code: 'ACTOR_NOT_REAL_NAME', rule: 'ACC-AUDIT-02', zh: '未完成实名认证的账号不能提交或审核', en: 'An account without a verified real name cannot submit or approve' });
  }
  if (row.independent && s.record && workflow.submitter?.(s.record) === s.actor.accountId) {
    yield new DomainError({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05', zh: '提交人不能审核自己提交的事项', en: 'The person who submitted a case cannot review it' });
  }
  if (row.needsReason && !hasReason(s.input)) {
    yield new DomainError({ code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03', field: 'reason', zh: '不同意或退回必须填写理由', en: 'A refusal needs a reason' });
  }
  for (const rule of row.rules ?? []) if (!rule.allows(s)) yield refusalOf(rule, s);
}

/**
 * All that stands against a command, not the first only; `decide` refuses with the first of them. Empty when it is allowed.
 * Every rule of the row is asked, so none of them may take for granted what another one assures.
 */
export const refusalsOf = <S extends string, R extends WorkflowRecord, I, F, A extends WorkflowActor>(workflow: Workflow<S, R, I, F, A>, s: Situation<R, I, F, A>): DomainError[] => [
  ...refusals(workflow, s),
];

/**
 * The whole law of a workflow: what happens when `actor` gives `command` on `record` at `now`.
 * Pure. Order of the checks: state, person, real name, independence, reason, then the row's rules in order.
 */
export function decide<S extends string, R extends WorkflowRecord, I, F, A extends WorkflowActor>(
  workflow: Workflow<S, R, I, F, A>,
  s: Situation<R, I, F, A>,
): Allowed<R> | Refused {
  const [error] = refusals(workflow, s);
  if (error) return { allowed: false, error };
  const from = s.record?.state ?? null;
  const row = workflow.findRow(from, s.command)!;
  const to = typeof row.to === 'string' ? row.to : row.to.choose(s);
  if (typeof row.to !== 'string' && !row.to.among.includes(to)) throw new Error(`workflow ${workflow.name}: ${s.command} chose ${to}, which its row does not name`);
  return {
    allowed: true,
    from,
    to,
    patch: row.apply?.(s) ?? {},
    deadline: workflow.states[to].deadline?.(s) ?? null,
    events: (after) => row.events?.(s, after) ?? [],
  };
}

const hasReason = (input: unknown): boolean => {
  const reason = (input as { reason?: unknown } | null)?.reason;
  return typeof reason === 'string' && reason.trim() !== '';
};

/** The refusal a rule gives in this situation. */
export function refusalOf<R, I, F, A>(rule: Rule<R, I, F, A>, s: Situation<R, I, F, A>): DomainError {
  const { zh, en } = typeof rule.message === 'function' ? rule.message(s) : rule.message;
  return new DomainError({ code: rule.code, rule: rule.cites, field: rule.field ?? null, zh, en, details: rule.details?.(s) });
}

/** Commands the person could give now, so that a frontend knows which buttons to draw. Rules on the input are checked when it is sent. */
export function availableCommands<S extends string, R extends WorkflowRecord, I, F, A extends WorkflowActor>(
  workflow: Workflow<S, R, I, F, A>,
  s: Omit<Situation<R, I, F, A>, 'command' | 'input'>,
): string[] {
  return workflow.commands.filter((command) => {
    const row = workflow.findRow(s.record?.state ?? null, command);
    const situation = { ...s, command, input: {} as I };
    return row !== null && mayTake(workflow, row, situation) && !(row.independent && s.record && workflow.submitter?.(s.record) === s.actor.accountId);
  });
}
