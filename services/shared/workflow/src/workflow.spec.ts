import { availableCommands, citedRules, decide, defineWorkflow, DomainError, drawWorkflow, refusalsOf, WorkflowDefinitionError, windowIsOpen, type Row, type Situation, type WorkflowDefinition } from './index';

interface Door {
  id: string;
  state: string;
  version: number;
  by: string | null;
}
interface Input {
  reason?: string;
  key?: string;
  far?: boolean;
}
interface Person {
  accountId: string;
  duty: string;
  realNameVerified: boolean;
}
type S = Situation<Door, Input, { locked: boolean }, Person>;
type State = 'OPEN' | 'SHUT' | 'GONE';

const due = new Date('2026-10-10T15:59:59Z');
const rows: Row<State, Door, Input, { locked: boolean }, Person>[] = [
  { from: null, command: 'build', to: 'OPEN', by: [{ duty: 'SMITH', relation: 'any' }], cites: ['GEN-FLOW-01'], apply: (s) => ({ by: s.actor.accountId }) },
  {
    from: 'OPEN', command: 'shut', to: 'SHUT', by: [{ duty: 'PORTER', relation: 'own' }], cites: ['GEN-FLOW-02'], independent: true,
    rules: [
      { name: 'has a key', cites: 'GEN-FLOW-04', code: 'KEY_MISSING', field: 'key', allows: (s: S) => !!s.input.key, message: { zh: '缺钥匙', en: 'no key' } },
      { name: 'is not locked', cites: 'GEN-FLOW-06', code: 'DOOR_LOCKED', allows: (s: S) => !s.facts.locked, message: (s: S) => ({ zh: '已锁', en: `locked for ${s.input.key}` }), details: () => ({ lock: 1 }) },
    ],
    emits: ['x'], events: (s, after) => [{ type: 'x', key: after.id, data: { version: after.version, key: s.input.key } }],
  },
  { from: ['OPEN', 'SHUT'], command: 'remove', to: { choose: (s) => (s.input.far ? 'GONE' : 'OPEN'), among: ['GONE', 'OPEN'] }, by: [{ duty: 'SMITH', relation: 'any' }], cites: ['GEN-FLOW-03'], needsReason: true },
];
const definition: WorkflowDefinition<State, Door, Input, { locked: boolean }, Person> = {
  name: 'door', title: { zh: '门', en: 'Door' },
  states: { OPEN: { zh: '开', en: 'open' }, SHUT: { zh: '关', en: 'shut', deadline: () => ({ dueAt: due, rule: 'GEN-FLOW-08', flagged: false }) }, GONE: { zh: '拆', en: 'gone', final: true } },
  relations: { any: () => true, own: (s) => s.actor.accountId !== 'stranger' },
  submitter: (door) => door.by, rows,
};
const door = defineWorkflow(definition);
const situation = (command: string, changes: Partial<S> = {}): S => ({
  record: { id: 'd', state: 'OPEN', version: 3, by: 'smith' }, actor: { accountId: 'porter', duty: 'PORTER', realNameVerified: true }, input: { key: 'k' }, facts: { locked: false }, now: new Date(0), command, ...changes,
});
const refusal = (s: S) => {
  const decision = decide(door, s);
  if (decision.allowed) throw new Error('was allowed');
  return decision.error;
};

