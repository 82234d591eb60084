export { registry, type RegistrySettings } from './app';
export { insertNewcomers, intakeSetting, takeIn, type IntakeOutcome } from './intake';
export { workflows } from './workflows';
