import type { Actor } from '@xueji/platform';
import { addCalendarDays, cstDate, DUTIES, endOfCstDay } from '@xueji/standards';
import { defineWorkflow } from '@xueji/workflow';
import type { Ticket } from '../../ticket/ticket.entity';
import { TicketResult } from '../../ticket/ticket.terms';
import type { Desk, TicketFacts } from './ticket.facts';
import type { TicketInput } from './ticket.inputs';
import {
  deadlineHasPassed, formIsComplete, formIsFilledWhenNobodyIsOnline, hasDesk, hasSuperiorDesk, lowestStaffedDesk, noteIsGiven, onlySuperiorsAreOnline, ownDeskIsStaffed,
  subjectIsGiven, textIsGiven, textIsShort, type TicketSituation,
} from './ticket.rules';

export type TicketState = 'LIVE_CHAT' | 'QUEUED' | 'IN_PROGRESS' | 'ANSWERED' | 'CLOSED';

const ESCALATED = 'cn.xueji.helpdesk.ticket.escalated.v1';
const CLOSED = 'cn.xueji.helpdesk.ticket.closed.v1';

const user = DUTIES.map((duty) => ({ duty, relation: 'user' }));
const support = [{ duty: 'SUPPORT', relation: 'desk' }];
const clock = [{ duty: 'SYSTEM', relation: 'clock' }];

const at = (desk: Desk) => ({ level: desk.level, deskOrganizationId: desk.organizationId, deskPath: desk.path });
const taken = ({ actor }: TicketSituation) => ({ handlerId: actor.accountId, handlerName: actor.realName, waitingSince: null });

/** What a word of support sets: who cares for it, and once only when and at which level the user was first answered [HLP-DESK-08]. */
const responded = (s: TicketSituation): Partial<Ticket> =>
  s.record!.submittedBy === s.actor.accountId ? {} : { ...taken(s), ...(s.record!.firstResponseAt ? {} : { firstResponseAt: s.now, firstResponseLevel: s.record!.level }) };

const closedEvent = (after: Ticket) => [{ type: CLOSED, key: after.id, data: { ticketId: after.id, level: after.level } }];

/** ST-HLP-1. A consultation stays with one desk at a time; the desks on the way up are those of the organisation tree. */
export const ticketWorkflow = defineWorkflow<TicketState, Ticket, TicketInput, TicketFacts, Actor>({
  name: 'ticket',
  title: { zh: '在线咨询', en: 'Consultation' },
  states: {
    LIVE_CHAT: { zh: '在线咨询中', en: 'live chat' },
    QUEUED: { zh: '等待受理', en: 'queued' },
    IN_PROGRESS: { zh: '处理中', en: 'in progress' },
    ANSWERED: {
      zh: '已解答', en: 'answered',
      deadline: ({ facts, now }) => ({ dueAt: endOfCstDay(addCalendarDays(cstDate(now), facts.closeAfterDays)), rule: 'HLP-DESK-06', flagged: false }),
    },
    CLOSED: { zh: '已关闭', en: 'closed', final: true },
  },
  relations: {
    user: ({ record, actor }) => record === null || record.submittedBy === actor.accountId,
    desk: ({ record, actor }) => record !== null && record.deskOrganizationId === actor.organizationId,
    clock: ({ actor }) => actor.accountId === 'system',
  },
  rows: [
    {
      from: null, command: 'openConsultation', by: user, cites: ['HLP-DESK-01', 'HLP-DESK-02', 'HLP-DESK-04', 'HLP-DESK-07'],
      to: { choose: (s) => (ownDeskIsStaffed(s) ? 'LIVE_CHAT' : 'QUEUED'), among: ['LIVE_CHAT', 'QUEUED'] },
      rules: [hasDesk, subjectIsGiven, textIsShort, formIsFilledWhenNobodyIsOnline, formIsComplete],
      apply: (s) => ({
        submittedBy: s.actor.accountId, userName: s.actor.realName, userOrganizationId: s.actor.organizationId, holderPath: s.facts.desks[0]!.path,
        subject: s.input.subject!, channel: s.input.channel!, problem: s.input.problem ?? null, waitingSince: s.now,
        handlerId: null, handlerName: null, answer: null, result: null, firstResponseAt: null, firstResponseLevel: null, answeredAt: null, closedAt: null,
        ...at(lowestStaffedDesk(s) ?? s.facts.desks[0]!),
      }),
    },
    // Given by the clock: no person has to ask for it.
    { from: 'QUEUED', command: 'routeUp', to: 'QUEUED', by: clock, cites: ['HLP-DESK-04'], rules: [onlySuperiorsAreOnline], apply: (s) => at(lowestStaffedDesk(s)!) },
    { from: ['QUEUED', 'LIVE_CHAT'], command: 'takeTicket', to: 'IN_PROGRESS', by: support, cites: ['HLP-DESK-03', 'HLP-DESK-06'], apply: taken },
    { from: 'LIVE_CHAT', command: 'writeMessage', to: 'LIVE_CHAT', by: [...user, ...support], cites: ['HLP-DESK-01'], rules: [textIsGiven], apply: responded },
    { from: 'QUEUED', command: 'writeMessage', to: 'QUEUED', by: user, cites: ['HLP-DESK-06'], rules: [textIsGiven] },
    { from: 'IN_PROGRESS', command: 'writeMessage', to: 'IN_PROGRESS', by: [...user, ...support], cites: ['HLP-DESK-06'], rules: [textIsGiven], apply: responded },
    // A reply, so the time without one starts anew.
    { from: 'ANSWERED', command: 'writeMessage', to: 'ANSWERED', by: user, cites: ['HLP-DESK-06'], rules: [textIsGiven] },
    {
      from: ['LIVE_CHAT', 'IN_PROGRESS'], command: 'answerTicket', to: 'ANSWERED', by: support, cites: ['HLP-DESK-05', 'HLP-DESK-06', 'HLP-DESK-08'], rules: [textIsGiven],
      apply: (s) => ({ ...responded(s), ...taken(s), answer: s.input.text!, answeredAt: s.now }),
    },
    {
      from: 'IN_PROGRESS', command: 'escalateTicket', to: 'QUEUED', by: support, cites: ['HLP-DESK-05'], rules: [noteIsGiven, hasSuperiorDesk], emits: [ESCALATED],
      apply: (s) => ({ ...at(s.facts.desks[1]!), waitingSince: s.now, handlerId: null, handlerName: null }),
      events: ({ record }, after) => [{ type: ESCALATED, key: after.id, data: { ticketId: after.id, fromLevel: record!.level, toLevel: after.level, organizationId: after.deskOrganizationId } }],
    },
    {
      from: 'ANSWERED', command: 'confirmTicket', to: 'CLOSED', by: user, cites: ['HLP-DESK-06'], emits: [CLOSED],
      apply: ({ now }) => ({ result: TicketResult.CONFIRMED, closedAt: now }), events: (_, after) => closedEvent(after),
    },
    {
      from: 'ANSWERED', command: 'disagreeWithAnswer', to: 'IN_PROGRESS', by: user, cites: ['HLP-DESK-06'], rules: [textIsShort],
      apply: () => ({ answer: null, answeredAt: null }),
    },
    {
      from: 'ANSWERED', command: 'closeUnconfirmed', to: 'CLOSED', by: clock, cites: ['HLP-DESK-06'], rules: [deadlineHasPassed], emits: [CLOSED],
      apply: ({ now }) => ({ result: TicketResult.NO_REPLY, closedAt: now }), events: (_, after) => closedEvent(after),
    },
  ],
});
