export { EmbeddedPostgresError, type EmbeddedPostgresReason } from './embedded-postgres.error';
export { platformPackage } from './postgres.binaries';
export { freePort } from './port.picker';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres.server';
export { ensureDatabase, grantAppRights, type AppRights, type DatabaseRequest, type DatabaseUrls, type QueryClient } from './postgres.roles';
export { fileSecrets } from './secret.file';
