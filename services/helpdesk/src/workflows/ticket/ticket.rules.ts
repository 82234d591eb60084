import type { Actor } from '@xueji/platform';
import type { Rule, Situation } from '@xueji/workflow';
import type { Ticket } from '../../ticket/ticket.entity';
import type { Desk, TicketFacts } from './ticket.facts';
import type { TicketInput } from './ticket.inputs';

export type TicketSituation = Situation<Ticket, TicketInput, TicketFacts, Actor>;
type TicketRule = Rule<Ticket, TicketInput, TicketFacts, Actor>;

const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 4000;

const fits = (text: string | null | undefined, longest: number) => !!text && text.trim() !== '' && text.length <= longest;
const isStaffed = ({ input }: TicketSituation, desk: Desk | undefined) => desk !== undefined && (input.staffed ?? []).includes(desk.organizationId);

/** Is somebody online at the desk that has the ticket (of a new one: the user's own)? */
export const ownDeskIsStaffed = (s: TicketSituation): boolean => isStaffed(s, s.facts.desks[0]);

/** The first desk with somebody online on the way up, the own one included; null when there is none. */
export const lowestStaffedDesk = (s: TicketSituation): Desk | null => s.facts.desks.find((desk) => isStaffed(s, desk)) ?? null;

export const hasDesk: TicketRule = {
  name: 'the organisation of the user has a desk', cites: 'CODE-ORG-01', code: 'ORGANIZATION_UNKNOWN',
  allows: ({ facts }) => facts.desks.length > 0,
  message: { zh: '机构不存在', en: 'There is no such organisation' },
};

export const subjectIsGiven: TicketRule = {
  name: 'a subject is given', cites: 'HLP-DESK-06', code: 'TICKET_SUBJECT_INVALID', field: 'subject',
  allows: ({ input }) => fits(input.subject, LONGEST_SUBJECT),
  message: { zh: `请填写主题，不超过${LONGEST_SUBJECT}字`, en: `A subject of at most ${LONGEST_SUBJECT} characters is needed` },
};

export const textIsShort: TicketRule = {
  name: 'the text is not too long', cites: 'HLP-DESK-06', code: 'TICKET_TEXT_INVALID', field: 'text',
  allows: ({ input }) => (input.text ?? '').length <= LONGEST_TEXT,
  message: { zh: `内容不超过${LONGEST_TEXT}字`, en: `The text has at most ${LONGEST_TEXT} characters` },
};

export const textIsGiven: TicketRule = {
  name: 'a text is given', cites: 'HLP-DESK-06', code: 'TICKET_TEXT_INVALID', field: 'text',
  allows: ({ input }) => fits(input.text, LONGEST_TEXT),
  message: { zh: `请填写内容，不超过${LONGEST_TEXT}字`, en: `A text of at most ${LONGEST_TEXT} characters is needed` },
};

export const PROBLEM_FORM_REQUIRED = 'PROBLEM_FORM_REQUIRED';

export const formIsFilledWhenNobodyIsOnline: TicketRule = {
  name: 'the problem form is filled in when nobody is online', cites: 'HLP-DESK-02', code: PROBLEM_FORM_REQUIRED, field: 'problem',
  allows: (s) => ownDeskIsStaffed(s) || !!s.input.problem,
  message: { zh: '本级支持人员均不在线，请填写问题记录单', en: 'Nobody of your level is online, please fill in the problem form' },
};

export const formIsComplete: TicketRule = {
  name: 'the problem form is complete', cites: 'HLP-DESK-02', code: 'PROBLEM_FORM_INCOMPLETE', field: 'problem',
  allows: ({ input: { problem } }) => !problem || [problem.what, problem.steps, problem.systemPart].every((text) => fits(text, LONGEST_TEXT)),
  message: { zh: `问题记录单的每一项都须填写，且不超过${LONGEST_TEXT}字`, en: `Every entry of the problem form is needed, at most ${LONGEST_TEXT} characters each` },
};

export const noteIsGiven: TicketRule = {
  name: 'a note says why it goes up', cites: 'HLP-DESK-05', code: 'TICKET_NOTE_REQUIRED', field: 'note',
  allows: ({ input }) => fits(input.note, LONGEST_TEXT),
  message: { zh: '提交上级须填写说明', en: 'Passing a ticket up needs a note' },
};

export const hasSuperiorDesk: TicketRule = {
  name: 'there is a desk above', cites: 'HLP-DESK-05', code: 'TICKET_NO_SUPERIOR',
  allows: ({ facts }) => facts.desks.length > 1,
  message: { zh: '已在最高一级，无上级可提交', en: 'There is no level above' },
};

export const onlySuperiorsAreOnline: TicketRule = {
  name: 'the own desk is offline and one above it is online', cites: 'HLP-DESK-04', code: 'TICKET_STAYS',
  allows: (s) => !ownDeskIsStaffed(s) && lowestStaffedDesk(s) !== null,
  message: { zh: '本级有人在线，或各上级均不在线', en: 'The own desk is online, or none above it is' },
};

export const deadlineHasPassed: TicketRule = {
  name: 'the time for a reply has passed', cites: 'HLP-DESK-06', code: 'TICKET_NOT_DUE',
  allows: ({ record, now }) => record!.dueAt !== null && record!.dueAt <= now,
  message: { zh: '尚未到自动关闭时间', en: 'The time for a reply has not passed' },
};
