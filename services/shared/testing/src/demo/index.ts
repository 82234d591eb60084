export * from './organizations';
export * from './personas';
