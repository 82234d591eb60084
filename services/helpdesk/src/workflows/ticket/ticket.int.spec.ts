import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { organizationChanged } from '@xueji/contracts';
import { connectRedis, memoryPresence, redisPresence, schemaDrift, type Actor, type Presence } from '@xueji/platform';
import { actorFor, demoOrganization, requireServer, startRedis, startTestService, type RedisServer, type TestAnswer, type TestService } from '@xueji/testing';
import { Client } from 'pg';
import { tickets } from '.';
import { helpdesk } from '../../app';
import { giveWhenDue } from '../../desk/desk.clock';
import { ONLINE_SECONDS } from '../../desk/desk.presence';

const FIELDS = `id state version level desk { id } userOrganization { id } user { accountId } handler { accountId } channel subject answer result dueAt dueRule overdue
  firstResponseAt answeredAt closedAt waitingSince availableCommands problem { what steps systemPart }
  history { version command fromState toState realName duty organizationName reason } messages(first: 50) { edges { node { kind text realName } } }`;
const OPEN = `mutation($input: OpenConsultationInput!) { openConsultation(input: $input) { ticket { ${FIELDS} } form { title fields { name label required } } } }`;
const READ = `query($id: ID!) { ticket(id: $id) { ${FIELDS} } }`;
const QUEUE = `query($first: Int! = 50) { ticketQueue(first: $first) { edges { node { id subject } } } }`;
const LIST = `query($state: String) { tickets(first: 100, state: $state) { edges { node { id } } } }`;
const TIMES = `{ deskTimes { level firstResponses averageFirstResponseMinutes resolutions averageResolutionMinutes } }`;
const INPUTS: Record<string, string> = {
  takeTicket: 'TicketCommandInput', confirmTicket: 'TicketCommandInput', writeMessage: 'TicketTextInput', answerTicket: 'TicketTextInput', escalateTicket: 'EscalateTicketInput', disagreeWithAnswer: 'DisagreeWithAnswerInput',
};

const SCHOOL = 's-2161000101';
const COUNTY = 'b-610113';
const teacher = actorFor('TEACHER', SCHOOL);
const problem = { what: '保存时报错', steps: '录入后点击保存', systemPart: '学籍注册' };
const support = (organizationId: string) => actorFor('SUPPORT', organizationId);
const NOW = '2026-09-10T02:00:00.000Z';

/** Speaks to one service as the people of these tests do. */
const talkTo = (service: () => TestService) => {
  const act = async (actor: Actor, command: string, ticketId: string, more: object = {}): Promise<TestAnswer<any>> =>
    service().query(actor, `mutation($input: ${INPUTS[command]}!) { ${command}(input: $input) { ticket { ${FIELDS} } } }`, { input: { requestId: randomUUID(), ticketId, ...more } });
  return {
    act,
    done: async (actor: Actor, command: string, ticketId: string, more: object = {}) => {
      const { data, errors } = await act(actor, command, ticketId, more);
      expect(errors).toEqual([]);
      return data[command].ticket;
    },
    open: (actor: Actor, more: object = {}, locale?: string) => service().query(actor, OPEN, { input: { requestId: randomUUID(), subject: '无法保存', text: '请帮助', ...more } }, locale),
    queued: async (actor: Actor, more: object = {}) => (await service().query(actor, OPEN, { input: { requestId: randomUUID(), subject: '无法保存', problem, ...more } })).data.openConsultation.ticket,
    go: async (where: 'goOnline' | 'goOffline', organizationId: string) =>
      (await service().query(support(organizationId), `mutation($input: PresenceInput!) { ${where}(input: $input) { ${where === 'goOnline' ? 'onlineForSeconds queue { id subject desk { id } }' : 'offline'} } }`, { input: { requestId: randomUUID() } })).data[where],
    read: async (actor: Actor, id: string) => (await service().query(actor, READ, { id })).data.ticket,
    listed: async (actor: Actor, state?: string) => (await service().query(actor, LIST, { state })).data.tickets.edges.map((edge: any) => edge.node.id as string),
  };
};

