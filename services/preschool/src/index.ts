export { preschool, type PreschoolSettings } from './app';
export { workflows } from './workflows';
