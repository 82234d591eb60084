import { DUTIES } from '@xueji/standards';
import { decide, transitionsOf, type Row, type Situation, type Workflow, type WorkflowActor, type WorkflowRecord } from '@xueji/workflow';

export interface TableWalk<S extends string, R, I, F, A> {
  /** a situation in which the row is allowed, for a person of `by`; `from` is the state of the record (null: creating) */
  allowed(row: Row<S, R, I, F, A>, from: S | null, by: { duty: string; relation: string }): Situation<R, I, F, A>;
}

/**
 * Walks a workflow cell by cell inside a `describe`: each row allowed once for each of its persons, each other (state, command) refused as out of
 * order, each other duty refused, and nobody whose organisation stands in no relation to the record let through.
 */
export function walkTable<S extends string, R extends WorkflowRecord, I, F, A extends WorkflowActor>(workflow: Workflow<S, R, I, F, A>, { allowed }: TableWalk<S, R, I, F, A>): void {
  const cells = workflow.rows.flatMap((row) => (row.from === null ? [null] : typeof row.from === 'string' ? [row.from] : [...row.from]).map((from) => ({ row, from: from as S | null })));
  const refusal = (s: Situation<R, I, F, A>) => {
    const decision = decide(workflow, s);
    return decision.allowed ? 'allowed' : decision.error.code;
  };

  it.each(cells.flatMap(({ row, from }) => row.by.map((by) => ({ name: `${from ?? '—'} ${row.command} ${by.duty}`, row, from, by }))))('allows $name', ({ row, from, by }) => {
    const decision = decide(workflow, allowed(row, from, by));
    if (!decision.allowed) throw decision.error;
    expect(typeof row.to === 'string' ? [row.to] : row.to.among).toContain(decision.to);
  });

  it('refuses every (state, command) without a row', () => {
    const states = [null, ...(Object.keys(workflow.states) as S[])];
    let walked = 0;
    for (const from of states) {
      for (const { row } of cells) {
        if (workflow.findRow(from, row.command)) continue;
        const s = allowed(row, row.from === null ? null : ([] as S[]).concat(row.from as S)[0]!, row.by[0]!);
        const template = s.record ?? ({ id: 'x', version: 1 } as R);
        expect(refusal({ ...s, record: from === null ? null : ({ ...template, state: from } as R) })).toBe('COMMAND_OUT_OF_ORDER');
        walked += 1;
      }
    }
    expect(walked).toBeGreaterThan(0);
  });

  it('refuses every duty that a row does not name, and every organisation without the relation', () => {
    for (const { row, from } of cells) {
      const s = allowed(row, from, row.by[0]!);
      for (const duty of [...DUTIES, 'SYSTEM']) {
        if (!row.by.some((by) => by.duty === duty)) expect([row.command, duty, refusal({ ...s, actor: { ...s.actor, duty } })]).toEqual([row.command, duty, 'ACTOR_NOT_PERMITTED']);
      }
      const relations = Object.fromEntries(Object.keys(workflow.relations).map((name) => [name, () => false]));
      const decision = decide({ ...workflow, relations }, s);
      expect(decision.allowed ? 'allowed' : decision.error.code).toBe('ACTOR_NOT_PERMITTED');
    }
  });

  it('reaches every state', () => {
    expect(new Set(transitionsOf(workflow).map((transition) => transition.to))).toEqual(new Set(Object.keys(workflow.states)));
  });
}