describe('consultation', () => {
  let service: TestService;
  const { act, done, open, queued, go, read, listed } = talkTo(() => service);

  let online: Presence;
  let owner: Client;

  beforeAll(async () => {
    const presence: Presence = { arrive: (...call) => online.arrive(...call), leave: (...call) => online.leave(...call), staffed: (...call) => online.staffed(...call) };
    service = await startTestService(helpdesk({ presence }), { now: NOW });
    owner = new Client({ connectionString: service.migratorUrl });
    await owner.connect();
  });
  // Nobody is online and nothing was asked before.
  /** Without what is told to those who watch. */
  const told = async () => (await service.told()).filter(({ type }) => type.startsWith('cn.xueji.helpdesk.ticket.'));
  beforeEach(async () => {
    online = memoryPresence();
    service.clock.set(new Date(NOW));
    await service.quiet();
    await owner.query('truncate ticket, ticket_message, case_step, outbox_event');
  });
  afterAll(async () => {
    await owner.end();
    await service.stop();
  });

  it('opens as a live chat at the own-level desk, though a superior is online too [HLP-DESK-01]', async () => {
    await go('goOnline', COUNTY);
    await go('goOnline', SCHOOL);
    const { data } = await open(teacher);
    expect(data.openConsultation).toMatchObject({ form: null, ticket: { state: 'LIVE_CHAT', level: 'SCHOOL', desk: { id: SCHOOL }, userOrganization: { id: SCHOOL }, user: { accountId: teacher.accountId } } });
    expect((await open(actorFor('REGISTRY_ADMIN', COUNTY))).data.openConsultation.ticket).toMatchObject({ state: 'LIVE_CHAT', level: 'COUNTY', desk: { id: COUNTY } });
    expect((await open({ ...teacher, realNameVerified: false })).errors[0]!.extensions).toMatchObject({ rule: 'ACC-AUDIT-02' });
  });

  it('gives the form instead of a chat when nobody of the level is online, and a ticket once it is filled in [HLP-DESK-02]', async () => {
    await go('goOnline', SCHOOL);
    await go('goOffline', SCHOOL);
    const { data } = await open(teacher, {}, 'en');
    expect(data.openConsultation).toEqual({ ticket: null, form: { title: 'Nobody of your level is online, please fill in the problem form', fields: [
      { name: 'what', label: 'What went wrong', required: true }, { name: 'steps', label: 'What you did, step by step', required: true }, { name: 'systemPart', label: 'Part of the system', required: true },
    ] } });
    expect(await listed(teacher)).toEqual([]);
    expect((await open(teacher, { problem: { ...problem, what: '' } })).errors[0]!.extensions).toMatchObject({ code: 'PROBLEM_FORM_INCOMPLETE', rule: 'HLP-DESK-02', field: 'problem' });
    const filled = await open(teacher, { problem });
    expect(filled.data.openConsultation).toMatchObject({ form: null, ticket: { state: 'QUEUED', problem } });
  });

  it('answers a repeated request with the first ticket, although support has gone meanwhile', async () => {
    await go('goOnline', SCHOOL);
    const requestId = randomUUID();
    const first = await open(teacher, { requestId });
    await go('goOffline', SCHOOL);
    const again = await open(teacher, { requestId });
    expect(again.data.openConsultation.ticket).toMatchObject({ id: first.data.openConsultation.ticket.id, state: 'LIVE_CHAT' });
    expect(await listed(teacher)).toHaveLength(1);
  });

  it('delivers the queue to support that comes online, oldest first [HLP-DESK-03]', async () => {
    for (const [subject, minute] of [['二', 2], ['一', 1], ['三', 3]] as const) {
      service.clock.set(new Date(Date.parse(NOW) + minute * 60_000));
      await queued(teacher, { subject });
    }
    expect((await go('goOnline', SCHOOL)).queue.map((ticket: any) => ticket.subject)).toEqual(['一', '二', '三']);
    const { data } = await service.query(support(SCHOOL), QUEUE);
    expect(await listed(teacher)).toEqual(data.ticketQueue.edges.map((edge: any) => edge.node.id));
    expect(data.ticketQueue.edges.map((edge: any) => edge.node.subject)).toEqual(['一', '二', '三']);
    await done(support(SCHOOL), 'takeTicket', data.ticketQueue.edges[0].node.id);
    expect((await service.query(support(SCHOOL), QUEUE)).data.ticketQueue.edges.map((edge: any) => edge.node.subject)).toEqual(['二', '三']);
    expect((await service.query(teacher, QUEUE)).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
  });

  it('walks up to the lowest staffed level; a county straight under its province skips the city [HLP-DESK-04]', async () => {
    await go('goOnline', 'b-61');
    await go('goOnline', 'b-6101');
    await go('goOnline', 'b-610112');
    expect(await queued(teacher)).toMatchObject({ state: 'QUEUED', level: 'CITY', desk: { id: 'b-6101' } });
    await go('goOnline', 'b-41');
    expect(await queued(actorFor('TEACHER', 's-2141000901'))).toMatchObject({ state: 'QUEUED', level: 'PROVINCE', desk: { id: 'b-41' } });
  });

  it('waits at the own level when nobody is online anywhere, where superiors can see it and others cannot [HLP-DESK-04]', async () => {
    const { id, level, desk } = await queued(teacher);
    expect({ level, desk }).toEqual({ level: 'SCHOOL', desk: { id: SCHOOL } });
    for (const superior of [COUNTY, 'b-6101', 'b-61', 'cn']) expect(await listed(support(superior))).toEqual([id]);
    expect((await read(support(COUNTY), id)).availableCommands).toEqual([]);
    for (const stranger of ['b-610112', 'b-6103', 'b-34', 's-2161000102']) {
      expect(await listed(support(stranger))).toEqual([]);
      expect(await read(support(stranger), id)).toBeNull();
      expect((await act(support(stranger), 'takeTicket', id)).errors[0]!.extensions).toMatchObject({ code: 'RECORD_NOT_FOUND', rule: 'ACC-PERM-03' });
    }
    await done(support(SCHOOL), 'takeTicket', id);
    expect(await listed(support(COUNTY))).toEqual([]);
  });

  it('shows a user the own tickets only, through references too [ACC-PERM-03]', async () => {
    const { id } = await queued(teacher);
    const colleague = actorFor('REGISTRY_LEADER', SCHOOL);
    expect(await read(colleague, id)).toBeNull();
    expect(await listed(colleague)).toEqual([]);
    const entities = async (actor: Actor) =>
      (await service.query(actor, `query($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { id } } }`, { r: [{ __typename: 'Ticket', id }, { __typename: 'Ticket', id: 'none' }] })).data._entities;
    expect(await entities(colleague)).toEqual([null, null]);
    expect(await entities(teacher)).toEqual([{ id }, null]);
  });

  it('is polled upward when somebody above comes online, and stays once its own desk is staffed [HLP-DESK-04]', async () => {
    const { id } = await queued(teacher);
    const { id: other } = await queued(actorFor('TEACHER', 's-2161000102'));
    await go('goOnline', 's-2161000102');
    expect((await go('goOnline', 'b-61')).queue).toMatchObject([{ id, desk: { id: 'b-61' } }]);
    expect(await read(teacher, id)).toMatchObject({ level: 'PROVINCE', state: 'QUEUED' });
    expect((await read(teacher, id)).history.at(-1)).toMatchObject({ command: 'routeUp', realName: '系统' });
    expect(await read(support('s-2161000102'), other)).toMatchObject({ desk: { id: 's-2161000102' }, state: 'QUEUED' });
  });

  it('lets one of two supporters who take a ticket at the same instant have it', async () => {
    const { id } = await queued(teacher);
    const first = support(SCHOOL);
    const second = { ...first, accountId: 'a-second-supporter', realName: '第二支持人员' };
    const answers = await Promise.all([first, second, first, second].map((actor) => act(actor, 'takeTicket', id)));
    const won = answers.filter((answer) => answer.errors.length === 0);
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => answer.errors[0]?.extensions.code === 'COMMAND_OUT_OF_ORDER')).toHaveLength(3);
    const ticket = await read(first, id);
    expect(ticket.handler).toEqual(won[0]!.data.takeTicket.ticket.handler);
    expect(ticket.history.map((step: any) => step.command)).toEqual(['openConsultation', 'takeTicket']);
  });

  it('goes one level up with its note and its history, and tells so [HLP-DESK-05]', async () => {
    await go('goOnline', 'cn');
    await go('goOnline', SCHOOL);
    const { id } = (await open(teacher)).data.openConsultation.ticket;
    await done(support(SCHOOL), 'takeTicket', id);
    expect((await act(support(SCHOOL), 'escalateTicket', id, { note: ' ' })).errors[0]!.extensions).toMatchObject({ code: 'TICKET_NOTE_REQUIRED', rule: 'HLP-DESK-05', field: 'note' });
    expect(await done(support(SCHOOL), 'escalateTicket', id, { note: '本校无法处理' })).toMatchObject({ state: 'QUEUED', level: 'COUNTY', desk: { id: COUNTY }, handler: null });
    expect((await act(support(SCHOOL), 'takeTicket', id)).errors[0]!.extensions.code).toBe('RECORD_NOT_FOUND');
    const ticket = await done(support(COUNTY), 'takeTicket', id);
    expect(ticket.history.map((step: any) => [step.command, step.reason])).toEqual([['openConsultation', null], ['takeTicket', null], ['escalateTicket', '本校无法处理'], ['takeTicket', null]]);
    expect(ticket.messages.edges.map((edge: any) => [edge.node.kind, edge.node.text])).toEqual([['QUESTION', '请帮助'], ['ESCALATION_NOTE', '本校无法处理']]);
    expect((await told()).map((event) => [event.type, event.subject, event.data])).toEqual([
      ['cn.xueji.helpdesk.ticket.escalated.v1', id, { ticketId: id, fromLevel: 'SCHOOL', toLevel: 'COUNTY', organizationId: COUNTY }],
    ]);
  });

  it('goes from the province to the Ministry and no further [HLP-DESK-05]', async () => {
    await go('goOnline', 'b-61');
    const { id } = await queued(teacher);
    await done(support('b-61'), 'takeTicket', id);
    expect(await done(support('b-61'), 'escalateTicket', id, { note: '需要部里协助' })).toMatchObject({ level: 'MINISTRY', desk: { id: 'cn' } });
    await done(support('cn'), 'takeTicket', id);
    expect((await act(support('cn'), 'escalateTicket', id, { note: '还要往上' })).errors[0]!.extensions).toMatchObject({ code: 'TICKET_NO_SUPERIOR', rule: 'HLP-DESK-05' });
  });

  it('is followed to its solution: answered, disagreed with, answered again, confirmed [HLP-DESK-06]', async () => {
    const supporter = support(SCHOOL);
    const { id } = await queued(teacher);
    await done(supporter, 'takeTicket', id);
    const answered = await done(supporter, 'answerTicket', id, { text: '请清除缓存' });
    expect(answered).toMatchObject({ state: 'ANSWERED', answer: '请清除缓存', handler: { accountId: supporter.accountId }, dueAt: '2026-09-17T15:59:59.000Z', dueRule: 'HLP-DESK-06', overdue: false });
    expect((await read(teacher, id)).availableCommands.sort()).toEqual(['confirmTicket', 'disagreeWithAnswer', 'writeMessage']);
    expect((await act(supporter, 'confirmTicket', id)).errors[0]!.extensions.code).toBe('ACTOR_NOT_PERMITTED');
    expect(await done(teacher, 'disagreeWithAnswer', id, { text: '仍然报错' })).toMatchObject({ state: 'IN_PROGRESS', answer: null, answeredAt: null, dueAt: null });
    await done(supporter, 'writeMessage', id, { text: '请提供截图' });
    await done(supporter, 'answerTicket', id, { text: '已修复' });
    const closed = await done(teacher, 'confirmTicket', id);
    expect(closed).toMatchObject({ state: 'CLOSED', result: 'CONFIRMED', answer: '已修复', closedAt: NOW, dueAt: null, availableCommands: [] });
    expect(closed.messages.edges.map((edge: any) => edge.node.kind)).toEqual(['ANSWER', 'OBJECTION', 'MESSAGE', 'ANSWER']);
    expect(closed.history.map((step: any) => step.toState)).toEqual(['QUEUED', 'IN_PROGRESS', 'ANSWERED', 'IN_PROGRESS', 'IN_PROGRESS', 'ANSWERED', 'CLOSED']);
    expect((await told()).map((event) => [event.type, event.data])).toEqual([['cn.xueji.helpdesk.ticket.closed.v1', { ticketId: id, level: 'SCHOOL' }]]);
  });

  it('closes by itself when the user does not reply within the days of the policy; a reply gives the days anew [HLP-DESK-06]', async () => {
    const { id } = await queued(teacher);
    const { id: replied } = await queued(teacher);
    for (const ticketId of [id, replied]) {
      await done(support(SCHOOL), 'takeTicket', ticketId);
      await done(support(SCHOOL), 'answerTicket', ticketId, { text: '请重试' });
    }
    service.clock.set(new Date('2026-09-17T15:59:58Z'));
    await done(teacher, 'writeMessage', replied, { text: '我明天再试' });
    expect(await giveWhenDue(service.host, tickets, 'closeUnconfirmed')).toBe(0);
    service.clock.set(new Date('2026-09-17T15:59:59Z'));
    expect(await giveWhenDue(service.host, tickets, 'closeUnconfirmed')).toBe(1);
    expect(await giveWhenDue(service.host, tickets, 'closeUnconfirmed')).toBe(0);
    expect(await read(teacher, id)).toMatchObject({ state: 'CLOSED', result: 'NO_REPLY' });
    expect(await read(teacher, replied)).toMatchObject({ state: 'ANSWERED', dueAt: '2026-09-24T15:59:59.000Z' });
    expect((await told()).map((event) => event.subject)).toEqual([id]);
  });

  it('closes once though two processes look at the clock at the same instant', async () => {
    const { id } = await queued(teacher);
    await done(support(SCHOOL), 'takeTicket', id);
    await done(support(SCHOOL), 'answerTicket', id, { text: '请重试' });
    service.clock.set(new Date('2026-09-20T00:00:00Z'));
    const closed = await Promise.all([1, 2, 3].map(() => giveWhenDue(service.host, tickets, 'closeUnconfirmed')));
    expect(closed.reduce((sum, count) => sum + count)).toBe(1);
    expect(await told()).toHaveLength(1);
  });

  it('cannot be deleted, and what was said on it cannot be changed [HLP-DESK-06]', async () => {
    const { id } = await queued(teacher, { text: '原话' });
    await expect(service.dataSource.query('delete from ticket where id = $1', [id])).rejects.toThrow(/HLP-DESK-06/);
    await expect(service.dataSource.query(`update ticket_message set text = '改过' where ticket_id = $1`, [id])).rejects.toThrow(/permission denied/);
    await expect(service.dataSource.query('delete from ticket_message')).rejects.toThrow(/permission denied/);
    expect(await read(teacher, id)).toMatchObject({ id, messages: { edges: [{ node: { text: '原话' } }] } });
  });

  it('may come through every channel of the list and no other [HLP-DESK-07]', async () => {
    await go('goOnline', SCHOOL);
    const channels = ['IME', 'EMAIL', 'PHONE', 'HOTLINE', 'GROUP', 'MAIL_GROUP', 'OTHER'];
    for (const channel of channels) expect((await open(support(SCHOOL), { channel })).data.openConsultation.ticket.channel).toBe(channel);
    expect((await open(teacher, { channel: 'FAX' })).errors[0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('reports how fast each level responds and solves, for the own area [HLP-DESK-08]', async () => {
    await go('goOnline', SCHOOL);
    const at = (minutes: number) => service.clock.set(new Date(Date.parse(NOW) + minutes * 60_000));
    const { id } = (await open(teacher)).data.openConsultation.ticket;
    at(10);
    await done(support(SCHOOL), 'writeMessage', id, { text: '请稍等' });
    at(20);
    await done(support(SCHOOL), 'takeTicket', id);
    await done(support(SCHOOL), 'escalateTicket', id, { note: '本校无法处理' });
    at(60);
    await done(support(COUNTY), 'takeTicket', id);
    await done(support(COUNTY), 'answerTicket', id, { text: '已解决' });
    expect(await read(teacher, id)).toMatchObject({ firstResponseAt: '2026-09-10T02:10:00.000Z', answeredAt: '2026-09-10T03:00:00.000Z' });
    const own = [
      { level: 'SCHOOL', firstResponses: 1, averageFirstResponseMinutes: 10, resolutions: 0, averageResolutionMinutes: null },
      { level: 'COUNTY', firstResponses: 0, averageFirstResponseMinutes: null, resolutions: 1, averageResolutionMinutes: 60 },
    ];
    for (const actor of [support(SCHOOL), support('b-61'), actorFor('REGISTRY_LEADER', 'b-6101')]) expect((await service.query(actor, TIMES)).data.deskTimes).toEqual(own);
    expect((await service.query(support('b-610112'), TIMES)).data.deskTimes).toEqual([]);
    expect((await service.query(teacher, TIMES)).errors[0]!.extensions.code).toBe('FIELD_FORBIDDEN');
  });

  it('goes along when a school moves under another county', async () => {
    const moving = 's-3161000101';
    const { id } = await queued(actorFor('TEACHER', moving));
    const school = demoOrganization(moving);
    await service.deliver(organizationChanged, moving, {
      organizationId: moving, parentId: 'b-610112', path: `/cn/b-61/b-6101/b-610112/${moving}/`, level: 'SCHOOL', name: school.name, divisionCode: '610112', province: '61',
      schoolIdentifier: school.schoolIdentifier!, schoolType: school.schoolType!, stages: school.stages!, status: 'ACTIVE', competentAuthorityId: 'b-610112', version: 2,
    });
    expect(await listed(support(COUNTY))).toEqual([]);
    expect(await listed(support('b-610112'))).toEqual([id]);
  });

  it('keeps entities and migrations in step', async () => {
    expect(await schemaDrift(service.dataSource)).toEqual([]);
  });
});

describe('the desk clock', () => {
  it('routes up and closes without being asked [HLP-DESK-04] [HLP-DESK-06]', async () => {
    const presence = memoryPresence();
    const service = await startTestService(helpdesk({ presence, tickMs: 20 }), { now: NOW });
    try {
      const { queued, done, read } = talkTo(() => service);
      const { id: answered } = await queued(teacher);
      await done(support(SCHOOL), 'takeTicket', answered);
      await done(support(SCHOOL), 'answerTicket', answered, { text: '请重试' });
      const { id: waiting } = await queued(teacher);
      await presence.arrive(`desk:${COUNTY}`, 'a-supporter-of-another-process', 300);
      service.clock.set(new Date('2026-10-01T00:00:00Z'));
      const states = async () => [(await read(teacher, answered)).state, (await read(teacher, waiting)).desk.id];
      while ((await states()).join() !== `CLOSED,${COUNTY}`) await pause(20);
      expect(await states()).toEqual(['CLOSED', COUNTY]);
    } finally {
      await service.stop();
    }
  });
});

describe('presence', () => {
  it('lasts five minutes from the last sign of life', async () => {
    const seen: unknown[] = [];
    const presence: Presence = { ...memoryPresence(), arrive: async (...call) => void seen.push(call) };
    const service = await startTestService(helpdesk({ presence }), { now: NOW });
    const { go } = talkTo(() => service);
    expect((await go('goOnline', SCHOOL)).onlineForSeconds).toBe(ONLINE_SECONDS);
    await service.stop();
    expect(seen).toEqual([[`desk:${SCHOOL}`, support(SCHOOL).accountId, 300]]);
  });

  it('that cannot be reached loses no question: the form is given, and coming online is refused with a reason [HLP-DESK-02]', async () => {
    const away = async (): Promise<never> => { throw new Error('connection is closed'); };
    const service = await startTestService(helpdesk({ presence: { arrive: away, leave: away, staffed: away } }), { now: NOW });
    const { open, queued } = talkTo(() => service);
    expect((await open(teacher)).data.openConsultation).toMatchObject({ ticket: null, form: { fields: [{ name: 'what' }, { name: 'steps' }, { name: 'systemPart' }] } });
    expect(await queued(teacher)).toMatchObject({ state: 'QUEUED', desk: { id: SCHOOL } });
    const answer = await service.query(support(SCHOOL), `mutation { goOnline(input: { requestId: "${randomUUID()}" }) { onlineForSeconds } }`);
    expect(answer.errors[0]!.extensions).toMatchObject({ code: 'PRESENCE_UNAVAILABLE', rule: 'HLP-DESK-01' });
    await service.stop();
  });
});

requireServer('redis')('presence in Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    const started = await startRedis({ own: true });
    if (started.reason !== null) throw new Error(started.reason);
    redis = started.server;
  });
  afterAll(() => redis.stop());

  it('is seen by another replica, until support leaves or the connection is lost [HLP-DESK-01] [HLP-DESK-02]', async () => {
    const connections = [connectRedis(redis.url), connectRedis(redis.url)];
    await Promise.all(connections.map((connection) => new Promise<void>((ready) => (connection.status === 'ready' ? ready() : connection.once('ready', ready)))));
    const [one, two] = await Promise.all(connections.map((connection) => startTestService(helpdesk({ presence: redisPresence(connection) }), { now: NOW })));
    try {
      const opened = async () => (await talkTo(() => two!).open(teacher)).data.openConsultation.ticket?.state ?? 'FORM';
      expect(await opened()).toBe('FORM');
      await talkTo(() => one!).go('goOnline', SCHOOL);
      expect(await opened()).toBe('LIVE_CHAT');
      await talkTo(() => one!).go('goOffline', SCHOOL);
      expect(await opened()).toBe('FORM');
      await talkTo(() => one!).go('goOnline', SCHOOL);
      expect(await opened()).toBe('LIVE_CHAT');
      connections[1]!.disconnect();
      expect(await opened()).toBe('FORM');
    } finally {
      await Promise.all([one!.stop(), two!.stop()]);
      connections.filter((connection) => connection.status !== 'end').forEach((connection) => connection.disconnect());
    }
  });
});
