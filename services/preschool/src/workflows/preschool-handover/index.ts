export { preschoolHandover } from './preschool-handover.workflow';
export { handovers } from './preschool-handover.commands';
export { PreschoolHandoverCommandResolver } from './preschool-handover.resolver';
