export * from './organizations';
export * from './personas';
export * from './projection';
export * from './sample-files';
