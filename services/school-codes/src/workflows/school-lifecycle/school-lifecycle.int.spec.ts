import { randomUUID } from 'node:crypto';
import { organizationRegistered } from '@xueji/contracts';
import { schemaDrift, type Actor } from '@xueji/platform';
import { divisionTableVersion } from '@xueji/standards';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { schoolCodes } from '../../app';

const create = `mutation($input: CreateSchoolInput!) { createSchool(input: $input) { school {
  id state version level name schoolIdentifier localSchoolCode kindergartenLicence stages availableCommands organization { path parent { id } }
  competentAuthority { id level name } history { command toState realName organizationName } } } }`;

describe('setting up a school', () => {
  let service: TestService;
  const province = actorFor('PROVINCIAL_ADMIN', 'b-61');
  const primary = { authorityId: 'b-610113', name: '示例区新建小学', schoolType: '21', divisionCode: '610113' };

  beforeAll(async () => {
    service = await startTestService(schoolCodes, { demo: true, organizations: false });
  });
  afterAll(() => service.stop());

  const give = (input: Record<string, unknown>, actor: Actor = province, locale = 'zh-CN') =>
    service.query(actor, create, { input: { requestId: randomUUID(), ...primary, ...input } }, locale);
  const schoolCount = () => service.dataSource.query(`select count(*)::int as n from education_organization`).then(([{ n }]) => n as number);

  it('is done by the provincial administrator, who fixes the competent unit; the school waits for its code [CODE-ORG-06] [CODE-APPLY-07]', async () => {
    const { data, errors } = await give({ localSchoolCode: 'SX-77', stages: ['PRESCHOOL', 'PRIMARY'] });
    expect(errors).toEqual([]);
    const { school } = data.createSchool;
    expect(school).toMatchObject({
      state: 'PENDING_CODE', version: 1, level: 'SCHOOL', name: '示例区新建小学', schoolIdentifier: null, localSchoolCode: 'SX-77', stages: ['PRESCHOOL', 'PRIMARY'],
      competentAuthority: { id: 'b-610113', level: 'COUNTY' }, organization: { path: `/cn/b-61/b-6101/b-610113/${school.id}/`, parent: { id: 'b-610113' } },
      history: [{ command: 'createSchool', toState: 'PENDING_CODE', realName: province.realName, organizationName: '陕西省教育厅' }],
    });
  });

  it.each([
    ['REGISTRY_ADMIN', 'b-6101'], ['REGISTRY_ADMIN', 'b-610113'], ['REGISTRY_ADMIN', 's-2161000101'], ['REGISTRY_ADMIN', 'b-61'], ['SYSTEM_ADMIN', 'b-61'],
  ])('is refused to %s of %s and changes nothing [CODE-ORG-06]', async (duty, organizationId) => {
    const before = await schoolCount();
    const { errors } = await give({}, actorFor(duty, organizationId));
    expect(errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'CODE-ORG-06' });
    expect(await schoolCount()).toBe(before);
  });

  it('tells of the school in the same transaction, so that its accounts are issued [CODE-ORG-07]', async () => {
    const { data } = await give({ name: '示例区开户小学' });
    const { id } = data.createSchool.school;
    expect((await service.told()).filter((event) => event.subject === id)).toMatchObject([{
      type: organizationRegistered.type, partitionkey: id, aggregateversion: 1,
      data: {
        organizationId: id, parentId: 'b-610113', path: `/cn/b-61/b-6101/b-610113/${id}/`, level: 'SCHOOL', name: '示例区开户小学', divisionCode: '610113', province: '61',
        schoolIdentifier: null, schoolType: '21', stages: ['PRIMARY'], status: 'PENDING_CODE', competentAuthorityId: 'b-610113', version: 1,
      },
    }]);
  });

  it('answers a repeated request with the same school', async () => {
    const requestId = randomUUID();
    const [first, again] = [await give({ requestId, name: '示例区重复小学' }), await give({ requestId, name: '示例区重复小学' })];
    expect(again.data).toEqual(first.data);
    expect(await service.dataSource.query(`select id from education_organization where name = '示例区重复小学'`)).toHaveLength(1);
  });

  it('puts a school straight under a city or the province, which then is its competent authority [CODE-ORG-03] [GEN-SCOPE-05]', async () => {
    const city = await give({ authorityId: 'b-6101', name: '示例市直属小学' });
    const direct = await give({ authorityId: 'b-61', name: '示例省直属小学' });
    expect([city, direct].map(({ data }) => data.createSchool.school.competentAuthority.level)).toEqual(['CITY', 'PROVINCE']);
  });

  it('refuses a place under a school or the Ministry, or in another province as if it were not there [CODE-ORG-01] [GEN-SCOPE-04]', async () => {
    const code = async (authorityId: string) => (await give({ authorityId })).errors[0]!.extensions;
    expect(await code('s-2161000101')).toMatchObject({ code: 'ORGANIZATION_PARENT_INVALID', rule: 'CODE-ORG-01', field: 'authorityId' });
    const foreign = await code('b-340102');
    expect(foreign).toMatchObject({ code: 'ORGANIZATION_UNKNOWN', rule: 'GEN-SCOPE-04', field: 'authorityId' });
    expect([await code('cn'), await code('no-such')]).toEqual([foreign, foreign]);
  });

  it('refuses an unknown division code, naming the version of the table [CODE-DIV-01]', async () => {
    const { errors } = await give({ divisionCode: '610199' }, province, 'en');
    expect(errors[0]).toMatchObject({ message: expect.stringContaining(divisionTableVersion()), extensions: { code: 'DIVISION_UNKNOWN', rule: 'CODE-DIV-01', field: 'divisionCode', tableVersion: divisionTableVersion() } });
  });

  it('refuses a withdrawn division code for a new school [CODE-DIV-02]', async () => {
    const { errors } = await give({ authorityId: 'b-6101', divisionCode: '610126' });
    expect(errors[0]!.extensions).toMatchObject({ code: 'DIVISION_WITHDRAWN', rule: 'CODE-DIV-02', field: 'divisionCode' });
  });

  it('refuses a kindergarten without a licence and keeps the number of one with it [GEN-SCOPE-02]', async () => {
    const without = await give({ schoolType: '11', name: '示例区无证幼儿园' });
    expect(without.errors[0]!.extensions).toMatchObject({ code: 'KINDERGARTEN_LICENCE_MISSING', rule: 'GEN-SCOPE-02', field: 'kindergartenLicence' });
    const licensed = await give({ schoolType: '11', name: '示例区持证幼儿园', kindergartenLicence: '示例许可2026-1' });
    expect(licensed.data.createSchool.school).toMatchObject({ level: 'INSTITUTION', kindergartenLicence: '示例许可2026-1', stages: ['PRESCHOOL'] });
  });

  it('shows the history of a school inside its area only', async () => {
    const { data } = await give({ name: '示例区记录小学' });
    const look = async (actor: Actor) => (await service.query(actor, 'query($id: ID!) { organization(id: $id) { name school { history { command } availableCommands } } }', { id: data.createSchool.school.id })).data.organization;
    expect(await look(actorFor('REGISTRY_ADMIN', 'b-610113'))).toEqual({ name: '示例区记录小学', school: { history: [{ command: 'createSchool' }], availableCommands: ['applyForSchoolCode'] } });
    expect(await look(actorFor('REGISTRY_ADMIN', 'b-6101'))).toMatchObject({ school: { availableCommands: [] } });
    expect(await look(actorFor('REGISTRY_ADMIN', 'b-610112'))).toEqual({ name: '示例区记录小学', school: { history: null, availableCommands: [] } });
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});
