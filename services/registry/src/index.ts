export { registry, type RegistrySettings } from './app';
export { intakeSetting, takeIn, type IntakeOutcome } from './intake';
export { workflows } from './workflows';
