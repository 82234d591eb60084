import 'reflect-metadata';
export { Access, directiveOf, type AccessRule } from './access';
export * from './access-rules';
export * from './errors';
export * from './federation';
export * from './personal-data';
export * from './subgraph-server';
export * from './connection';
export * from './load-together';
