/** How a question reached the desk (HLP-DESK-07). */
export enum TicketChannel {
  IME = 'IME',
  EMAIL = 'EMAIL',
  PHONE = 'PHONE',
  HOTLINE = 'HOTLINE',
  GROUP = 'GROUP',
  MAIL_GROUP = 'MAIL_GROUP',
  OTHER = 'OTHER',
}

/** How a closed ticket ended. */
export enum TicketResult {
  CONFIRMED = 'CONFIRMED',
  NO_REPLY = 'NO_REPLY',
}

export enum TicketMessageKind {
  QUESTION = 'QUESTION',
  MESSAGE = 'MESSAGE',
  ANSWER = 'ANSWER',
  ESCALATION_NOTE = 'ESCALATION_NOTE',
  OBJECTION = 'OBJECTION',
}

/** The problem form of a user who finds nobody online (HLP-DESK-02). */
export interface ProblemReport {
  what: string;
  steps: string;
  systemPart: string;
}
