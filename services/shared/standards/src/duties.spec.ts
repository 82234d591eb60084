import { DUTIES, DUTY_ACTS, DUTY_MATRIX, GRANTS, LEVELS, SCOPES, scopeRule, scopesOf, type DutyAct } from './duties';

const ACTS = Object.keys(DUTY_ACTS) as DutyAct[];
const cells = DUTY_MATRIX.flatMap((row) => row.levels.flatMap((level) => ACTS.map((act) => ({
  title: `${row.zh} ${row.duty}@${level} ${row.may.includes(act) ? 'may' : 'may not'} ${act} [${row.rule}]`, row, level, act,
}))));

describe('separation of duties', () => {
  it.each(cells)('$title', ({ row, level, act }) => {
    expect(scopesOf(row.duty, level).includes(DUTY_ACTS[act])).toBe(row.may.includes(act));
  });

  it('never gives one duty both entry and approval [ACC-DUTY-02] [ACC-DUTY-03] [ACC-DUTY-04]', () => {
    const kinds = ['pupil.enter', 'school.approve', 'bureau.approve'] as const;
    expect(GRANTS.filter((grant) => kinds.filter((kind) => grant.scopes.includes(kind)).length > 1)).toEqual([]);
  });

  it('opens the own child to guardians and nothing else of pupils [REG-QUERY-01] [ACC-PERM-03]', () => {
    expect(GRANTS.filter((grant) => grant.scopes.includes('child.read')).map(({ duty }) => duty)).toEqual(['GUARDIAN']);
    expect(scopesOf('GUARDIAN', 'SCHOOL').filter((scope) => /^(pupil|identity|statistics|school|bureau)\./.test(scope))).toEqual([]);
  });

  it('lets no system admin near a pupil [ACC-DUTY-06]', () => {
    const reached = LEVELS.flatMap((level) => scopesOf('SYSTEM_ADMIN', level).filter((scope) => /^(pupil|school|bureau|identity|statistics|class)\./.test(scope)));
    expect(reached).toEqual([]);
  });

  it('shows whole document numbers to registry admins only [ACC-PERM-03]', () => {
    const duties = new Set(GRANTS.filter((grant) => grant.scopes.includes('identity.read')).map((grant) => grant.duty));
    expect([...duties]).toEqual(['REGISTRY_ADMIN']);
  });

  it('gives nothing to a duty at a level where it does not exist [ACC-DUTY-01]', () => {
    expect([scopesOf('PROVINCIAL_ADMIN', 'CITY'), scopesOf('CLASS_TEACHER', 'COUNTY')]).toEqual([[], []]);
  });

  it('lets only the provincial administrator create organisations and issue accounts [CODE-ORG-06] [CODE-ORG-07]', () => {
    const may = (scope: 'organization.create' | 'account.issue'): string[] =>
      DUTIES.flatMap((duty) => LEVELS.filter((level) => scopesOf(duty, level).includes(scope)).map((level) => `${duty}@${level}`));
    expect([may('organization.create'), may('account.issue')]).toEqual([['PROVINCIAL_ADMIN@PROVINCE'], ['PROVINCIAL_ADMIN@PROVINCE']]);
  });

  it('lets everyone ask for help [HLP-DESK-01] [HLP-IM-02]', () => {
    expect(GRANTS.filter((grant) => !grant.scopes.includes('ticket.open'))).toEqual([]);
  });

  it('cites a rule for every scope that may be missing', () => {
    expect(SCOPES.filter((scope) => !/^[A-Z]+-[A-Z]+-\d{2}$/.test(scopeRule[scope]))).toEqual([]);
    expect(Object.keys(scopeRule).sort()).toEqual([...SCOPES].sort());
  });

  it('grants one duty at one level once', () => {
    const keys = GRANTS.flatMap((grant) => grant.levels.map((level) => `${grant.duty}@${level}`));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
