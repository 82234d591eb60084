import { randomUUID } from 'node:crypto';
import { accountClosed, accountOpened } from '@xueji/contracts';
import { memoryPresence, type Actor } from '@xueji/platform';
import { actorFor, demoOrganization, demoPath, personas, startTestService, type Persona, type TestAnswer, type TestService } from '@xueji/testing';
import { Client } from 'pg';
import { announcements } from '.';
import { helpdesk } from '../../app';
import { giveWhenDue } from '../../desk/desk.clock';

const SHOWN = 'id state version title validUntil dueAt dueRule overdue publishedAt recipientCount availableCommands organization { id } history { command toState duty reason } filter { divisions duties }';
const MINE = `{ myAnnouncements(first: 100) { edges { node { id title readAt } } } }`;
const ALL = `query($state: String) { announcements(first: 100, state: $state) { edges { node { id state } } } }`;
const ENTITIES = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Announcement { id title } } }`;
const INPUTS: Record<string, string> = {
  draftAnnouncement: 'DraftAnnouncementInput', reviseAnnouncement: 'ReviseAnnouncementInput', refuseAnnouncement: 'RefuseAnnouncementInput',
};

const NOW = '2026-09-10T02:00:00.000Z';
const COUNTY = 'b-610113';
const clerk = actorFor('REGISTRY_ADMIN', COUNTY);
const auditor = actorFor('IME_SUPER_ADMIN', COUNTY);
const teacher = actorFor('TEACHER', 's-2161000101');

describe('announcements', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService(helpdesk({ presence: memoryPresence() }), { now: NOW });
    const owner = new Client({ connectionString: service.migratorUrl });
    await owner.connect();
    await owner.query(
      `insert into ime_account select id, duty, organization_id, true, 1 from jsonb_to_recordset($1::jsonb) as p(id text, duty text, organization_id text)`,
      [JSON.stringify(personas.map((persona) => ({ id: persona.accountId, duty: persona.duty, organization_id: persona.organizationId })))],
    );
    await owner.end();
  });
  afterAll(() => service.stop());

  const give = (actor: Actor, command: string, input: object): Promise<TestAnswer<any>> =>
    service.query(actor, `mutation($input: ${INPUTS[command] ?? 'AnnouncementCommandInput'}!) { ${command}(input: $input) { announcement { ${SHOWN} } } }`, { input: { requestId: randomUUID(), ...input } });
  const done = async (actor: Actor, command: string, input: object) => {
    const { data, errors } = await give(actor, command, input);
    expect(errors).toEqual([]);
    return data[command].announcement;
  };
  const draft = (actor: Actor, filter: object = {}, more: object = {}) => give(actor, 'draftAnnouncement', { title: '通知', body: '正文', filter, ...more });
  const pending = async (actor: Actor, filter: object = {}, more: object = {}): Promise<string> => {
    const { id } = (await draft(actor, filter, more)).data.draftAnnouncement.announcement;
    return (await done(actor, 'submitAnnouncement', { announcementId: id })).id;
  };
  const published = async (actor: Actor, by: Actor, filter: object = {}, more: object = {}) => done(by, 'approveAnnouncement', { announcementId: await pending(actor, filter, more) });
  const recipientsOf = async (id: string): Promise<string[]> =>
    (await service.dataSource.query('select account_id from announcement_recipient where announcement_id = $1 order by account_id', [id])).map((row: any) => row.account_id);
  const received = async (actor: Actor): Promise<{ id: string; readAt: string | null }[]> => (await service.query(actor, MINE)).data.myAnnouncements.edges.map((edge: any) => edge.node);
  const has = async (actor: Actor, id: string) => (await received(actor)).some((announcement) => announcement.id === id);
  const idsOf = (matches: (persona: Persona, organization: ReturnType<typeof demoOrganization>) => boolean) =>
    personas.filter((persona) => matches(persona, demoOrganization(persona.organizationId))).map((persona) => persona.accountId).sort();

  it('are written only with the permission to [HLP-ANN-01]', async () => {
    for (const actor of [teacher, actorFor('REGISTRY_ADMIN', 's-2161000101'), actorFor('SUPPORT', COUNTY), actorFor('REGISTRY_LEADER', COUNTY)]) {
      const { errors } = await service.query(actor, 'mutation($input: DraftAnnouncementInput!) { draftAnnouncement(input: $input) { announcement { id } } }', { input: { requestId: randomUUID(), title: '通知', body: '正文', filter: {} } });
      expect(errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    }
    expect((await draft(clerk)).data.draftAnnouncement.announcement).toMatchObject({ state: 'DRAFT', availableCommands: ['reviseAnnouncement', 'submitAnnouncement'] });
    expect((await draft(auditor)).data.draftAnnouncement.announcement).toMatchObject({ state: 'DRAFT', organization: { id: COUNTY } });
  });

  it('that name another county are refused, and say which [HLP-ANN-04]', async () => {
    const { errors } = await draft(clerk, { divisions: ['610113', '610112'] });
    expect(errors[0]!.extensions).toMatchObject({ code: 'ANNOUNCEMENT_OUT_OF_AREA', rule: 'HLP-ANN-04', field: 'filter', divisions: ['610112'] });
    const { id } = (await draft(clerk)).data.draftAnnouncement.announcement;
    expect((await give(clerk, 'reviseAnnouncement', { announcementId: id, title: '通知', body: '正文', filter: { divisions: ['6101'] } })).errors[0]!.extensions).toMatchObject({ rule: 'HLP-ANN-04' });
  });

  const area = (id: string) => (persona: Persona) => demoPath(persona.organizationId).startsWith(demoPath(id));
  it.each([
    ['everybody of the own area when nothing is asked', COUNTY, {}, idsOf(area(COUNTY))],
    ['a county', 'b-61', { divisions: ['610113'] }, idsOf((p, o) => area('b-61')(p) && o.divisionCode === '610113')],
    ['two cities by their prefixes', 'cn', { divisions: ['6101', '340200'] }, idsOf((_, o) => o.divisionCode.startsWith('6101') || o.divisionCode.startsWith('3402'))],
    ['region AND duty', 'b-61', { divisions: ['6103'], duties: ['REGISTRY_ADMIN'] }, idsOf((p, o) => o.divisionCode.startsWith('6103') && p.duty === 'REGISTRY_ADMIN')],
    ['levels', 'b-61', { levels: ['CITY', 'COUNTY'] }, idsOf((p, o) => area('b-61')(p) && ['CITY', 'COUNTY'].includes(o.level))],
    ['organisation types', 'b-6101', { organizationTypes: ['INSTITUTION'] }, idsOf((p, o) => area('b-6101')(p) && o.level === 'INSTITUTION')],
    ['stages', 'b-6101', { stages: ['PRIMARY', 'JUNIOR'] }, idsOf((p, o) => area('b-6101')(p) && (o.stages ?? []).some((stage) => stage === 'PRIMARY' || stage === 'JUNIOR'))],
    ['school types', 'b-6101', { schoolTypes: ['31'] }, idsOf((p, o) => area('b-6101')(p) && o.schoolType === '31')],
    ['account types', 'b-6101', { accountTypes: ['SUPER_ADMIN'] }, idsOf((p) => area('b-6101')(p) && p.duty === 'IME_SUPER_ADMIN')],
    ['ordinary users of schools', 'b-6101', { accountTypes: ['ORDINARY_USER'], organizationTypes: ['SCHOOL'] }, idsOf((p, o) => area('b-6101')(p) && o.level === 'SCHOOL' && !['IME_SUPER_ADMIN', 'REGISTRY_ADMIN'].includes(p.duty))],
  ])('reach exactly those whom the filter names: %s [HLP-ANN-02] [HLP-ACCT-01]', async (_, organizationId, filter, expected) => {
    const { id, recipientCount } = await published(actorFor('REGISTRY_ADMIN', organizationId), actorFor('IME_SUPER_ADMIN', organizationId), filter);
    expect(expected.length).toBeGreaterThan(0);
    expect(await recipientsOf(id)).toEqual(expected);
    expect(recipientCount).toBe(expected.length);
  });

  it('tell that they were published and how many they reach, in one event', async () => {
    const { id, recipientCount } = await published(clerk, auditor, { duties: ['TEACHER'] });
    const told = (await service.told()).filter((event) => event.subject === id);
    expect(told.map((event) => [event.type, event.data])).toEqual([['cn.xueji.helpdesk.announcement.published.v1', { announcementId: id, organizationId: COUNTY, recipients: recipientCount }]]);
    expect(recipientCount).toBe(3);
  });

  it('keep the recipients they had when they were published, whoever comes or goes later [HLP-ANN-02]', async () => {
    const leaving = 'a-leaving-teacher';
    const joining = 'a-joining-teacher';
    const account = (accountId: string, active: boolean) => ({ accountId, duty: 'TEACHER', level: 'SCHOOL' as const, organizationId: 's-2161000101', active });
    await service.deliver(accountOpened, leaving, account(leaving, true), { version: 1 });
    const { id: first } = await published(clerk, auditor, { duties: ['TEACHER'] });
    await service.deliver(accountClosed, leaving, account(leaving, false), { version: 2 });
    await service.deliver(accountOpened, leaving, account(leaving, true), { version: 1 });
    await service.deliver(accountOpened, joining, account(joining, true), { version: 1 });
    const { id: second } = await published(clerk, auditor, { duties: ['TEACHER'] });
    expect(await recipientsOf(first)).toContain(leaving);
    expect(await recipientsOf(first)).not.toContain(joining);
    expect(await recipientsOf(second)).toContain(joining);
    expect(await recipientsOf(second)).not.toContain(leaving);
    await expect(service.dataSource.query('delete from announcement_recipient')).rejects.toThrow(/permission denied/);
    await service.deliver(accountClosed, joining, account(joining, false), { version: 2 });
  });

  it('are invisible until they are audited, then to their recipients only [HLP-ANN-03]', async () => {
    const id = await pending(clerk, { duties: ['TEACHER'] });
    const seenByReference = async (actor: Actor) => (await service.query(actor, ENTITIES, { r: [{ __typename: 'Announcement', id }] })).data._entities[0]?.id ?? null;
    expect(await has(teacher, id)).toBe(false);
    expect(await seenByReference(teacher)).toBeNull();
    expect(await seenByReference(auditor)).toBe(id);
    await done(auditor, 'approveAnnouncement', { announcementId: id });
    expect(await has(teacher, id)).toBe(true);
    expect(await seenByReference(teacher)).toBe(id);
    for (const stranger of [actorFor('GUARDIAN', 's-2161000101'), actorFor('TEACHER', 's-2161000201')]) {
      expect(await has(stranger, id)).toBe(false);
      expect(await seenByReference(stranger)).toBeNull();
    }
  });

  it('are published by a super admin of the own organisation or above, another person than the author [HLP-ANN-03] [GEN-FLOW-05]', async () => {
    const own = await pending(auditor);
    expect((await give(auditor, 'approveAnnouncement', { announcementId: own })).errors[0]!.extensions).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
    const byClerk = await service.query(clerk, 'mutation($input: AnnouncementCommandInput!) { approveAnnouncement(input: $input) { announcement { id } } }', { input: { requestId: randomUUID(), announcementId: own } });
    expect(byClerk.errors[0]!.extensions).toMatchObject({ code: 'FIELD_FORBIDDEN' });
    for (const elsewhere of ['b-610112', 'b-34', 's-2161000101']) {
      expect((await give(actorFor('IME_SUPER_ADMIN', elsewhere), 'approveAnnouncement', { announcementId: own })).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    }
    expect(await done({ ...auditor, accountId: 'a-second-super-admin' }, 'approveAnnouncement', { announcementId: own })).toMatchObject({ state: 'PUBLISHED' });
    expect(await published(auditor, actorFor('IME_SUPER_ADMIN', 'b-61'))).toMatchObject({ state: 'PUBLISHED', publishedAt: NOW });
  });

  it('go back to their author with a reason when refused, and can be mended [HLP-ANN-03] [GEN-FLOW-03]', async () => {
    const id = await pending(clerk, { duties: ['TEACHER'] });
    expect((await give(auditor, 'refuseAnnouncement', { announcementId: id, reason: ' ' })).errors[0]!.extensions).toMatchObject({ code: 'REASON_REQUIRED', field: 'reason' });
    expect(await done(auditor, 'refuseAnnouncement', { announcementId: id, reason: '标题不清' })).toMatchObject({ state: 'DRAFT' });
    expect(await recipientsOf(id)).toEqual([]);
    await done(clerk, 'reviseAnnouncement', { announcementId: id, title: '关于注册的通知', body: '正文', filter: { duties: ['GUARDIAN'] } });
    const again = await done(clerk, 'submitAnnouncement', { announcementId: id });
    expect(again).toMatchObject({ state: 'PENDING_AUDIT', title: '关于注册的通知', filter: { duties: ['GUARDIAN'], divisions: [] } });
    expect(again.history.map((step: any) => [step.command, step.reason])).toEqual([
      ['draftAnnouncement', null], ['submitAnnouncement', null], ['refuseAnnouncement', '标题不清'], ['reviseAnnouncement', null], ['submitAnnouncement', null],
    ]);
    expect((await give(auditor, 'approveAnnouncement', { announcementId: id, expectedVersion: 2 })).errors[0]!.extensions).toMatchObject({ code: 'VERSION_STALE', currentVersion: 5 });
  });

  it('are decided once when two audit at the same instant, with one set of recipients', async () => {
    const id = await pending(clerk);
    const answers = await Promise.all([
      give(auditor, 'approveAnnouncement', { announcementId: id }), give(actorFor('IME_SUPER_ADMIN', 'b-61'), 'refuseAnnouncement', { announcementId: id, reason: '不妥' }), give(actorFor('IME_SUPER_ADMIN', 'cn'), 'approveAnnouncement', { announcementId: id }),
    ]);
    expect(answers.filter((answer) => answer.errors.length === 0)).toHaveLength(1);
    const wasPublished = answers.some((answer) => answer.data?.approveAnnouncement);
    expect((await service.told()).filter((event) => event.subject === id)).toHaveLength(wasPublished ? 1 : 0);
    expect((await recipientsOf(id)).length > 0).toBe(wasPublished);
  });

  it('are listed for authors and auditors of the area, not beyond it', async () => {
    const { id } = (await draft(clerk)).data.draftAnnouncement.announcement;
    const listed = async (actor: Actor, state?: string) => (await service.query(actor, ALL, { state })).data.announcements.edges.map((edge: any) => edge.node.id);
    expect(await listed(clerk, 'DRAFT')).toContain(id);
    expect(await listed(auditor)).toContain(id);
    expect(await listed(actorFor('IME_SUPER_ADMIN', 'b-610112'))).toEqual([]);
    expect(await listed(clerk, 'PENDING_AUDIT')).not.toContain(id);
    expect((await service.query(teacher, '{ announcements { pageInfo { hasNextPage } } }')).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
  });

  it('remember when a recipient first read them', async () => {
    const { id } = await published(clerk, auditor, { duties: ['TEACHER'] });
    const read = (actor: Actor) => service.query(actor, `mutation($input: MarkAnnouncementReadInput!) { markAnnouncementRead(input: $input) { announcement { id readAt } } }`, { input: { requestId: randomUUID(), announcementId: id } });
    expect((await received(teacher)).find((announcement) => announcement.id === id)!.readAt).toBeNull();
    expect((await read(teacher)).data.markAnnouncementRead.announcement.readAt).toBe(NOW);
    service.clock.set(new Date('2026-09-11T00:00:00Z'));
    expect((await read(teacher)).data.markAnnouncementRead.announcement.readAt).toBe(NOW);
    service.clock.set(new Date(NOW));
    expect((await read(actorFor('GUARDIAN', 's-2161000101'))).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect((await received(actorFor('TEACHER', 's-2161000102'))).find((announcement) => announcement.id === id)!.readAt).toBeNull();
  });

  it('vanish from their recipients when they are withdrawn or their time is over', async () => {
    const { id: withdrawn } = await published(clerk, auditor, { duties: ['TEACHER'] });
    const { id: expiring, dueAt } = await published(clerk, auditor, { duties: ['TEACHER'] }, { validUntil: '2026-09-12T00:00:00.000Z' });
    expect(dueAt).toBe('2026-09-12T00:00:00.000Z');
    expect(await has(teacher, withdrawn)).toBe(true);
    await done(auditor, 'archiveAnnouncement', { announcementId: withdrawn });
    expect(await has(teacher, withdrawn)).toBe(false);
    expect(await giveWhenDue(service.host, announcements, 'expireAnnouncement')).toBe(0);
    expect(await has(teacher, expiring)).toBe(true);
    service.clock.set(new Date('2026-09-12T00:00:00Z'));
    expect(await giveWhenDue(service.host, announcements, 'expireAnnouncement')).toBe(1);
    expect(await has(teacher, expiring)).toBe(false);
    service.clock.set(new Date(NOW));
  });

  it('follow an account only forwards: an older event changes nothing', async () => {
    const data = { accountId: 'a-forwards', duty: 'SUPPORT', level: 'COUNTY' as const, organizationId: COUNTY, active: false };
    await service.deliver(accountClosed, data.accountId, data, { version: 3 });
    await service.deliver(accountOpened, data.accountId, { ...data, active: true }, { version: 2 });
    expect(await service.dataSource.query('select active, version from ime_account where id = $1', [data.accountId])).toEqual([{ active: false, version: 3 }]);
  });
});
