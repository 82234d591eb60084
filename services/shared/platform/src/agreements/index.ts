export * from './ended-agreements';
