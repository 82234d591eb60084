export * from './app';
export { workflows } from './workflows';
