import { codeApplication } from './code-application/code-application.workflow';
import { schoolLifecycle } from './school-lifecycle/school-lifecycle.workflow';

/** Every workflow of the service. */
export const workflows = [schoolLifecycle, codeApplication];