describe('decide', () => {
  it('gives the next state, the deadline of the state entered and the events, and changes nothing [GEN-FLOW-08]', () => {
    const s = situation('shut');
    const before = JSON.stringify(s);
    const decision = decide(door, s);
    expect(decision).toMatchObject({ allowed: true, from: 'OPEN', to: 'SHUT', patch: {}, deadline: { dueAt: due, rule: 'GEN-FLOW-08' } });
    expect(decision.allowed && decision.events({ ...s.record!, version: 4 })).toEqual([{ type: 'x', key: 'd', data: { version: 4, key: 'k' } }]);
    expect(JSON.stringify(s)).toBe(before);
  });

  it('creates a record and fills its columns', () => {
    expect(decide(door, situation('build', { record: null, actor: { accountId: 'a', duty: 'SMITH', realNameVerified: true } }))).toMatchObject({ allowed: true, from: null, to: 'OPEN', patch: { by: 'a' } });
  });

  it('refuses a step out of order, whoever asks [GEN-FLOW-02]', () => {
    expect(refusal(situation('shut', { record: { id: 'd', state: 'SHUT', version: 1, by: null } }))).toMatchObject({ code: 'COMMAND_OUT_OF_ORDER', rule: 'GEN-FLOW-02', details: { state: 'SHUT', command: 'shut' } });
    expect(refusal(situation('nonsense')).code).toBe('COMMAND_OUT_OF_ORDER');
  });

  it('refuses the wrong duty and the wrong organisation [GEN-FLOW-02]', () => {
    expect(refusal(situation('shut', { actor: { accountId: 'p', duty: 'SMITH', realNameVerified: true } })).code).toBe('ACTOR_NOT_PERMITTED');
    expect(refusal(situation('shut', { actor: { accountId: 'stranger', duty: 'PORTER', realNameVerified: true } })).code).toBe('ACTOR_NOT_PERMITTED');
  });

  it('refuses an account without a verified real name [ACC-AUDIT-02]', () => {
    expect(refusal(situation('shut', { actor: { accountId: 'p', duty: 'PORTER', realNameVerified: false } })).rule).toBe('ACC-AUDIT-02');
  });

  it('refuses a review by the person who submitted [GEN-FLOW-05]', () => {
    expect(refusal(situation('shut', { actor: { accountId: 'smith', duty: 'PORTER', realNameVerified: true } })).rule).toBe('GEN-FLOW-05');
  });

  it('refuses a refusal without a reason, blank ones included [GEN-FLOW-03]', () => {
    const actor = { accountId: 's', duty: 'SMITH', realNameVerified: true };
    for (const input of [{}, { reason: '' }, { reason: ' \n' }]) expect(refusal(situation('remove', { actor, input }))).toMatchObject({ rule: 'GEN-FLOW-03', field: 'reason' });
    expect(decide(door, situation('remove', { actor, input: { reason: 'worn out', far: true } }))).toMatchObject({ to: 'GONE' });
  });

  it('gives the refusal of the first rule that fails, with code, rule, field and both languages', () => {
    expect(refusal(situation('shut', { input: {}, facts: { locked: true } }))).toMatchObject({ code: 'KEY_MISSING', rule: 'GEN-FLOW-04', field: 'key', messages: { zh: '缺钥匙', en: 'no key' } });
    const locked = refusal(situation('shut', { facts: { locked: true } }));
    expect(locked).toBeInstanceOf(DomainError);
    expect(locked).toMatchObject({ code: 'DOOR_LOCKED', field: null, messages: { en: 'locked for k' }, details: { lock: 1 } });
  });

  it('lists all that stands against a command, refuses with the first of it, and finds nothing against an allowed one [GEN-FLOW-03]', () => {
    const s = situation('shut', { actor: { accountId: 'smith', duty: 'PORTER', realNameVerified: false }, input: {}, facts: { locked: true } });
    expect(refusalsOf(door, s).map(({ code }) => code)).toEqual(['ACTOR_NOT_REAL_NAME', 'REVIEW_NOT_INDEPENDENT', 'KEY_MISSING', 'DOOR_LOCKED']);
    expect(refusal(s)).toEqual(refusalsOf(door, s)[0]);
    expect(refusalsOf(door, situation('nonsense')).map(({ code }) => code)).toEqual(['COMMAND_OUT_OF_ORDER']);
    expect(refusalsOf(door, situation('shut'))).toEqual([]);
  });

  it('stops when a row chooses a state that it does not name', () => {
    const wrong = defineWorkflow({ ...definition, rows: [...rows.slice(0, 2), { ...rows[2]!, to: { choose: () => 'SHUT' as const, among: ['GONE', 'OPEN'] as const } }] });
    expect(() => decide(wrong, situation('remove', { actor: { accountId: 's', duty: 'SMITH', realNameVerified: true }, input: { reason: 'x' } }))).toThrow(/chose SHUT/);
  });

  it('offers a person the commands that person may give now, and no others', () => {
    const { command: _command, input: _input, ...s } = situation('');
    expect(availableCommands(door, s)).toEqual(['shut']);
    expect(availableCommands(door, { ...s, actor: { accountId: 'x', duty: 'SMITH', realNameVerified: true } })).toEqual(['remove']);
    expect(availableCommands(door, { ...s, actor: { accountId: 'smith', duty: 'PORTER', realNameVerified: true } })).toEqual([]);
  });
});

