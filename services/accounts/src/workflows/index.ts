import { agreementWorkflow } from './agreement';

/** Every workflow of this service; a new one adds a line. */
export const workflows = [agreementWorkflow];
