export * from './case-history';
export * from './service';
export * from './service-env';
export * from './serve';
export { processMetrics } from './metrics';
