export * from './organizations';
export * from './personas';
export * from './projection';
export * from './agency';
export * from './agency-client';
export * from './authority-doubles';
export * from './sample-files';
