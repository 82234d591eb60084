/** Documents of the journey that differ in the name of their command only. */
export const intakeStep = (name: string): string => `mutation Batch($input: IntakeStepInput!) { ${name}(input: $input) { decided held { row code rule } batch { id counts { state count } } } }`;
export const ticketStep = (name: string, input: string): string => `mutation Act($input: ${input}!) { ${name}(input: $input) { ticket { state } } }`;
export const announcementStep = (name: string): string => `mutation Act($input: AnnouncementCommandInput!) { ${name}(input: $input) { announcement { state recipientCount } } }`;

/** All that the journey composes, for the list of trusted documents. */
export const composedDocuments = (): string[] => [
  ...['submitIntake', 'passIntake', 'approveIntake'].map(intakeStep),
  ticketStep('takeTicket', 'TicketCommandInput'), ticketStep('answerTicket', 'TicketTextInput'), ticketStep('confirmTicket', 'TicketCommandInput'),
  ...['submitAnnouncement', 'approveAnnouncement'].map(announcementStep),
];
