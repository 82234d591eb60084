import { organizationRegistered } from '@xueji/contracts';
import { inCommand, systemActor } from '@xueji/platform';
import { actorFor, demoOrganizations, startTestService, type TestService } from '@xueji/testing';
import { schoolCodes } from '../app';

describe('the organisation tree', () => {
  let service: TestService;
  const clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
  const rank = ['MINISTRY', 'PROVINCE', 'CITY', 'COUNTY', 'SCHOOL'];
  const rankOf = (level: string) => rank.indexOf(level === 'INSTITUTION' ? 'SCHOOL' : level);

  beforeAll(async () => {
    service = await startTestService(schoolCodes, { demo: true, organizations: false });
  });
  afterAll(() => service.stop());

  const ask = async (document: string, variables: Record<string, unknown> = {}, actor = clerk) => (await service.query(actor, document, variables)).data;
  const every = async (filter: string, node: string): Promise<any[]> => {
    const found: any[] = [];
    for (let after: string | null = null; ; ) {
      const { organizations } = await ask(`query($after: String) { organizations(first: 20, after: $after${filter}) { edges { node { ${node} } } pageInfo { hasNextPage endCursor } } }`, { after });
      found.push(...organizations.edges.map((edge: any) => edge.node));
      if (!organizations.pageInfo.hasNextPage) return found;
      after = organizations.pageInfo.endCursor;
    }
  };
  /** SQL statements that an operation costs; those of the outbox relay, which works beside it, are left out. */
  const statements = async (work: () => Promise<unknown>): Promise<string[]> => {
    const { dataSource } = service;
    const { logger } = dataSource;
    const seen: string[] = [];
    dataSource.logger = { ...logger, logQuery: (query: string) => void (/^(START TRANSACTION|COMMIT)$|pg_try_advisory|outbox_event/.test(query) || seen.push(query)) } as never;
    await work();
    dataSource.logger = logger;
    return seen;
  };

  it('gives each unit but the root one parent of a higher level [CODE-ORG-01]', async () => {
    const all = await every('', 'id level depth path parent { id level path }');
    expect(all).toHaveLength(demoOrganizations.length);
    expect(all.filter(({ parent }) => parent === null)).toMatchObject([{ id: 'cn', level: 'MINISTRY', depth: 0 }]);
    for (const { id, level, path, parent } of all) {
      if (!parent) continue;
      expect(rankOf(parent.level)).toBeLessThan(rankOf(level));
      expect(path).toBe(`${parent.path}${id}/`);
    }
  });

  it('cannot hold a cycle, a parent of the same level or a second root, whoever writes it [CODE-ORG-01]', async () => {
    const place = (id: string, parentId: string | null, parentLevel: string | null) =>
      service.dataSource.query('update education_organization set parent_id = $2, parent_level = $3 where id = $1', [id, parentId, parentLevel]);
    await expect(place('b-61', 'b-610113', 'COUNTY')).rejects.toThrow(/education_organization_place/);
    await expect(place('b-61', 'b-610113', 'MINISTRY')).rejects.toThrow(/education_organization_parent/);
    await expect(place('b-610113', 'b-610112', 'COUNTY')).rejects.toThrow(/education_organization_place/);
    await expect(place('b-61', null, null)).rejects.toThrow(/education_organization_place/);
    await expect(place('b-61', 'nowhere', 'MINISTRY')).rejects.toThrow(/education_organization_parent/);
  });

  it('holds a county straight under its province, two steps below the Ministry [CODE-ORG-02]', async () => {
    expect((await ask('{ organization(id: "b-419001") { level depth parent { id level } } }')).organization).toEqual({ level: 'COUNTY', depth: 2, parent: { id: 'b-41', level: 'PROVINCE' } });
  });

  it('names the county, the city or the province as competent authority [CODE-ORG-03] [GEN-SCOPE-05]', async () => {
    const level = async (schoolId: string) => (await ask('query($id: ID!) { competentAuthority(schoolId: $id) { id level } }', { id: schoolId })).competentAuthority;
    expect(await level('s-2161000101')).toEqual({ id: 'b-610113', level: 'COUNTY' });
    expect(await level('s-3161000901')).toEqual({ id: 'b-6101', level: 'CITY' });
    expect((await ask('{ organization(id: "s-3161000901") { competentAuthority { id level } } bureau: organization(id: "b-6101") { competentAuthority { id } } }'))).toEqual({ organization: { competentAuthority: { id: 'b-6101', level: 'CITY' } }, bureau: { competentAuthority: null } });
    const { errors } = await service.query(clerk, '{ competentAuthority(schoolId: "b-6101") { id } }');
    expect(errors[0]!.extensions).toMatchObject({ code: 'SCHOOL_UNKNOWN', field: 'schoolId' });
  });

  it('shows the eight fields of a competent authority; code, name and division are always there [CODE-ORG-04]', async () => {
    const { organization } = await ask('{ organization(id: "b-610113") { authority { authorityCode name divisionCode address locationClass economicAttribute ethnicAreaAttribute phone } school { id } } }');
    expect(organization).toEqual({
      school: null,
      authority: { authorityCode: '610113', name: '雁塔区教育局', divisionCode: '610113', address: expect.any(String), locationClass: '1', economicAttribute: '0', ethnicAreaAttribute: null, phone: '010-00000000' },
    });
    await expect(service.dataSource.query(`update education_organization set authority_code = null where id = 'b-610113'`)).rejects.toThrow(/education_organization_complete/);
  });

  it('shows the nine fields of a school, its identifier and its local code apart [CODE-ORG-05]', async () => {
    const { school } = await ask('{ school(identifier: "2161000101") { id schoolIdentifier name localSchoolCode competentAuthority { id name } phone providerCategory urbanRuralClass schoolType schoolingSystem } }');
    expect(school).toEqual({
      id: 's-2161000101', schoolIdentifier: '2161000101', name: '示例区第一小学', localSchoolCode: '000101', competentAuthority: { id: 'b-610113', name: '雁塔区教育局' },
      phone: '010-00000000', providerCategory: '21', urbanRuralClass: '111', schoolType: '21', schoolingSystem: '2',
    });
  });

  it('finds no school under an identifier that nobody has, and refuses what is no identifier [CODE-ID-01]', async () => {
    expect((await ask('{ school(identifier: "2161999999") { id } }')).school).toBeNull();
    expect((await service.query(clerk, '{ school(identifier: "216100010") { id } }')).errors[0]!.extensions).toMatchObject({ code: 'SCHOOL_IDENTIFIER_MALFORMED', rule: 'CODE-ID-01', field: 'identifier' });
  });

  it('selects every unit of a division prefix, page by page [CODE-DIV-03]', async () => {
    const expected = (prefix: string) => demoOrganizations.filter(({ divisionCode }) => divisionCode.startsWith(prefix)).map(({ id }) => id).sort();
    for (const [written, prefix] of [['61', '61'], ['610000', '61'], ['6101', '6101'], ['610113', '610113']] as const) {
      const found = await every(`, divisionPrefix: "${written}"`, 'id');
      expect(found.map(({ id }) => id).sort()).toEqual(expected(prefix));
    }
    expect((await service.query(clerk, '{ organizations(divisionPrefix: "69") { edges { node { id } } } }')).errors[0]!.extensions).toMatchObject({ code: 'DIVISION_UNKNOWN', rule: 'CODE-DIV-01', field: 'divisionPrefix' });
  });

  it('filters by level, parent and part of the name', async () => {
    expect((await every(', level: CITY, divisionPrefix: "61"', 'id')).map(({ id }) => id)).toEqual(['b-6101', 'b-6103']);
    expect(await every(', parentId: "b-610113"', 'level')).toHaveLength(4);
    expect((await every(', nameContains: "市直属"', 'id')).map(({ id }) => id)).toEqual(['s-3161000901']);
    expect(await every(', nameContains: "%_"', 'id')).toEqual([]);
    expect((await service.query(clerk, '{ organizations(nameContains: " 一") { edges { node { id } } } }')).errors[0]!.extensions).toMatchObject({ code: 'SEARCH_TOO_SHORT', field: 'nameContains' });
    const { organization } = await ask('{ organization(id: "b-610113") { division { name } children(first: 3) { edges { node { id } } pageInfo { hasNextPage } } } }');
    expect(organization).toMatchObject({ division: { name: '雁塔区' }, children: { pageInfo: { hasNextPage: true } } });
    expect(organization.children.edges).toHaveLength(3);
  });

  it('knows the name as of a day, and none before the school was there [CODE-ORG-10]', async () => {
    const { organization } = await ask('{ organization(id: "s-2161000101") { first: nameAsOf(date: "2014-09-01") before: nameAsOf(date: "2014-08-31") } }');
    expect(organization).toEqual({ first: '示例区第一小学', before: null });
    expect((await service.query(clerk, '{ organization(id: "cn") { nameAsOf(date: "2026-02-29") } }')).errors[0]!.extensions).toMatchObject({ code: 'DATE_INVALID', rule: 'CODE-ORG-10', field: 'date' });
  });

  it('tells of every seeded organisation once, and of none when seeded again', async () => {
    const told = await service.told();
    expect(told.map((event) => event.subject)).toEqual(demoOrganizations.map(({ id }) => id));
    expect(told.every((event) => event.type === organizationRegistered.type && event.aggregateversion === 1 && event.partitionkey === event.subject)).toBe(true);
    expect(told.find((event) => event.subject === 's-2161000101')!.data).toEqual({
      organizationId: 's-2161000101', parentId: 'b-610113', path: '/cn/b-61/b-6101/b-610113/s-2161000101/', level: 'SCHOOL', name: '示例区第一小学', divisionCode: '610113', province: '61',
      schoolIdentifier: '2161000101', schoolType: '21', stages: ['PRIMARY'], status: 'ACTIVE', competentAuthorityId: 'b-610113', version: 1,
    });
    await inCommand(service.host, { requestId: 'seed-again', actor: systemActor, command: 'seed', input: null, source: 'seed' }, async (scope) => schoolCodes.seeds!.demo!(scope));
    expect(await service.told()).toHaveLength(told.length);
  });

  it('is closed to whoever has not signed in', async () => {
    expect((await service.query(null, '{ organization(id: "cn") { name } }')).errors[0]!.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  describe('as other subgraphs reach it', () => {
    const ids = Array.from({ length: 1000 }, (_, n) => `s-many-${n}`);
    const entities = 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Organization { id name level competentAuthority { id name } } ... on School { id name schoolType } ... on EducationAuthority { id authorityCode } ... on Division { id name } } }';

    beforeAll(async () => {
      await service.dataSource.query(
        `insert into education_organization (id, state, version, created_at, updated_at, parent_id, parent_level, level, path, name, division_code, school_type)
         select id, 'PENDING_CODE', 1, now(), now(), 'b-610113', 'COUNTY', 'SCHOOL', '/cn/b-61/b-6101/b-610113/' || id || '/', '示例' || id, '610113', '21' from unnest($1::text[]) as t(id)`, [ids]);
    });

    it('resolves 1,000 organisations with one SQL query', async () => {
      let answer: any;
      const document = 'query($of: [_Any!]!) { _entities(representations: $of) { ... on Organization { id name level path } } }';
      const seen = await statements(async () => (answer = await ask(document, { of: ids.map((id) => ({ __typename: 'Organization', id })) })));
      expect(answer._entities.map((each: any) => each.id)).toEqual(ids);
      expect(answer._entities[7]).toEqual({ id: 's-many-7', name: '示例s-many-7', level: 'SCHOOL', path: '/cn/b-61/b-6101/b-610113/s-many-7/' });
      expect(seen).toHaveLength(1);
    });

    it('needs one more for the authority of them all', async () => {
      const seen = await statements(() => ask(entities, { of: ids.map((id) => ({ __typename: 'Organization', id })) }));
      expect(seen).toHaveLength(2);
    });

    it('gives nothing for an unknown id or one of another kind', async () => {
      const of = [['School', 's-2161000101'], ['School', 'b-6101'], ['EducationAuthority', 'b-6101'], ['EducationAuthority', 's-2161000101'], ['Organization', 'no-such'], ['Division', 'd-610113'], ['Division', 'd-999901']];
      const { _entities } = await ask(entities, { of: of.map(([__typename, id]) => ({ __typename, id })) });
      expect(_entities).toEqual([{ id: 's-2161000101', name: '示例区第一小学', schoolType: '21' }, null, { id: 'b-6101', authorityCode: '610100' }, null, null, { id: 'd-610113', name: '雁塔区' }, null]);
    });
  });
});
