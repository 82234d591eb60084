export * from './actor';
export * from './keys';
export * from './tokens';
