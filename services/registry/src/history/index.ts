export * from './registry-step';
