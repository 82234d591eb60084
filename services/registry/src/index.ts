export { registry, type RegistrySettings } from './app';
export { workflows } from './workflows';
