import 'reflect-metadata';
import { types } from 'pg';
import { DataSource } from 'typeorm';
import { Platform20260901000000 } from './20260901000000-platform';
import { Agencies20261122040000 } from './20261122040000-agencies';
import { appendOnlyTables, platformEntities } from './tables';
import { grantAppRights } from '../embedded-postgres';

// A `date` is a calendar day, not an instant: keep it as YYYY-MM-DD.
types.setTypeParser(1082, (text) => text);

export interface Schema {
  entities: Function[];
  migrations: Function[];
  /** further tables to which the service may only add */
  appendOnly?: string[];
}

const options = (schema: Schema) => ({
  type: 'postgres' as const,
  entities: [...platformEntities, ...schema.entities],
  migrations: [Platform20260901000000, Agencies20261122040000, ...schema.migrations] as never[],
  synchronize: false,
  migrationsTableName: 'schema_migration',
});

/** Connects as the service's own, least-privileged role. `poolSize` connections at most. */
export async function openDataSource(schema: Schema, url: string, poolSize = 10): Promise<DataSource> {
  const dataSource = new DataSource({ ...options(schema), url, extra: { max: poolSize, connectionTimeoutMillis: 5_000, options: '-c timezone=UTC' } });
  return dataSource.initialize();
}

/**
 * Brings the database to the newest version as the migrator role, one starter at a time, and gives the service's role its rights.
 * `appRole` null leaves the rights as they are.
 */
export async function migrate(schema: Schema, migratorUrl: string, appRole: string | null): Promise<void> {
  const dataSource = await new DataSource({ ...options(schema), url: migratorUrl, extra: { max: 2 } }).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`select pg_advisory_lock(hashtext('xueji schema migration'))`);
    await dataSource.runMigrations({ transaction: 'each' });
    if (appRole) await grantAppRights(await runner.connect(), appRole, { appendOnly: [...appendOnlyTables, ...(schema.appendOnly ?? [])] });
  } finally {
    await runner.query(`select pg_advisory_unlock_all()`).catch(() => undefined);
    await runner.release();
    await dataSource.destroy();
  }
}

/** Statements that would bring the database to what the entities say; empty when they agree. */
export async function schemaDrift(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map((query) => query.query);
}

/** The role a service connects as, by the name of its database. */
export const appRoleOf = (database: string): string => `${database}_app`;
