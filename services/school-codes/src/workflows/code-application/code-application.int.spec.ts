import { randomUUID } from 'node:crypto';
import { organizationChanged } from '@xueji/contracts';
import { inCommand, verifyAudit, type Actor } from '@xueji/platform';
import { actorFor, startTestService, type TestService } from '@xueji/testing';
import { schoolCodes } from '../../app';
import { schools } from '../school-lifecycle/school-lifecycle.facts';

const fields = `application { id state version kind newName effectiveOn overdue dueAt dueRule availableCommands awaiting { id level } school { id state name schoolIdentifier }
  history { version command fromState toState realName reason } }`;
const mutation = (name: string, input: string) => `mutation($input: ${input}!) { ${name}(input: $input) { ${fields} } }`;
const applyDocument = mutation('applyForSchoolCode', 'ApplyForSchoolCodeInput');
const approveDocument = mutation('approveSchoolCodeApplication', 'ApproveSchoolCodeApplicationInput');
const refuseDocument = mutation('refuseSchoolCodeApplication', 'RefuseSchoolCodeApplicationInput');
const resubmitDocument = mutation('resubmitSchoolCodeApplication', 'ResubmitSchoolCodeApplicationInput');

describe('applying for a school code', () => {
  let service: TestService;
  const admin = (organizationId: string) => actorFor('REGISTRY_ADMIN', organizationId);
  const [county, city, province, ministry] = ['b-610113', 'b-6101', 'b-61', 'cn'].map(admin) as [Actor, Actor, Actor, Actor];

  beforeAll(async () => {
    service = await startTestService(schoolCodes, { demo: true, organizations: false });
  });
  afterAll(() => service.stop());

  const send = async (actor: Actor, document: string, input: Record<string, unknown>) => {
    const { data, errors } = await service.query(actor, document, { input: { requestId: randomUUID(), ...input } });
    return { application: data ? (Object.values(data)[0] as any)?.application : null, refusal: errors[0]?.extensions ?? null };
  };
  const apply = (schoolId: string, input: Record<string, unknown> = {}, actor = county) => send(actor, applyDocument, { schoolId, kind: 'NEW', codePlanningConfirmed: true, ...input });
  const approve = (actor: Actor, applicationId: string) => send(actor, approveDocument, { applicationId });
  const approveAll = async (applicationId: string, reviewers = [city, province, ministry]) => {
    let last: Awaited<ReturnType<typeof approve>> | null = null;
    for (const reviewer of reviewers) last = await approve(reviewer, applicationId);
    return last!.application;
  };
  const newSchool = async (input: Record<string, unknown> = {}, creator = actorFor('PROVINCIAL_ADMIN', 'b-61')): Promise<string> => {
    const { data } = await service.query(creator, 'mutation($input: CreateSchoolInput!) { createSchool(input: $input) { school { id } } }', {
      input: { requestId: randomUUID(), authorityId: 'b-610113', name: `示例区${randomUUID().slice(0, 8)}小学`, schoolType: '21', divisionCode: '610113', ...input },
    });
    return data.createSchool.school.id;
  };
  const school = async (id: string, actor = county) =>
    (await service.query(actor, 'query($id: ID!) { organization(id: $id) { school { state version name schoolIdentifier localSchoolCode before: nameAsOf(date: "2026-09-09") today: nameAsOf(date: "2026-09-10") } } }', { id })).data.organization.school;
  const told = async (id: string) => (await service.told()).filter((event) => event.subject === id);

  it('climbs county, city, province and Ministry, and no code exists before the last review [CODE-APPLY-02] [CODE-APPLY-07]', async () => {
    const id = await newSchool({ localSchoolCode: 'SX-01' });
    const { application } = await apply(id);
    expect(application).toMatchObject({ state: 'SUBMITTED', awaiting: { id: 'b-6101' }, availableCommands: [], school: { state: 'PENDING_CODE' } });
    for (const [reviewer, state, next] of [[city, 'CITY_APPROVED', 'b-61'], [province, 'PROVINCE_APPROVED', 'cn']] as const) {
      const step = await approve(reviewer, application.id);
      expect(step.application).toMatchObject({ state, awaiting: { id: next }, school: { state: 'PENDING_CODE', schoolIdentifier: null } });
    }
    expect((await school(id)).schoolIdentifier).toBeNull();
    const done = await approve(ministry, application.id);
    expect(done.application).toMatchObject({ state: 'EFFECTIVE', effectiveOn: '2026-09-10', awaiting: null, school: { state: 'ACTIVE' } });
    expect(done.application.history.map((step: any) => [step.command, step.toState, step.realName])).toEqual([
      ['applyForSchoolCode', 'SUBMITTED', county.realName], ['approve', 'CITY_APPROVED', city.realName], ['approve', 'PROVINCE_APPROVED', province.realName], ['approve', 'EFFECTIVE', ministry.realName],
    ]);
    const { schoolIdentifier, localSchoolCode } = await school(id);
    expect(schoolIdentifier).toMatch(/^2161\d{6}$/);
    expect(localSchoolCode).toBe('SX-01');
    expect(await told(id)).toMatchObject([{ aggregateversion: 1, data: { status: 'PENDING_CODE', schoolIdentifier: null } }, { type: organizationChanged.type, aggregateversion: 2, data: { status: 'ACTIVE', schoolIdentifier, version: 2 } }]);
  });

  it('refuses a review out of turn, of another area, and by a bureau leader [CODE-APPLY-02] [GEN-FLOW-02]', async () => {
    const { application: { id } } = await apply(await newSchool());
    expect((await approve(province, id)).refusal).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect((await approve(county, id)).refusal).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect((await approve(admin('b-6103'), id)).refusal).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect((await approve(actorFor('REGISTRY_LEADER', 'b-6101'), id)).refusal).toMatchObject({ code: 'FIELD_FORBIDDEN', rule: 'ACC-DUTY-04' });
    const { data } = await service.query(county, 'query($id: ID!) { schoolCodeApplication(id: $id) { state version } }', { id });
    expect(data.schoolCodeApplication).toEqual({ state: 'SUBMITTED', version: 1 });
  });

  it('skips the city for a county under the province [CODE-APPLY-02] [CODE-ORG-02]', async () => {
    const id = await newSchool({ authorityId: 'b-419001', divisionCode: '419001' }, actorFor('PROVINCIAL_ADMIN', 'b-41'));
    const { application } = await apply(id, {}, admin('b-419001'));
    expect(application).toMatchObject({ state: 'SUBMITTED', awaiting: { id: 'b-41', level: 'PROVINCE' } });
    expect((await approve(admin('b-41'), application.id)).application).toMatchObject({ state: 'PROVINCE_APPROVED', awaiting: { id: 'cn' } });
    expect((await approve(ministry, application.id)).application.school.schoolIdentifier).toMatch(/^2141\d{6}$/);
  });

  it('starts at the city for a school straight under it [CODE-ORG-03] [GEN-SCOPE-05]', async () => {
    const id = await newSchool({ authorityId: 'b-6101' });
    expect((await apply(id)).refusal).toMatchObject({ code: 'ORGANIZATION_UNKNOWN' });
    expect((await apply(id, {}, province)).refusal).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    const { application } = await apply(id, {}, city);
    expect(application).toMatchObject({ state: 'SUBMITTED', awaiting: { id: 'b-61' } });
    expect(await approveAll(application.id, [province, ministry])).toMatchObject({ state: 'EFFECTIVE', school: { state: 'ACTIVE' } });
  });

  it('gives every school another code, also when the Ministry approves two at the same instant [CODE-ID-01] [CODE-ID-02]', async () => {
    const applications = await Promise.all([1, 2, 3, 4].map(async () => (await apply(await newSchool())).application.id as string));
    for (const id of applications) await approveAll(id, [city, province]);
    const done = await Promise.all(applications.map((id) => approve(ministry, id)));
    const codes = done.map(({ application }) => application.school.schoolIdentifier as string);
    expect(new Set(codes).size).toBe(4);
    for (const code of codes) expect(code).toMatch(/^2161\d{6}$/);
    await expect(service.dataSource.query(`update education_organization set school_identifier = $1 where id = 's-2161000101'`, [codes[0]])).rejects.toThrow(/education_organization_identifier/);
    await expect(service.dataSource.query(`update education_organization set school_identifier = '2134000999' where id = 's-2161000101'`)).rejects.toThrow(/education_organization_identifier_fits/);
  });

  it('never issues a voided code, and lets nobody take one out of the ledger [CODE-ID-06]', async () => {
    const [{ last }] = await service.dataSource.query(`select max(right(identifier, 6)::int) as last from school_code_entry where identifier like '2161%'`);
    const voided = `2161${String(last + 1).padStart(6, '0')}`;
    await service.dataSource.query(`insert into school_code_entry (identifier, act, at) values ($1, 'VOIDED', now())`, [voided]);
    const { application } = await apply(await newSchool());
    expect((await approveAll(application.id)).school.schoolIdentifier).toBe(`2161${String(last + 2).padStart(6, '0')}`);
    await expect(service.dataSource.query('delete from school_code_entry where identifier = $1', [voided])).rejects.toThrow(/permission denied/);
    await expect(service.dataSource.query('update school_code_entry set act = $2 where identifier = $1', [voided, 'ISSUED'])).rejects.toThrow(/permission denied/);
  });

  it('renames under the same code, only with the last approval, and keeps the former name with its date [CODE-ID-03] [CODE-ORG-10] [GEN-FLOW-04]', async () => {
    const id = 's-2161000102';
    const { application } = await apply(id, { kind: 'RENAME', newName: '示例区更名小学' });
    await approveAll(application.id, [city, province]);
    expect(await school(id)).toMatchObject({ name: '示例区第二小学', today: '示例区第二小学' });
    const early = inCommand(service.host, { requestId: randomUUID(), actor: ministry, command: 'early', input: null, source: 'graph' }, (scope) =>
      scope.execute(schools, { command: 'rename', id, input: { applicationId: application.id } }));
    await expect(early).rejects.toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    await approve(ministry, application.id);
    expect(await school(id)).toEqual({ state: 'ACTIVE', version: 2, name: '示例区更名小学', schoolIdentifier: '2161000102', localSchoolCode: '000102', before: '示例区第二小学', today: '示例区更名小学' });
    expect((await told(id)).at(-1)).toMatchObject({ type: organizationChanged.type, aggregateversion: 2, data: { name: '示例区更名小学', schoolIdentifier: '2161000102' } });
  });

  it('is refused with a reason, changes nothing, and may be corrected and submitted again [GEN-FLOW-03]', async () => {
    const id = 's-3161000101';
    const { application } = await apply(id, { kind: 'RENAME', newName: '示例错名中学' });
    const input = { applicationId: application.id };
    expect((await send(city, refuseDocument, { ...input, reason: ' ' })).refusal).toMatchObject({ code: 'REASON_REQUIRED', rule: 'GEN-FLOW-03', field: 'reason' });
    const refused = await send(city, refuseDocument, { ...input, reason: '名称不规范' });
    expect(refused.application).toMatchObject({ state: 'REJECTED', awaiting: null, school: { name: '示例区第一初级中学' } });
    expect(refused.application.history.at(-1)).toMatchObject({ command: 'refuse', reason: '名称不规范' });
    expect((await send(city, resubmitDocument, { ...input, newName: '示例正名中学', codePlanningConfirmed: true })).refusal).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    const again = await send(county, resubmitDocument, { ...input, newName: '示例正名中学', codePlanningConfirmed: true });
    expect(again.application).toMatchObject({ state: 'SUBMITTED', newName: '示例正名中学', awaiting: { id: 'b-6101' } });
    expect(await approveAll(application.id)).toMatchObject({ state: 'EFFECTIVE', school: { name: '示例正名中学', schoolIdentifier: '3161000101' } });
  });

  it('is open once per school, also when two arrive at the same instant [CODE-APPLY-01]', async () => {
    const id = await newSchool();
    const answers = await Promise.all([apply(id), apply(id), apply(id)]);
    expect(answers.filter(({ application }) => application)).toHaveLength(1);
    expect(answers.filter(({ refusal }) => refusal).map(({ refusal }) => [refusal!.code, refusal!.rule])).toEqual(Array(2).fill(['CODE_APPLICATION_OPEN', 'CODE-APPLY-01']));
  });

  it('needs the code-planning department, a school, and one without a code [CODE-APPLY-01] [CODE-ID-01]', async () => {
    const id = await newSchool();
    expect((await apply(id, { codePlanningConfirmed: false })).refusal).toMatchObject({ code: 'CODE_PLANNING_NOT_CONFIRMED', rule: 'CODE-APPLY-01', field: 'codePlanningConfirmed' });
    expect((await apply('s-2161000101')).refusal).toMatchObject({ code: 'SCHOOL_ALREADY_CODED', rule: 'CODE-ID-01' });
    expect((await apply('b-610113')).refusal).toMatchObject({ code: 'SCHOOL_UNKNOWN', field: 'schoolId' });
    expect((await apply(id, {}, admin('b-610112'))).refusal).toMatchObject({ code: 'ORGANIZATION_UNKNOWN', field: 'schoolId' });
  });

  it('lists what waits for a bureau, what is overdue and the schools without a code, in its own area [CODE-APPLY-01] [CODE-APPLY-05]', async () => {
    const id = await newSchool({ name: '示例区待码小学' });
    const { application } = await apply(id);
    const list = async (actor: Actor, filter: string) =>
      (await service.query(actor, `{ schoolCodeApplications(first: 100, ${filter}) { edges { node { id } } } }`)).data.schoolCodeApplications.edges.map((edge: any) => edge.node.id);
    expect(await list(city, 'awaitingUs: true')).toContain(application.id);
    expect(await list(province, 'awaitingUs: true')).not.toContain(application.id);
    expect(await list(province, 'state: SUBMITTED, kind: NEW')).toContain(application.id);
    expect(await list(admin('b-6103'), 'kind: NEW')).not.toContain(application.id);
    expect(await list(city, 'overdue: true')).toEqual([]);
    expect(application).toMatchObject({ overdue: false, dueRule: 'CODE-APPLY-05' });
    service.clock.set(new Date('2026-09-21T02:00:00Z'));
    expect(await list(city, 'overdue: true')).toContain(application.id);
    service.clock.set(new Date('2026-09-10T02:00:00Z'));
    const uncoded = async (actor: Actor) => (await service.query(actor, '{ schoolsWithoutMinistryCode(first: 100) { edges { node { name schoolIdentifier } } } }')).data.schoolsWithoutMinistryCode.edges.map((edge: any) => edge.node);
    expect(await uncoded(city)).toContainEqual({ name: '示例区待码小学', schoolIdentifier: null });
    expect(await uncoded(admin('b-6103'))).toEqual([]);
  });

  it('leaves audit chains unbroken [ACC-AUDIT-01]', async () => {
    expect(await verifyAudit(service.dataSource.manager)).toEqual([]);
  });
});
