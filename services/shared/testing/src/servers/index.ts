export { ADDRESS_VARIABLE, availability, failureVariable, type Availability, type ServerKind, type Started } from './availability';
export { requireServer } from './require-server';
export { startKafka, type KafkaServer } from './kafka';
export { startRedis, type RedisServer } from './redis';
export { onTestPostgres, startTestPostgres, type TestPostgres } from './postgres';
