export * from './organizations';
export * from './personas';
export * from './projection';
