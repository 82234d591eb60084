import { announcementWorkflow } from './announcement';
import { ticketWorkflow } from './ticket';

/** Every workflow of this service. */
export const workflows = [ticketWorkflow, announcementWorkflow];
