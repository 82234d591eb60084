export * from './domain-error';
export * from './workflow';
export * from './decide';
export * from './diagram';
export * from './rules';
