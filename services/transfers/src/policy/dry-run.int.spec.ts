import type { Actor } from '@xueji/platform';
import { startTestService, type TestService } from '@xueji/testing';
import { transfers } from '../app';
import { A, admin, C, casesOf, D, leader } from '../transfer/cases.fixture';

const NOW = '2026-11-20T02:00:00Z';
const RUN = 'profileId profileEffectiveFrom initiator steps { step workingDays receivedAt assumed dueAt dueFlagged overdue } reasonKnown missingDocuments windowOpen';
const DRY_RUN = `query($profileId: String!, $effectiveFrom: String, $caseIds: [ID!], $from: String, $to: String, $first: Int, $after: String) {
  transferPolicyDryRun(profileId: $profileId, effectiveFrom: $effectiveFrom, caseIds: $caseIds, from: $from, to: $to, first: $first, after: $after) {
    edges { node { id transferCase { id state } was { ${RUN} } would { ${RUN} } differences { aspect was would } } } pageInfo { hasNextPage endCursor } } }`;

describe('the dry run of a policy', () => {
  let service: TestService;
  const { filed, approved } = casesOf(() => service);

  beforeAll(async () => {
    service = await startTestService(transfers({ lookupKey: 'a key for tests only' }), { now: NOW });
  });
  beforeEach(() => service.clock.set(new Date(NOW)));
  afterAll(() => service.stop());

  const run = (actor: Actor, variables: object) => service.query(actor, DRY_RUN, { first: 100, ...variables });
  const nodes = async (variables: object, actor = admin('b-61')): Promise<any[]> => (await run(actor, variables)).data.transferPolicyDryRun.edges.map((edge: any) => edge.node);

  it('tells the chain, the due instants and what differs when cases had gone under another profile, and changes nothing [GEN-SCOPE-07] [TRF-GEN-09]', async () => {
    const { id } = await filed(A, C);
    service.clock.set(new Date('2026-11-26T02:00:00Z'));
    await approved(leader(C), id, 'c-new');
    const stored = () => service.dataSource.query('select * from transfer_case where id = $1', [id]);
    const before = await stored();
    const [node] = await nodes({ profileId: 'HENAN', caseIds: [id] });
    expect(node.transferCase).toEqual({ id, state: 'OUT_COUNTY_REVIEW' });
    expect(node.was).toMatchObject({ profileId: 'SHAANXI', initiator: 'OUT_SCHOOL', reasonKnown: true, missingDocuments: [], windowOpen: true, steps: [
      { step: 'IN_SCHOOL', workingDays: 3, receivedAt: '2026-11-20T02:00:00.000Z', dueAt: '2026-11-25T15:59:59.000Z', overdue: true },
      { step: 'OUT_COUNTY', workingDays: 3, receivedAt: '2026-11-26T02:00:00.000Z', dueAt: '2026-12-01T15:59:59.000Z', overdue: false },
      { step: 'IN_COUNTY', workingDays: 3, receivedAt: null, dueAt: null, overdue: false },
    ] });
    expect(node.would).toMatchObject({ profileId: 'HENAN', initiator: 'IN_SCHOOL', reasonKnown: true, missingDocuments: [], windowOpen: true, steps: [
      { step: 'IN_COUNTY', workingDays: 10, receivedAt: '2026-11-20T02:00:00.000Z', assumed: false, dueAt: '2026-12-04T15:59:59.000Z', overdue: null },
      { step: 'OUT_SCHOOL', workingDays: 10, receivedAt: '2026-12-04T15:59:59.000Z', assumed: true, dueAt: '2026-12-18T15:59:59.000Z', overdue: null },
      { step: 'OUT_COUNTY', workingDays: 10, receivedAt: '2026-11-26T02:00:00.000Z', assumed: false, dueAt: '2026-12-10T15:59:59.000Z', overdue: false },
    ] });
    expect(node.differences).toEqual([
      { aspect: 'INITIATOR', was: 'OUT_SCHOOL', would: 'IN_SCHOOL' },
      { aspect: 'STEPS', was: 'IN_SCHOOL, OUT_COUNTY, IN_COUNTY', would: 'IN_COUNTY, OUT_SCHOOL, OUT_COUNTY' },
      { aspect: 'WORKING_DAYS', was: 'IN_COUNTY 3, OUT_COUNTY 3', would: 'IN_COUNTY 10, OUT_COUNTY 10' },
      { aspect: 'DUE', was: 'OUT_COUNTY 2026-12-01T15:59:59.000Z', would: 'OUT_COUNTY 2026-12-10T15:59:59.000Z' },
      { aspect: 'OVERDUE', was: 'IN_SCHOOL', would: '—' },
    ]);
    expect(await stored()).toEqual(before);
  });

  it('lets a review that is new come when the one before it was left [GEN-SCOPE-07]', async () => {
    const { id } = await filed(A, C);
    await approved(leader(C), id, 'c-new');
    await approved(admin('b-610113'), id);
    service.clock.set(new Date('2026-11-23T02:00:00Z'));
    await approved(admin('b-610112'), id);
    const [{ would }] = await nodes({ profileId: 'HENAN', caseIds: [id] });
    expect(would.steps[1]).toMatchObject({ step: 'OUT_SCHOOL', receivedAt: '2026-11-23T02:00:00.000Z', assumed: false, dueAt: '2026-12-07T15:59:59.000Z', overdue: null });
  });

  it('finds no difference under the profile a case was filed under [GEN-SCOPE-07]', async () => {
    const { id } = await filed(A, D);
    const [same] = await nodes({ profileId: 'SHAANXI', caseIds: [id] });
    expect([same.differences, same.would.steps.map(({ step }: any) => step)]).toEqual([[], ['IN_SCHOOL', 'OUT_COUNTY', 'IN_COUNTY', 'OUT_CITY', 'IN_CITY']]);
  });

  it('takes all cases of a period page by page, and the version asked for [GEN-SCOPE-07]', async () => {
    service.clock.set(new Date('2026-10-12T02:00:00Z'));
    const ids = [(await filed(A, C)).id, (await filed(A, C)).id, (await filed(A, C)).id];
    const variables = { profileId: 'NATIONAL_2013', from: '2026-10-12', to: '2026-10-12' };
    const first = (await run(admin('cn'), { ...variables, first: 2 })).data.transferPolicyDryRun;
    const second = (await run(admin('cn'), { ...variables, first: 2, after: first.pageInfo.endCursor })).data.transferPolicyDryRun;
    expect([...first.edges, ...second.edges].map((edge: any) => edge.node.id).sort()).toEqual(ids.sort());
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage, first.edges[0].node.would.profileEffectiveFrom]).toEqual([true, false, '2013-09-01']);
    expect(await nodes({ ...variables, from: '2026-10-13', to: '2026-10-13' })).toEqual([]);
  });

  it('is for a province and the Ministry, over their own cases, and names what was asked wrongly [GEN-SCOPE-07] [ACC-PERM-03]', async () => {
    const { id } = await filed(A, C);
    const refusal = async (actor: Actor, variables: object) => (await run(actor, variables)).errors[0]!.extensions;
    expect(await refusal(admin('b-6101'), { profileId: 'HENAN', caseIds: [id] })).toMatchObject({ code: 'DRY_RUN_NOT_PERMITTED', rule: 'GEN-SCOPE-07' });
    expect(await refusal(admin(A), { profileId: 'HENAN', caseIds: [id] })).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    expect(await nodes({ profileId: 'HENAN', caseIds: [id] }, admin('b-41'))).toEqual([]);
    expect(await refusal(admin('b-61'), { profileId: 'GANSU', caseIds: [id] })).toMatchObject({ code: 'DRY_RUN_INVALID', field: 'profileId' });
    expect(await refusal(admin('b-61'), { profileId: 'HENAN', effectiveFrom: '2001-01-01', caseIds: [id] })).toMatchObject({ field: 'effectiveFrom' });
    expect(await refusal(admin('b-61'), { profileId: 'HENAN' })).toMatchObject({ field: 'caseIds' });
    expect(await refusal(admin('b-61'), { profileId: 'HENAN', caseIds: [] })).toMatchObject({ field: 'caseIds' });
  });
});
