import { inCommand, systemActor } from '@xueji/platform';
import { allDivisions, allRules, divisionTableVersion, withdrawnDivisions } from '@xueji/standards';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { schoolCodes } from './app';

describe('reference data', () => {
  let service: TestService;
  const guardian = actorFor('GUARDIAN', 's-2161000101');

  beforeAll(async () => {
    service = await startTestService(schoolCodes, { organizations: false });
  });
  afterAll(() => service.stop());

  const ask = async (document: string, variables: Record<string, unknown> = {}) => (await service.query(guardian, document, variables)).data;
  const seedAgain = (requestId: string) => inCommand(service.host, { requestId, actor: systemActor, command: 'seed', input: null, source: 'seed' }, async (scope) => schoolCodes.seeds!.reference!(scope));

  it('holds every unit of the table, withdrawn ones too, with the version of the table [CODE-DIV-02]', async () => {
    const [{ units, withdrawn, versions }] = await service.dataSource.query('select count(*)::int as units, count(valid_to)::int as withdrawn, array_agg(distinct table_version) as versions from division');
    expect({ units, withdrawn, versions }).toEqual({ units: allDivisions().length + withdrawnDivisions().length, withdrawn: withdrawnDivisions().length, versions: [divisionTableVersion()] });
  });

  it('leaves rows that are right as they are when seeded again, mends the others and deletes none [CODE-DIV-02]', async () => {
    await service.dataSource.query(`update division set name = '?' where code = '610113'`);
    await service.dataSource.query(`insert into division (id, code, name, level, parent_code, valid_to, table_version) values ('d-610199', '610199', '旧区', 'COUNTY', '610100', 1990, '1990-01-01')`);
    const rows = () => service.dataSource.query('select id, xmin::text as written from division order by id') as Promise<{ id: string; written: string }[]>;
    const before = await rows();
    await seedAgain('seed-divisions-again');
    const after = await rows();
    expect(after.filter((row, n) => row.written !== before[n]!.written).map(({ id }) => id)).toEqual(['d-610113']);
    expect((await ask('{ a: division(code: "610113") { name } b: division(code: "610199") { name validTo tableVersion } }'))).toEqual({ a: { name: '雁塔区' }, b: { name: '旧区', validTo: 1990, tableVersion: '1990-01-01' } });
    await service.dataSource.query(`delete from division where id = 'd-610199'`);
  });

  it('finds a unit by 2, 4, 6 or 12 digits, a withdrawn one with its year [CODE-DIV-01] [CODE-DIV-02]', async () => {
    const { a, b, c, d, e } = await ask(`{ a: division(code: "61") { id level parent { id } } b: division(code: "6101") { code parent { code } } c: division(code: "610113001002") { name tableVersion }
      d: division(code: "610126") { name validTo } e: division(code: "419001") { level parent { level } } }`);
    expect([a, b, c]).toEqual([{ id: 'd-610000', level: 'PROVINCE', parent: null }, { code: '610100', parent: { code: '610000' } }, { name: '雁塔区', tableVersion: divisionTableVersion() }]);
    expect([d, e]).toEqual([{ name: '高陵县', validTo: 2014 }, { level: 'COUNTY', parent: { level: 'PROVINCE' } }]);
  });

  it.each(['610199', '99', '6', 'abcdef', ''])('refuses the unknown code %p, naming the version of the table [CODE-DIV-01]', async (code) => {
    const { errors } = await service.query(guardian, 'query($code: String!) { division(code: $code) { name } }', { code });
    expect(errors[0]).toMatchObject({ message: expect.stringContaining(divisionTableVersion()), extensions: { code: 'DIVISION_UNKNOWN', rule: 'CODE-DIV-01', field: 'code', tableVersion: divisionTableVersion() } });
  });

  it('selects every unit of a prefix, level by level, withdrawn ones when asked [CODE-DIV-03]', async () => {
    const codes = async (filter: string) => {
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const { divisions } = await ask(`query($after: String) { divisions(first: 100, after: $after, ${filter}) { edges { node { code } } pageInfo { hasNextPage endCursor } } }`, { after });
        found.push(...divisions.edges.map((edge: any) => edge.node.code));
        if (!divisions.pageInfo.hasNextPage) return found;
        after = divisions.pageInfo.endCursor;
      }
    };
    const expected = (units: readonly { code: string }[], prefix: string) => units.map(({ code }) => code).filter((code) => code.startsWith(prefix));
    expect(await codes('prefix: "61"')).toEqual(expected(allDivisions(), '61'));
    expect(await codes('prefix: "6101", level: COUNTY')).toEqual(expected(allDivisions(), '6101').filter((code) => code !== '610100'));
    expect((await codes('prefix: "61", withdrawn: true')).length).toBe(expected([...allDivisions(), ...withdrawnDivisions()], '61').length);
    expect(await codes('level: PROVINCE')).toHaveLength(34);
  });

  it('shows a rule to whoever was refused, signed in or not, in the language asked for', async () => {
    const document = '{ rule(id: "GEN-FLOW-03") { id title statement titleZh statementEn derived source { document documentNumber article citation } } }';
    const zh = (await service.query(null, document)).data.rule;
    const en = (await service.query(null, document, {}, 'en-GB')).data.rule;
    expect(zh).toMatchObject({ id: 'GEN-FLOW-03', title: zh.titleZh });
    expect(en).toMatchObject({ titleZh: zh.titleZh, statement: zh.statementEn });
    expect(en.title).not.toBe(zh.title);
    expect(zh.source.length).toBeGreaterThan(0);
    expect(en.source[0].document).not.toBe(zh.source[0].document);
    expect(zh.source[0].citation).toContain(zh.source[0].document);
  });

  it('lists all rules, or those asked for, and names the id that it does not know', async () => {
    expect((await service.query(null, '{ rules { id } }')).data.rules).toHaveLength(allRules().length);
    expect((await service.query(null, '{ rules(ids: ["CODE-ID-06", "GEN-SCOPE-02"]) { id } }')).data.rules).toEqual([{ id: 'CODE-ID-06' }, { id: 'GEN-SCOPE-02' }]);
    const { data, errors } = await service.query(null, '{ rule(id: "NO-SUCH-RULE") { id } }');
    expect(data).toEqual({ rule: null });
    expect(errors[0]!.extensions).toMatchObject({ code: 'RULE_UNKNOWN', field: 'id', ruleId: 'NO-SUCH-RULE' });
  });

  it('shows the code tables to whoever has signed in', async () => {
    const document = '{ codeTable(id: "SEX") { id standard version source entries { code name nameZh nameEn } } }';
    expect((await service.query(guardian, document, {}, 'en')).data.codeTable).toMatchObject({ id: 'SEX', standard: 'GB/T 2261.1', entries: expect.arrayContaining([{ code: '2', name: 'Female', nameZh: '女', nameEn: 'Female' }]) });
    expect((await ask('{ codeTables { id } }')).codeTables).toContainEqual({ id: 'SCHOOL_RUNNING_TYPE' });
    expect((await service.query(guardian, '{ codeTable(id: "NONE") { id } }')).errors[0]!.extensions).toMatchObject({ code: 'CODE_TABLE_UNKNOWN', field: 'id' });
    expect((await service.query(null, document)).errors[0]!.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
