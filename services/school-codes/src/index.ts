export { schoolCodes } from './app';
export { workflows } from './workflows';