describe('a wrong table does not start', () => {
  const faults = (changes: Partial<typeof definition>): readonly string[] => {
    try {
      defineWorkflow({ ...definition, ...changes } as typeof definition);
    } catch (error) {
      if (error instanceof WorkflowDefinitionError) return error.faults;
    }
    return [];
  };
  const row = (changes: object) => [...rows, { from: 'SHUT', command: 'x', to: 'GONE', by: [{ duty: 'SMITH', relation: 'any' }], cites: ['GEN-FLOW-01'], ...changes }] as never;

  it.each([
    ['an unknown target', { rows: row({ to: 'NOWHERE' }) }, 'unknown state NOWHERE'],
    ['a row that leads nowhere', { rows: row({ to: undefined }) }, 'no target state'],
    ['an unknown source', { rows: row({ from: 'NOWHERE' }) }, 'unknown state NOWHERE'],
    ['two rows for one cell', { rows: row({ command: 'remove' }) }, 'two rows for (SHUT, remove)'],
    ['a row nobody may take', { rows: row({ by: [] }) }, 'nobody may take it'],
    ['an unknown relation', { rows: row({ by: [{ duty: 'SMITH', relation: 'cousin' }] }) }, 'unknown relation cousin'],
    ['a row without a rule', { rows: row({ cites: [] }) }, 'cites no rule'],
    ['an exit from a final state', { rows: row({ from: 'GONE' }) }, 'GONE is final'],
    ['a state that cannot be reached', { states: { ...definition.states, LOST: { zh: '失', en: 'lost', final: true } } as never }, 'state LOST cannot be reached'],
    ['a dead end', { states: { ...definition.states, GONE: { zh: '拆', en: 'gone' } } }, 'state GONE is a dead end but not final'],
    ['no beginning', { rows: rows.slice(1) }, 'no row creates the record'],
  ])('with %s', (_, changes, fault) => {
    expect(faults(changes as never).join('\n')).toContain(fault);
  });

  it('names every fault at once', () => {
    expect(faults({ rows: row({ to: 'NOWHERE', by: [], cites: [] }) })).toHaveLength(3);
  });
});

describe('what is drawn from the table', () => {
  it('shows every transition, person and rule', () => {
    const drawing = drawWorkflow(door as never);
    for (const text of ['[*] --> OPEN: build', 'OPEN --> SHUT: shut', 'SHUT --> GONE: remove', 'GONE --> [*]', '| OPEN | shut | SHUT | PORTER (own) | GEN-FLOW-02, GEN-FLOW-04, GEN-FLOW-06 |']) expect(drawing).toContain(text);
    expect(citedRules(door as never)).toEqual(['GEN-FLOW-01', 'GEN-FLOW-02', 'GEN-FLOW-04', 'GEN-FLOW-06', 'GEN-FLOW-03']);
  });
});

describe('a business window', () => {
  it('refuses outside of it and names its days in China [GEN-FLOW-07]', () => {
    const rule = windowIsOpen<Door, Input, { locked: boolean }, Person>('INTAKE', { zh: '登记', en: 'Intake' }, () => ({ open: false, opensAt: new Date('2026-08-24T16:00:00Z'), closesAt: new Date('2026-09-20T15:59:59Z'), rule: 'REG-ENROL-08' }));
    const gate = defineWorkflow({ ...definition, rows: [{ ...rows[0]!, rules: [rule] }, ...rows.slice(1)] });
    const decision = decide(gate, situation('build', { record: null, actor: { accountId: 'a', duty: 'SMITH', realNameVerified: true } }));
    expect(!decision.allowed && decision.error).toMatchObject({ rule: 'GEN-FLOW-07', code: 'WINDOW_CLOSED', details: { windowRule: 'REG-ENROL-08' }, messages: { en: 'Intake is outside its window (2026-08-25 to 2026-09-20)' } });
  });
});
