export * from './bus';
export { createPgLogBus, createEventLog } from './pg-log-bus';
export { createKafkaBus } from './kafka-bus';
export * from './outbox-relay';
export * from './consume';
