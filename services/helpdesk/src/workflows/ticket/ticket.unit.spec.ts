import { systemActor, type Actor } from '@xueji/platform';
import { DUTIES } from '@xueji/standards';
import { actorFor, demoOrganization, demoPath, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { accountTypeOf, ImeAccountType } from '../../account/account-type.terms';
import { Ticket } from '../../ticket/ticket.entity';
import { TicketChannel } from '../../ticket/ticket.terms';
import type { TicketFacts } from './ticket.facts';
import type { TicketInput } from './ticket.inputs';
import type { TicketSituation } from './ticket.rules';
import { ticketWorkflow, type TicketState } from './ticket.workflow';

const SCHOOL = 's-2161000101';
const WAY = [SCHOOL, 'b-610113', 'b-6101', 'b-61', 'cn'];
const now = new Date('2026-09-10T02:00:00Z');
const teacher = actorFor('TEACHER', SCHOOL);

const desksFrom = (organizationId: string): TicketFacts => ({
  desks: WAY.slice(WAY.indexOf(organizationId)).map((id) => ({ organizationId: id, level: demoOrganization(id).level, path: demoPath(id) })),
  closeAfterDays: 7,
});

const ticketAt = (organizationId: string, state: TicketState, changes: Partial<Ticket> = {}): Ticket =>
  Object.assign(new Ticket(), {
    id: 't', state, version: 3, submittedBy: teacher.accountId, deskOrganizationId: organizationId, deskPath: demoPath(organizationId), level: demoOrganization(organizationId).level,
    waitingSince: null, firstResponseAt: null, dueAt: now, ...changes,
  });

const input: TicketInput = {
  subject: '无法登录', text: '请说明', channel: TicketChannel.IME, problem: { what: '报错', steps: '点击登录', systemPart: '学籍' }, staffed: ['b-6101'], note: '需要上级协助', reason: '需要上级协助',
};

const given = (command: string, changes: Partial<TicketSituation> = {}): TicketSituation =>
  ({ record: null, actor: teacher, input, facts: desksFrom(SCHOOL), now, command, ...changes });

const outcome = (s: TicketSituation) => {
  const decision = decide(ticketWorkflow, s);
  return decision.allowed ? { to: decision.to, ...decision.patch } : { code: decision.error.code, rule: decision.error.rule, field: decision.error.field };
};

describe('the table of a consultation', () => {
  walkTable(ticketWorkflow, {
    allowed: (row, from, by) => {
      const actor: Actor = by.relation === 'clock' ? systemActor : by.relation === 'desk' ? actorFor('SUPPORT', 'b-610113') : { ...teacher, duty: by.duty as never };
      const record = from === null ? null : ticketAt('b-610113', from);
      return given(row.command, { record, actor, facts: desksFrom(record ? 'b-610113' : SCHOOL) });
    },
  });
});

describe('a consultation', () => {
  it('is a live chat at the own desk when somebody is online there, whoever else is [HLP-DESK-01]', () => {
    const staffed = [SCHOOL, 'b-610113', 'cn'];
    expect(outcome(given('openConsultation', { input: { ...input, problem: null, staffed } }))).toMatchObject({ to: 'LIVE_CHAT', deskOrganizationId: SCHOOL, level: 'SCHOOL' });
  });

  it('asks for the form when nobody of the own level is online, even if a superior is [HLP-DESK-02]', () => {
    expect(outcome(given('openConsultation', { input: { ...input, problem: null, staffed: ['b-610113'] } }))).toEqual({ code: 'PROBLEM_FORM_REQUIRED', rule: 'HLP-DESK-02', field: 'problem' });
    expect(outcome(given('openConsultation', { input: { ...input, problem: { what: '报错', steps: '  ', systemPart: '学籍' } } }))).toMatchObject({ code: 'PROBLEM_FORM_INCOMPLETE', rule: 'HLP-DESK-02' });
  });

  it.each([
    [['b-610113', 'cn'], 'b-610113', 'COUNTY'],
    [['b-6101', 'b-61'], 'b-6101', 'CITY'],
    [['b-61'], 'b-61', 'PROVINCE'],
    [['cn'], 'cn', 'MINISTRY'],
    [['b-610112', 'b-34'], SCHOOL, 'SCHOOL'],
    [[], SCHOOL, 'SCHOOL'],
  ])('with %j online goes to the lowest staffed level on its way up: %s [HLP-DESK-04]', (staffed, desk, level) => {
    expect(outcome(given('openConsultation', { input: { ...input, staffed } }))).toMatchObject({ to: 'QUEUED', deskOrganizationId: desk, level, waitingSince: now });
  });

  it('is polled upward only while its desk is deserted and one above it is not [HLP-DESK-04]', () => {
    const poll = (staffed: string[]) => outcome(given('routeUp', { record: ticketAt('b-610113', 'QUEUED'), actor: systemActor, facts: desksFrom('b-610113'), input: { staffed } }));
    expect(poll(['b-61', 'cn'])).toMatchObject({ to: 'QUEUED', deskOrganizationId: 'b-61' });
    expect(poll(['b-610113', 'b-61'])).toMatchObject({ code: 'TICKET_STAYS' });
    expect(poll([SCHOOL])).toMatchObject({ code: 'TICKET_STAYS', rule: 'HLP-DESK-04' });
  });

  it('goes exactly one level up, with a note, whoever is online further up [HLP-DESK-05]', () => {
    const escalate = (from: string, changed: TicketInput) =>
      outcome(given('escalateTicket', { record: ticketAt(from, 'IN_PROGRESS'), actor: actorFor('SUPPORT', from), facts: desksFrom(from), input: { staffed: ['cn'], ...changed } }));
    expect(escalate('b-610113', { note: '数据库报错' })).toMatchObject({ to: 'QUEUED', deskOrganizationId: 'b-6101', level: 'CITY', handlerId: null });
    expect(escalate('b-61', { note: '数据库报错' })).toMatchObject({ to: 'QUEUED', deskOrganizationId: 'cn' });
    expect(escalate('b-610113', { note: '   ' })).toEqual({ code: 'TICKET_NOTE_REQUIRED', rule: 'HLP-DESK-05', field: 'note' });
    expect(escalate('cn', { note: '数据库报错' })).toMatchObject({ code: 'TICKET_NO_SUPERIOR', rule: 'HLP-DESK-05' });
  });

  it('measures the first response once, and never by a word of the user [HLP-DESK-08]', () => {
    const support = actorFor('SUPPORT', SCHOOL);
    const say = (actor: Actor, changes: Partial<Ticket> = {}) => outcome(given('writeMessage', { record: ticketAt(SCHOOL, 'LIVE_CHAT', changes), actor }));
    expect(say(support)).toMatchObject({ firstResponseAt: now, firstResponseLevel: 'SCHOOL', handlerId: support.accountId });
    expect(say(support, { firstResponseAt: new Date(0) })).not.toHaveProperty('firstResponseAt');
    expect(say(teacher)).toEqual({ to: 'LIVE_CHAT' });
  });

  it('closes at the end of the seventh day after the answer, not before [HLP-DESK-06]', () => {
    const answered = decide(ticketWorkflow, given('answerTicket', { record: ticketAt(SCHOOL, 'IN_PROGRESS'), actor: actorFor('SUPPORT', SCHOOL) }));
    expect(answered).toMatchObject({ allowed: true, deadline: { dueAt: new Date('2026-09-17T15:59:59Z'), rule: 'HLP-DESK-06' } });
    const close = (dueAt: Date) => outcome(given('closeUnconfirmed', { record: ticketAt(SCHOOL, 'ANSWERED', { dueAt }), actor: systemActor }));
    expect(close(new Date(now.getTime() + 1))).toMatchObject({ code: 'TICKET_NOT_DUE' });
    expect(close(now)).toMatchObject({ to: 'CLOSED', result: 'NO_REPLY' });
  });

  it('needs a subject that says something', () => {
    expect(outcome(given('openConsultation', { input: { ...input, subject: ' ' } }))).toMatchObject({ code: 'TICKET_SUBJECT_INVALID', field: 'subject' });
    expect(outcome(given('openConsultation', { input: { ...input, subject: '长'.repeat(201) } }))).toMatchObject({ code: 'TICKET_SUBJECT_INVALID' });
  });
});

describe('the type of an IME account', () => {
  it('follows from the duty, one for each [HLP-ACCT-01]', () => {
    expect(accountTypeOf('IME_SUPER_ADMIN')).toBe(ImeAccountType.SUPER_ADMIN);
    expect(accountTypeOf('REGISTRY_ADMIN')).toBe(ImeAccountType.REGISTRY_ADMIN);
    const others = DUTIES.filter((duty) => duty !== 'IME_SUPER_ADMIN' && duty !== 'REGISTRY_ADMIN');
    expect(new Set(others.map(accountTypeOf))).toEqual(new Set([ImeAccountType.ORDINARY_USER]));
  });
});
