export * from './tables';
export * from './data-source';
